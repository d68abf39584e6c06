// Characters as ASCII has them, never the locale. Pure, any thread.
#pragma once

namespace sgw::schema::text {

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace sgw::schema::text
