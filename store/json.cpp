#include "store/json.hpp"

#include <nlohmann/json.hpp>

namespace sgw {

bool nests_at_most(std::string_view text, std::size_t max_depth) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_depth) return false;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return true;
}

std::optional<nlohmann::ordered_json> parse_json(std::string_view text, std::size_t max_depth) {
    // A NUL is nowhere allowed, but the parser takes it for the end of the text.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    if (!nests_at_most(text, max_depth)) return std::nullopt;
    auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

}  // namespace sgw
