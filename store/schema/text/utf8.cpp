#include "store/schema/text/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace sgw::schema::text {
namespace {

/// Bytes of the sequence that begins with `lead`; 0 for a byte that begins none.
std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// The first continuation byte is narrower than the others after some leads.
bool is_valid_second(unsigned char lead, unsigned char second) {
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    return second >= low && second <= high;
}

/// Order of two different bytes of valid UTF-8: U+E000..U+FFFF (leads EE, EF) sort above the
/// surrogate pairs (F0..).
int utf16_rank(unsigned char byte) {
    return byte >= 0xEE ? (byte < 0xF0 ? byte + 0x20 : byte) : byte;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequence_length(lead);
        if (length == 0 || at + length > text.size()) return false;
        if (length > 1 && !is_valid_second(lead, static_cast<unsigned char>(text[at + 1]))) {
            return false;
        }
        for (std::size_t i = 2; i < length; ++i) {
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
        }
        at += length;
    }
    return true;
}

void append_code_point(std::string& out, std::uint32_t code_point) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6));
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | (code_point >> 18));
        put(0x80 | ((code_point >> 12) & 0x3F));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

std::uint32_t next_code_point(std::string_view text, std::size_t& position) {
    const auto lead = static_cast<unsigned char>(text[position]);
    const std::size_t length = std::max<std::size_t>(sequence_length(lead), 1);
    std::uint32_t code_point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && position + i < text.size(); ++i) {
        code_point = (code_point << 6) | (static_cast<unsigned char>(text[position + i]) & 0x3FU);
    }
    position = std::min(position + length, text.size());
    return code_point;
}

SurrogatePair surrogates_of(std::uint32_t code_point) {
    const auto above_bmp = code_point - 0x10000;
    return {0xD800 + (above_bmp >> 10), 0xDC00 + (above_bmp & 0x3FF)};
}

std::string_view utf16_prefix(std::string_view text, std::size_t units) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t next = at;
        const std::size_t width = next_code_point(text, next) >= 0x10000 ? 2 : 1;
        if (width > units) break;
        units -= width;
        at = next;
    }
    return text.substr(0, at);
}

bool Utf16Less::operator()(std::string_view a, std::string_view b) const {
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (left == a.end() || right == b.end()) return left == a.end() && right != b.end();
    return utf16_rank(static_cast<unsigned char>(*left)) <
           utf16_rank(static_cast<unsigned char>(*right));
}

}  // namespace sgw::schema::text
