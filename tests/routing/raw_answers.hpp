// Answers of regions as they come from the wire.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "routing/region_answer.hpp"

namespace sgw::routing {

inline constexpr std::string_view json_type = "application/vnd.schemaregistry.v1+json";
inline constexpr std::string_view html =
    "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

inline const RegionMapping same;

inline RawAnswer ok(std::string_view body) {
    return {200, json_type, body};
}

inline std::string error_text(int code, std::string_view message) {
    return nlohmann::json{{"error_code", code}, {"message", message}}.dump();
}

}  // namespace sgw::routing
