// UTF-8 as Java sees it: validity, length in UTF-16 code units, and the order of strings.
// Pure, any thread; never allocates but in append_code_point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sgw::schema::text {

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

void append_code_point(std::string& out, std::uint32_t code_point);

/// The code point that begins at `position`, which is moved past it. `text` must be valid UTF-8.
std::uint32_t next_code_point(std::string_view text, std::size_t& position);

/// The surrogates of a code point from U+10000 on.
struct SurrogatePair {
    std::uint32_t high = 0;
    std::uint32_t low = 0;
};
SurrogatePair surrogates_of(std::uint32_t code_point);

/// The longest prefix of at most `units` UTF-16 code units that cuts no character. `text` must be
/// valid UTF-8.
std::string_view utf16_prefix(std::string_view text, std::size_t units);

/// The order of Java's String.compareTo, which differs from that of the bytes above the surrogates.
struct Utf16Less {
    bool operator()(std::string_view a, std::string_view b) const;
};

}  // namespace sgw::schema::text
