// JSON as the registry prints it: compact, UTF-8 as it is, characters outside the BMP and control
// characters as \uXXXX with upper-case digits. Pure; any thread. `json` must not nest deeper than
// what parse_json lets in.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace sgw::gateway::api {

std::string json_text(const nlohmann::ordered_json& json);

/// A quoted JSON string; `text` is valid UTF-8.
std::string quoted(std::string_view text);

}  // namespace sgw::gateway::api
