// JSON as the registry prints it: compact, UTF-8 as it is, characters outside the BMP and control
// characters as \uXXXX with upper-case digits. Pure; any thread. `json` holds valid UTF-8 and must
// not nest deeper than what parse_json lets in.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sgw::gateway::api {

std::string json_text(const nlohmann::ordered_json& json);

}  // namespace sgw::gateway::api
