// Characters as HTTP sees them: ASCII, never the locale. Pure, any thread.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "store/schema/text/ascii.hpp"

namespace sgw::gateway::http {

using schema::text::is_digit;
using schema::text::is_letter;

inline char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Printable and no blank.
inline bool is_visible(char c) {
    return c > 0x20 && c < 0x7F;
}

/// A control character other than the tabulator.
inline bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

/// A character of a token (RFC 9110, 5.6.2): methods, header names, media types.
inline bool is_token_char(char c) {
    constexpr std::string_view symbols = "!#$%&'*+-.^_`|~";
    return is_letter(c) || is_digit(c) || (c != 0 && symbols.find(c) != std::string_view::npos);
}

template <class Predicate>
bool all_of(std::string_view text, Predicate predicate) {
    return std::all_of(text.begin(), text.end(), predicate);
}

inline bool is_token(std::string_view text) {
    return !text.empty() && all_of(text, is_token_char);
}

inline bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return to_lower(x) == to_lower(y);
           });
}

inline bool istarts_with(std::string_view text, std::string_view prefix) {
    return iequals(text.substr(0, prefix.size()), prefix);
}

/// Without the blanks and tabulators around it.
inline std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Appends a header line. Characters of `value` that would end it early are dropped.
inline void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    std::copy_if(
        value.begin(), value.end(), std::back_inserter(out), [](char c) { return !is_control(c); });
    out.append("\r\n");
}

}  // namespace sgw::gateway::http
