#include "store/schema/avro/type_rules.hpp"

#include <algorithm>
#include <utility>

#include "store/schema/avro/order.hpp"
#include "store/schema/avro/printer.hpp"
#include "store/schema/avro/validate.hpp"
#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::avro {
namespace {

using text::JsonKind;
using text::JsonMember;
using text::JsonValue;

std::string list_symbols(const Node& node) {
    std::string out = "[";
    const char* separator = "";
    for (const auto& symbol : node.symbols) {
        out += separator;
        separator = ", ";
        out += symbol.value_or("null");
    }
    return out + "]";
}

bool has_big_integer(const JsonValue& value) {
    if (value.is(JsonKind::integer)) return !value.as_int64();
    return std::ranges::any_of(value.items(), has_big_integer) ||
           std::ranges::any_of(value.members(), has_big_integer, &JsonMember::value);
}

}  // namespace

Check check_fields(const Node& record) {
    const auto& fields = record.fields;
    const auto name = [&](std::uint32_t i) { return fields[i].name; };
    const auto repeated = first_repeated(record.fields_by_name, name);
    if (!repeated) return std::monostate{};
    return invalid("Duplicate field " + std::string{name(repeated->later)} + " in record " +
                   record.name.full() + ": " + describe(fields[repeated->later], repeated->later) +
                   " and " + describe(fields[repeated->earlier], repeated->earlier) + ".");
}

Check check_symbols(const Node& enumeration, Validation validation) {
    const auto& symbols = enumeration.symbols;
    const auto symbol = [&](std::uint32_t i) { return symbols[i]; };
    const auto repeated = first_repeated(sorted_indexes(symbols.size(), symbol), symbol);
    const std::size_t end = repeated ? repeated->later : symbols.size();
    for (std::size_t i = 0; validation == Validation::strict && i < end; ++i) {
        if (auto fault = name_fault(symbols[i])) return invalid(std::move(*fault));
    }
    if (repeated) {
        return invalid("Duplicate enum symbol: " +
                       std::string{symbols[repeated->later].value_or("null")});
    }
    const auto& default_symbol = enumeration.default_symbol;
    if (default_symbol && std::ranges::find(symbols, default_symbol) == symbols.end()) {
        return invalid("The Enum Default: " + std::string{*default_symbol} +
                       " is not in the enum symbol set: " + list_symbols(enumeration));
    }
    return std::monostate{};
}

Check check_branches(const Node& union_of) {
    std::vector<std::uint32_t> order;
    std::size_t nested = union_of.children.size();
    for (std::size_t i = 0; i < union_of.children.size(); ++i) {
        const Kind kind = union_of.children[i]->kind;
        if (kind == Kind::union_of) nested = std::min(nested, i);
        if (kind != Kind::unresolved) order.push_back(static_cast<std::uint32_t>(i));
    }
    const auto name = [&](std::uint32_t i) {
        const Node& branch = *union_of.children[i];
        return is_named(branch.kind) ? branch.name : Name{kind_name(branch.kind)};
    };
    std::ranges::stable_sort(order, NameLess{}, name);
    const auto repeated = first_repeated(order, name);
    if (nested < union_of.children.size() && (!repeated || nested <= repeated->later)) {
        return invalid("Nested union: " + describe(union_of));
    }
    if (repeated) return invalid("Duplicate in union:" + name(repeated->later).full());
    return std::monostate{};
}

Check check_copied_properties(const Node& node) {
    if (node.kind != Kind::record && node.kind != Kind::array && node.kind != Kind::map) {
        return std::monostate{};
    }
    for (const JsonMember& property : node.properties) {
        if (!has_big_integer(property.value)) continue;
        if (property.value.is(JsonKind::integer)) {
            return invalid("Can't set a property to null: " + std::string{property.key});
        }
        return invalid("Cannot invoke \"Object.getClass()\" because \"<parameter1>\" is null");
    }
    return std::monostate{};
}

Check check_default(const Field& field) {
    if (!field.default_value || is_valid_default(*field.default_value, *field.type)) {
        return std::monostate{};
    }
    return invalid("Invalid default for field " + std::string{field.name} + ": " +
                   text::to_json(*field.default_value) + " not a " + describe(*field.type));
}

}  // namespace sgw::schema::avro
