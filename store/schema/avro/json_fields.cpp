#include "store/schema/avro/json_fields.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "store/schema/avro/order.hpp"
#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::avro {
namespace {

using text::JsonKind;
using text::JsonValue;
using text::to_json;

constexpr std::array<std::string_view, 11> enum_reserved = {"doc",
                                                            "fields",
                                                            "items",
                                                            "name",
                                                            "namespace",
                                                            "size",
                                                            "symbols",
                                                            "values",
                                                            "type",
                                                            "aliases",
                                                            "default"};
constexpr auto type_reserved = std::span{enum_reserved}.first<10>();
constexpr std::array<std::string_view, 6> field_reserved = {
    "default", "doc", "name", "order", "type", "aliases"};

Properties properties_but(const JsonValue& object, std::span<const std::string_view> reserved) {
    Properties properties;
    for (const text::JsonMember& member : object.members()) {
        if (std::ranges::find(reserved, member.key) == reserved.end()) properties.push_back(member);
    }
    return properties;
}

}  // namespace

InvalidSchema invalid(std::string reason) {
    return {std::move(reason)};
}

std::optional<std::string_view> optional_text(const JsonValue& object, std::string_view key) {
    const JsonValue* value = object.find(key);
    if (value == nullptr || !value->is(JsonKind::string)) return std::nullopt;
    return value->text();
}

Parsed<std::string_view> required_text(const JsonValue& object,
                                       std::string_view key,
                                       std::string_view fault) {
    if (const auto found = optional_text(object, key)) return *found;
    return invalid(std::string{fault} + ": " + to_json(object));
}

Parsed<std::vector<std::string_view>> read_aliases(const JsonValue& object) {
    std::vector<std::string_view> aliases;
    const JsonValue* list = object.find("aliases");
    if (list == nullptr) return aliases;
    if (!list->is(JsonKind::array)) return invalid("aliases not an array: " + to_json(object));
    for (const JsonValue& alias : list->items()) {
        if (!alias.is(JsonKind::string)) return invalid("alias not a string: " + to_json(alias));
        aliases.push_back(alias.text());
    }
    const auto order = sorted_indexes(aliases.size(), [&](std::uint32_t i) { return aliases[i]; });
    std::vector<bool> repeated(aliases.size(), false);
    for (std::size_t i = 1; i < order.size(); ++i) {
        repeated[order[i]] = aliases[order[i]] == aliases[order[i - 1]];
    }
    std::vector<std::string_view> unique;
    for (std::size_t i = 0; i < aliases.size(); ++i) {
        if (!repeated[i]) unique.push_back(aliases[i]);
    }
    return unique;
}

Parsed<Order> read_order(const JsonValue& field) {
    const JsonValue* value = field.find("order");
    if (value == nullptr) return Order::ascending;
    if (!value->is(JsonKind::string)) {
        return invalid(
            "Cannot invoke \"String.toUpperCase(java.util.Locale)\" because the return value "
            "of \"com.fasterxml.jackson.databind.JsonNode.textValue()\" is null");
    }
    std::string upper{value->text()};
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (upper == "ASCENDING") return Order::ascending;
    if (upper == "DESCENDING") return Order::descending;
    if (upper == "IGNORE") return Order::ignore;
    return invalid("No enum constant org.apache.avro.Schema.Field.Order." + upper);
}

Properties type_properties(const JsonValue& object) {
    return properties_but(object, type_reserved);
}
Properties enum_properties(const JsonValue& object) {
    return properties_but(object, enum_reserved);
}
Properties field_properties(const JsonValue& object) {
    return properties_but(object, field_reserved);
}

}  // namespace sgw::schema::avro
