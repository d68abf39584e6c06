#include "gateway/api/json_text.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "store/schema/text/utf8.hpp"

namespace sgw::gateway::api {
namespace {

using nlohmann::ordered_json;

void append_unit(std::string& out, std::uint32_t unit) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += digits[(unit >> shift) & 0xfU];
}

void append_surrogates(std::string& out, std::uint32_t code_point) {
    const auto [high, low] = schema::text::surrogates_of(code_point);
    append_unit(out, high);
    append_unit(out, low);
}

char short_escape(char c) {
    switch (c) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return '\0';
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (const char escape = short_escape(text[i])) {
            out += '\\';
            out += escape;
        } else if (byte < 0x20) {
            append_unit(out, byte);
        } else if (byte >= 0xf0) {
            append_surrogates(out, schema::text::next_code_point(text, i));
            continue;
        } else {
            out += text[i];
        }
        ++i;
    }
    out += '"';
}

void append(std::string& out, const ordered_json& json) {
    if (json.is_string()) return append_quoted(out, json.get_ref<const std::string&>());
    if (!json.is_structured()) {
        out += json.dump();
        return;
    }
    out += json.is_object() ? '{' : '[';
    bool first = true;
    for (const auto& [key, value] : json.items()) {
        if (!first) out += ',';
        first = false;
        if (json.is_object()) {
            append_quoted(out, key);
            out += ':';
        }
        append(out, value);
    }
    out += json.is_object() ? '}' : ']';
}

}  // namespace

std::string json_text(const ordered_json& json) {
    std::string out;
    append(out, json);
    return out;
}

}  // namespace sgw::gateway::api
