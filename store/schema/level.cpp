#include <algorithm>
#include <array>

#include "store/schema/schema.hpp"

namespace sgw::schema {
namespace {

// In the order of Level.
constexpr std::array<std::string_view, 7> names = {"NONE",
                                                   "BACKWARD",
                                                   "BACKWARD_TRANSITIVE",
                                                   "FORWARD",
                                                   "FORWARD_TRANSITIVE",
                                                   "FULL",
                                                   "FULL_TRANSITIVE"};

char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string_view level_name(Level level) {
    return names[static_cast<std::size_t>(level)];
}

bool is_transitive(Level level) {
    return level == Level::backward_transitive || level == Level::forward_transitive ||
           level == Level::full_transitive;
}

std::optional<Level> level_from_name(std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (std::ranges::equal(text, names[i], {}, to_upper)) return static_cast<Level>(i);
    }
    return std::nullopt;
}

}  // namespace sgw::schema
