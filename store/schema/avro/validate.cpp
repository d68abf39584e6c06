#include "store/schema/avro/validate.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "store/schema/text/ascii.hpp"

namespace sgw::schema::avro {
namespace {

using text::is_digit;
using text::is_letter;
using text::JsonKind;
using text::JsonValue;

bool is_name_part(char c) {
    return is_letter(c) || is_digit(c) || c == '_';
}

class DefaultCheck {
  public:
    bool valid(const JsonValue& value, const Node& type);

  private:
    bool valid_record(const JsonValue& value, const Node& type);

    std::int64_t steps_left_ = 1'000'000;
};

bool fits_int(const JsonValue& value) {
    const auto number = value.as_int64();
    return number && *number >= std::numeric_limits<std::int32_t>::min() &&
           *number <= std::numeric_limits<std::int32_t>::max();
}

bool DefaultCheck::valid(const JsonValue& value, const Node& type) {
    if (--steps_left_ < 0) return false;
    const auto valid_child = [&](const JsonValue& v) { return valid(v, *type.children.front()); };
    switch (type.kind) {
        case Kind::string:
        case Kind::bytes:
        case Kind::enumeration:
        case Kind::fixed:
            return value.is(JsonKind::string);
        case Kind::int32:
            return fits_int(value);
        case Kind::int64:
            return value.as_int64().has_value();
        case Kind::float32:
        case Kind::float64:
            return value.is(JsonKind::integer) || value.is(JsonKind::real);
        case Kind::boolean:
            return value.is(JsonKind::boolean);
        case Kind::null:
            return value.is(JsonKind::null);
        case Kind::array:
            return value.is(JsonKind::array) && std::ranges::all_of(value.items(), valid_child);
        case Kind::map:
            return value.is(JsonKind::object) &&
                   std::ranges::all_of(value.members(), valid_child, &text::JsonMember::value);
        case Kind::union_of:
            return std::ranges::any_of(type.children,
                                       [&](const Node* b) { return valid(value, *b); });
        case Kind::record:
            return valid_record(value, type);
        case Kind::unresolved:
            return value.is(JsonKind::object);  // checked again once the name is resolved
    }
    return false;
}

bool DefaultCheck::valid_record(const JsonValue& value, const Node& type) {
    if (!value.is(JsonKind::object)) return false;
    std::ptrdiff_t given = 0;
    for (const text::JsonMember& member : value.members()) {
        const Field* field = type.find_field(member.key);
        if (field == nullptr) continue;
        if (!valid(member.value, *field->type)) return false;
        if (!field->default_value) ++given;
    }
    const auto must_be_given = [](const Field& field) { return !field.default_value; };
    steps_left_ -= static_cast<std::int64_t>(type.fields.size());
    return given == std::ranges::count_if(type.fields, must_be_given);
}

}  // namespace

std::optional<std::string> name_fault(std::optional<std::string_view> name) {
    if (!name) return "Null name";
    if (name->empty()) return "Empty name";
    if (!is_letter(name->front()) && name->front() != '_') {
        return "Illegal initial character: " + std::string{*name};
    }
    if (!std::ranges::all_of(*name, is_name_part)) {
        return "Illegal character in: " + std::string{*name};
    }
    return std::nullopt;
}

std::optional<std::string> space_fault(Space space) {
    if (space == nullptr) return std::nullopt;
    std::string_view rest = *space;
    while (true) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        const std::string_view part = rest.substr(0, dot);
        if (auto fault = name_fault(part)) {
            return "Namespace part \"" + std::string{part} + "\" is invalid: " + *fault;
        }
        if (dot == rest.size()) return std::nullopt;
        rest.remove_prefix(dot + 1);
    }
}

bool is_valid_default(const JsonValue& value, const Node& type) {
    return DefaultCheck{}.valid(value, type);
}

}  // namespace sgw::schema::avro
