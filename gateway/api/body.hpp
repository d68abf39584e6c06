// Request bodies as values: JSON in, with the registry's coercions and its errors (400 for what is
// no JSON or has another shape, 422 for a missing body). Pure; any thread. Source: the Schema
// Registry REST API, 8.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/catalog/rules/register.hpp"
#include "store/catalog/rules/settings.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

/// `argument`: what the 422 for an absent body names, such as "register.arg5".
Result<catalog::SchemaRequest> parse_schema_request(std::string_view body,
                                                    std::string_view argument);

Result<catalog::ConfigUpdate> parse_config_update(std::string_view body, std::string_view argument);

struct ModeUpdate {
    bool present = false;             // the key was there
    std::optional<std::string> mode;  // as sent; nothing for null
};
Result<ModeUpdate> parse_mode_update(std::string_view body, std::string_view argument);

/// Any JSON object, or no body at all.
Result<void> parse_any_object(std::string_view body);

}  // namespace sgw::gateway::api
