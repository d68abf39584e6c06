#include "routing/region_words.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

constexpr std::size_t most_bytes = 200;

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

}  // namespace

std::string region_words(std::string_view text) {
    auto end = std::min({text.size(), text.find_first_of("{["), most_bytes});
    while (end > 0 && end < text.size() && continues_character(text[end])) --end;
    if (end == text.size()) return std::string(text);
    return std::string(text.substr(0, end)) + "...";
}

}  // namespace sgw::routing
