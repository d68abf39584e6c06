#include "store/schema/avro/default_value.hpp"

#include <cmath>
#include <limits>

#include "store/schema/avro/printer.hpp"
#include "store/schema/text/java_number.hpp"
#include "store/schema/text/json_writer.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::avro {
namespace {

using text::JsonKind;
using text::JsonMember;
using text::JsonValue;
using WriteResult = ResultOr<Written, InvalidSchema>;

InvalidSchema fault(std::string reason) {
    return {std::move(reason), InvalidSchema::Stage::normalize};
}

bool is_any_of(const Node* type, std::initializer_list<Kind> kinds) {
    if (type == nullptr) return false;
    for (const Kind kind : kinds) {
        if (type->kind == kind) return true;
    }
    return false;
}

void append_number(std::string& out, double value, const Node* type) {
    const bool is_float = is_any_of(type, {Kind::float32});
    const bool quoted = !std::isfinite(is_float ? static_cast<float>(value) : value);
    if (quoted) out += '"';
    out += is_float ? text::java_float(static_cast<float>(value)) : text::java_double(value);
    if (quoted) out += '"';
}

Written append_integer(std::string& out, const JsonValue& value, const Node* type) {
    const auto number = value.as_int64();
    if (!number) return Written::nothing;
    if (type == nullptr || is_any_of(type, {Kind::int32, Kind::int64})) {
        out += std::to_string(*number);
    } else if (is_any_of(type, {Kind::float32, Kind::float64})) {
        append_number(out, static_cast<double>(*number), type);
    } else {
        return Written::nothing;
    }
    return Written::value;
}

/// Bytes hold Latin-1; whatever is beyond it becomes a question mark.
std::string as_latin1(std::string_view content) {
    std::string out;
    for (std::size_t at = 0; at < content.size();) {
        const std::uint32_t code_point = text::next_code_point(content, at);
        text::append_code_point(out, code_point <= 0xFF ? code_point : '?');
    }
    return out;
}

Written append_string(std::string& out, std::string_view content, const Node* type) {
    if (type == nullptr || is_any_of(type, {Kind::string, Kind::enumeration})) {
        text::append_json_string(out, content);
    } else if (is_any_of(type, {Kind::bytes, Kind::fixed})) {
        text::append_json_string(out, as_latin1(content));
    } else {
        return Written::nothing;
    }
    return Written::value;
}

ResultOr<const Node*, InvalidSchema> element_type(const Node* type) {
    if (type == nullptr) return nullptr;
    if (type->kind != Kind::array) return fault("Not an array: " + describe(*type));
    return type->children.front();
}

ResultOr<const Node*, InvalidSchema> member_type(const Node* type, std::string_view key) {
    if (is_any_of(type, {Kind::map})) return type->children.front();
    if (!is_any_of(type, {Kind::record})) return nullptr;
    if (const Field* field = type->find_field(key)) return field->type;
    return fault(
        "Cannot invoke \"org.apache.avro.Schema$Field.schema()\" because the return value of "
        "\"org.apache.avro.Schema.getField(String)\" is null");
}

WriteResult append_inner(std::string& out, const JsonValue& value, const Node* type) {
    BOOST_OUTCOME_TRY(const Written written, append_typed(out, value, type));
    if (written == Written::value) return written;
    return fault("Cannot invoke \"Object.getClass()\" because \"<parameter1>\" is null");
}

WriteResult append_array(std::string& out, const JsonValue& value, const Node* type) {
    const char* separator = "[";
    for (const JsonValue& item : value.items()) {
        out += separator;
        separator = ",";
        BOOST_OUTCOME_TRY(const Node* item_type, element_type(type));
        BOOST_OUTCOME_TRYV(append_inner(out, item, item_type));
    }
    out += value.items().empty() ? "[]" : "]";
    return Written::value;
}

WriteResult append_object(std::string& out, const JsonValue& value, const Node* type) {
    const auto members = text::sorted_by_key(value.members());
    const char* separator = "{";
    for (const JsonMember& member : members) {
        out += separator;
        separator = ",";
        text::append_json_string(out, member.key);
        out += ':';
        BOOST_OUTCOME_TRY(const Node* type_of_member, member_type(type, member.key));
        BOOST_OUTCOME_TRYV(append_inner(out, member.value, type_of_member));
    }
    out += members.empty() ? "{}" : "}";
    return Written::value;
}

}  // namespace

WriteResult append_typed(std::string& out, const JsonValue& value, const Node* type) {
    if (is_any_of(type, {Kind::union_of})) {
        if (type->children.empty()) return fault("Index 0 out of bounds for length 0");
        return append_typed(out, value, type->children.front());
    }
    switch (value.kind()) {
        case JsonKind::null:
        case JsonKind::boolean:
            text::append_json(out, value);
            return Written::value;
        case JsonKind::integer:
            return append_integer(out, value, type);
        case JsonKind::real:
            if (type != nullptr && !is_any_of(type, {Kind::float32, Kind::float64})) {
                return Written::nothing;
            }
            append_number(out, value.as_double(), type);
            return Written::value;
        case JsonKind::string:
            return append_string(out, value.text(), type);
        case JsonKind::array:
            return append_array(out, value, type);
        case JsonKind::object:
            return append_object(out, value, type);
    }
    return Written::nothing;
}

}  // namespace sgw::schema::avro
