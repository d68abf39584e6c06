#include "store/schema/text/json_writer.hpp"

#include <cmath>
#include <vector>

#include "store/schema/text/java_number.hpp"

namespace sgw::schema::text {
namespace {

void append_escape(std::string& out, char c) {
    constexpr std::string_view characters = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    constexpr std::string_view hex = "0123456789ABCDEF";
    out.push_back('\\');
    if (const std::size_t index = characters.find(c); index != std::string_view::npos) {
        out.push_back(letters[index]);
    } else {
        out += "u00";
        out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
        out.push_back(hex[static_cast<unsigned char>(c) & 0xF]);
    }
}

void append_real(std::string& out, double value) {
    const bool quoted = !std::isfinite(value);
    if (quoted) out.push_back('"');
    out += java_double(value);
    if (quoted) out.push_back('"');
}

void append_object(std::string& out, std::span<const JsonMember> members) {
    out.push_back('{');
    const char* separator = "";
    for (const JsonMember& member : members) {
        out += separator;
        separator = ",";
        append_json_string(out, member.key);
        out.push_back(':');
        append_json(out, member.value);
    }
    out.push_back('}');
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\') continue;
        out.append(text.substr(from, i - from));
        append_escape(out, c);
        from = i + 1;
    }
    out.append(text.substr(from));
    out.push_back('"');
}

void append_json(std::string& out, const JsonValue& value) {
    switch (value.kind()) {
        case JsonKind::null:
            out += "null";
            break;
        case JsonKind::boolean:
            out += value.as_bool() ? "true" : "false";
            break;
        case JsonKind::integer:
            out += value.text() == "-0" ? "0" : value.text();
            break;
        case JsonKind::real:
            append_real(out, value.as_double());
            break;
        case JsonKind::string:
            append_json_string(out, value.text());
            break;
        case JsonKind::array:
            append_list(out, value.items(), [&](const JsonValue& item) { append_json(out, item); });
            break;
        case JsonKind::object:
            append_object(out, value.members());
            break;
    }
}

std::string to_json(const JsonValue& value) {
    std::string out;
    append_json(out, value);
    return out;
}

}  // namespace sgw::schema::text
