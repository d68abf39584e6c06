#include "store/schema/avro/text_parser.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "store/schema/avro/equality.hpp"
#include "store/schema/avro/printer.hpp"
#include "store/schema/avro/validate.hpp"
#include "store/schema/text/java_number.hpp"
#include "store/schema/text/json_reader.hpp"
#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::avro {
namespace {

using text::JsonKind;
using text::JsonMember;
using text::JsonValue;
using text::to_json;

template <class T>
using Parsed = ResultOr<T, InvalidSchema>;

using NodeResult = Parsed<const Node*>;

/// Success has nothing to say.
using Check = Parsed<std::monostate>;

InvalidSchema invalid(std::string reason) {
    return {std::move(reason)};
}

constexpr std::array<std::string_view, 10> schema_reserved = {
    "doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"};
constexpr std::array<std::string_view, 6> field_reserved = {
    "default", "doc", "name", "order", "type", "aliases"};

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
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

/// Of things in a sequence, the first that an earlier one equals, and the last such earlier one.
struct Repeated {
    std::size_t earlier;
    std::size_t later;
};

/// `order` is sorted so that equal things are neighbours, in the order of the sequence.
template <class Equal>
std::optional<Repeated> first_repeated(const std::vector<std::uint32_t>& order, Equal equal) {
    std::optional<Repeated> first;
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (equal(order[i - 1], order[i]) && (!first || order[i] < first->later)) {
            first = Repeated{order[i - 1], order[i]};
        }
    }
    return first;
}

template <class Projection>
std::vector<std::uint32_t> sorted_indexes(std::size_t size, Projection projection) {
    std::vector<std::uint32_t> order(size);
    for (std::size_t i = 0; i < size; ++i) order[i] = static_cast<std::uint32_t>(i);
    std::ranges::stable_sort(order, {}, projection);
    return order;
}

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

class TextParser {
  public:
    TextParser(Graph& graph, Validation validation, const Limits& limits)
        : graph_(graph), strict_(validation == Validation::strict), limits_(limits) {}

    NodeResult parse(std::string_view source);

  private:
    NodeResult parse_type(const JsonValue& json, Space enclosing);
    NodeResult parse_object(const JsonValue& json, Space enclosing);
    NodeResult parse_primitive(const JsonValue& json, Kind kind);
    NodeResult parse_record(const JsonValue& json, Space enclosing, bool is_error);
    Parsed<Field> parse_field(const JsonValue& json, Space enclosing);
    Parsed<Order> parse_order(const JsonValue& json);
    NodeResult parse_enum(const JsonValue& json, Space enclosing);
    NodeResult parse_fixed(const JsonValue& json, Space enclosing);
    NodeResult parse_collection(const JsonValue& json, Space enclosing, Kind kind);
    NodeResult parse_union(const JsonValue& json, Space enclosing);

    Parsed<Name> parse_name(const JsonValue& json, Space enclosing);
    Parsed<std::vector<std::string_view>> parse_aliases(const JsonValue& json);
    Check set_aliases(const JsonValue& json, Node& node);
    Check set_fields(Node& record, std::vector<Field> fields);
    Check check_symbols(Node& node);
    Check check_branches(const Node& node);
    Check check_default(const Field& field);
    JsonValue as_float_default(double value);
    Check define(Node& node);
    const Node* find(std::string_view name, Space enclosing);
    Node& add(Kind kind);

    Check resolve();
    Check resolve(const Node*& type);
    Check check_copied_properties(const Node& node);

    Graph& graph_;
    bool strict_;
    Limits limits_;
    std::size_t first_node_ = 0;
    bool has_unresolved_ = false;
};

std::string describe_json_error(const text::JsonError& error) {
    std::string_view name = "com.fasterxml.jackson.core.JsonParseException: ";
    if (error.kind == text::JsonError::Kind::end_of_input) {
        name = "com.fasterxml.jackson.core.io.JsonEOFException: ";
    }
    return std::string{name} + error.what + "\n at [line: " + std::to_string(error.line) +
           ", column: " + std::to_string(error.column) + "]";
}

NodeResult TextParser::parse(std::string_view source) {
    auto json = text::read_json(source, limits_.max_depth);
    if (!json) return invalid(describe_json_error(json.error()));
    if (json.value().is_blank) return invalid("Schema not yet supported: ");
    graph_.documents.push_back(std::move(json.value().document));
    first_node_ = graph_.nodes.size();

    BOOST_OUTCOME_TRY(const Node* root, parse_type(graph_.documents.back().root(), nullptr));
    const std::string_view dangling = text::java_trim(json.value().trailing);
    if (!dangling.empty()) {
        return invalid("dangling content after end of schema: " + std::string{dangling});
    }
    if (root->kind == Kind::unresolved) {
        return invalid("Unknown schema: org.apache.avro.compiler.UnresolvedSchema_0");
    }
    BOOST_OUTCOME_TRYV(resolve());
    return root;
}

NodeResult TextParser::parse_type(const JsonValue& json, Space enclosing) {
    switch (json.kind()) {
        case JsonKind::string:
            return find(json.text(), enclosing);
        case JsonKind::object:
            return parse_object(json, enclosing);
        case JsonKind::array:
            return parse_union(json, enclosing);
        default:
            return invalid("Schema not yet supported: " + to_json(json));
    }
}

NodeResult TextParser::parse_object(const JsonValue& json, Space enclosing) {
    BOOST_OUTCOME_TRY(const std::string_view type, required_text(json, "type", "No type"));
    if (const auto kind = primitive_kind(type)) return parse_primitive(json, *kind);
    if (type == "record" || type == "error") return parse_record(json, enclosing, type == "error");
    if (type == "enum") return parse_enum(json, enclosing);
    if (type == "array") return parse_collection(json, enclosing, Kind::array);
    if (type == "map") return parse_collection(json, enclosing, Kind::map);
    if (type == "fixed") return parse_fixed(json, enclosing);
    return find(type, enclosing);
}

template <class IsReserved>
Properties custom_properties(const JsonValue& json, IsReserved is_reserved) {
    Properties properties;
    for (const JsonMember& member : json.members()) {
        if (!is_reserved(member.key)) properties.push_back(member);
    }
    return properties;
}

Properties schema_properties(const JsonValue& json) {
    return custom_properties(json,
                             [](std::string_view k) { return is_one_of(schema_reserved, k); });
}

Node& TextParser::add(Kind kind) {
    Node& node = graph_.nodes.emplace_back();
    node.kind = kind;
    return node;
}

NodeResult TextParser::parse_primitive(const JsonValue& json, Kind kind) {
    Properties properties = schema_properties(json);
    if (properties.empty()) return plain_primitive(kind);
    Node& node = add(kind);
    node.properties = std::move(properties);
    return &node;
}

NodeResult TextParser::parse_record(const JsonValue& json, Space enclosing, bool is_error) {
    BOOST_OUTCOME_TRY(const Name name, parse_name(json, enclosing));
    const JsonValue* fields_json = json.find("fields");
    if (fields_json == nullptr || !fields_json->is(JsonKind::array)) {
        return invalid("Record has no fields: " + to_json(json));
    }
    std::vector<Field> fields;
    fields.reserve(fields_json->items().size());
    for (const JsonValue& field_json : fields_json->items()) {
        BOOST_OUTCOME_TRY(Field field, parse_field(field_json, name.space));
        fields.push_back(std::move(field));
    }
    Node& node = add(Kind::record);
    node.is_error = is_error;
    node.name = name;
    node.doc = optional_text(json, "doc");
    BOOST_OUTCOME_TRYV(set_fields(node, std::move(fields)));
    node.properties = schema_properties(json);
    BOOST_OUTCOME_TRYV(set_aliases(json, node));
    BOOST_OUTCOME_TRYV(define(node));
    return &node;
}

Parsed<Field> TextParser::parse_field(const JsonValue& json, Space enclosing) {
    Field field;
    BOOST_OUTCOME_TRY(field.name, required_text(json, "name", "No field name"));
    field.doc = optional_text(json, "doc");
    const JsonValue* type = json.find("type");
    if (type == nullptr) return invalid("No field type: " + to_json(json));
    BOOST_OUTCOME_TRY(field.type, parse_type(*type, enclosing));
    BOOST_OUTCOME_TRY(field.order, parse_order(json));
    if (const JsonValue* value = json.find("default")) {
        field.default_value = *value;
        const bool is_float =
            field.type->kind == Kind::float32 || field.type->kind == Kind::float64;
        if (is_float && value->is(JsonKind::string)) {
            const std::string_view number = text::java_trim(value->text());
            if (number.empty()) return invalid("empty String");
            const auto parsed = text::parse_java_double(number);
            if (!parsed) return invalid("For input string: \"" + std::string{number} + "\"");
            field.default_value = as_float_default(*parsed);
        }
    }
    if (strict_) {
        if (auto fault = name_fault(field.name)) return invalid(std::move(*fault));
        BOOST_OUTCOME_TRYV(check_default(field));
    }
    field.properties = custom_properties(
        json, [](std::string_view key) { return is_one_of(field_reserved, key); });
    BOOST_OUTCOME_TRY(field.aliases, parse_aliases(json));
    return field;
}

JsonValue TextParser::as_float_default(double value) {
    return JsonValue::real(
        graph_.documents.back().keep(std::string_view{text::java_double(value)}));
}

Check TextParser::check_default(const Field& field) {
    if (!field.default_value || is_valid_default(*field.default_value, *field.type)) {
        return std::monostate{};
    }
    return invalid("Invalid default for field " + std::string{field.name} + ": " +
                   to_json(*field.default_value) + " not a " + describe(*field.type));
}

Parsed<Order> TextParser::parse_order(const JsonValue& json) {
    const JsonValue* value = json.find("order");
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

NodeResult TextParser::parse_enum(const JsonValue& json, Space enclosing) {
    BOOST_OUTCOME_TRY(const Name name, parse_name(json, enclosing));
    const JsonValue* symbols = json.find("symbols");
    if (symbols == nullptr || !symbols->is(JsonKind::array)) {
        return invalid("Enum has no symbols: " + to_json(json));
    }
    Node& node = add(Kind::enumeration);
    node.name = name;
    node.doc = optional_text(json, "doc");
    node.symbols.reserve(symbols->items().size());
    for (const JsonValue& symbol : symbols->items()) {
        const bool is_text = symbol.is(JsonKind::string);
        node.symbols.push_back(is_text ? std::optional{symbol.text()} : std::nullopt);
    }
    node.default_symbol = optional_text(json, "default");
    BOOST_OUTCOME_TRYV(check_symbols(node));
    node.properties = custom_properties(json, [](std::string_view key) {
        return key == "default" || is_one_of(schema_reserved, key);
    });
    BOOST_OUTCOME_TRYV(set_aliases(json, node));
    BOOST_OUTCOME_TRYV(define(node));
    return &node;
}

Check TextParser::check_symbols(Node& node) {
    const auto symbol = [&](std::uint32_t i) { return node.symbols[i]; };
    const auto order = sorted_indexes(node.symbols.size(), symbol);
    const auto equal = [&](std::uint32_t a, std::uint32_t b) { return symbol(a) == symbol(b); };
    const auto repeated = first_repeated(order, equal);
    const std::size_t end = repeated ? repeated->later : node.symbols.size();
    for (std::size_t i = 0; strict_ && i < end; ++i) {
        if (auto fault = name_fault(node.symbols[i])) return invalid(std::move(*fault));
    }
    if (repeated) {
        return invalid("Duplicate enum symbol: " +
                       std::string{node.symbols[repeated->later].value_or("null")});
    }
    if (node.default_symbol && !node.has_symbol(node.default_symbol)) {
        return invalid("The Enum Default: " + std::string{*node.default_symbol} +
                       " is not in the enum symbol set: " + list_symbols(node));
    }
    return std::monostate{};
}

NodeResult TextParser::parse_fixed(const JsonValue& json, Space enclosing) {
    constexpr std::int64_t max_size = std::numeric_limits<std::int32_t>::max() - 8;
    BOOST_OUTCOME_TRY(const Name name, parse_name(json, enclosing));
    const JsonValue* size_json = json.find("size");
    const auto size = size_json == nullptr ? std::nullopt : size_json->as_int64();
    if (!size || *size < std::numeric_limits<std::int32_t>::min() ||
        *size > std::numeric_limits<std::int32_t>::max()) {
        return invalid("Invalid or no size: " + to_json(json));
    }
    if (*size < 0) {
        return invalid("Malformed data. Length is negative: " + std::to_string(*size));
    }
    if (*size > max_size) {
        return invalid("Cannot read arrays longer than " + std::to_string(max_size) +
                       " bytes in Java library");
    }
    Node& node = add(Kind::fixed);
    node.name = name;
    node.doc = optional_text(json, "doc");
    node.size = static_cast<std::int32_t>(*size);
    node.properties = schema_properties(json);
    BOOST_OUTCOME_TRYV(set_aliases(json, node));
    BOOST_OUTCOME_TRYV(define(node));
    return &node;
}

NodeResult TextParser::parse_collection(const JsonValue& json, Space enclosing, Kind kind) {
    const bool is_array = kind == Kind::array;
    const JsonValue* child = json.find(is_array ? "items" : "values");
    if (child == nullptr) {
        const std::string_view fault =
            is_array ? "Array has no items type: " : "Map has no values type: ";
        return invalid(std::string{fault} + to_json(json));
    }
    BOOST_OUTCOME_TRY(const Node* child_type, parse_type(*child, enclosing));
    Node& node = add(kind);
    node.children.push_back(child_type);
    node.properties = schema_properties(json);
    return &node;
}

NodeResult TextParser::parse_union(const JsonValue& json, Space enclosing) {
    std::vector<const Node*> branches;
    branches.reserve(json.items().size());
    for (const JsonValue& item : json.items()) {
        BOOST_OUTCOME_TRY(const Node* branch, parse_type(item, enclosing));
        branches.push_back(branch);
    }
    Node& node = add(Kind::union_of);
    node.children = std::move(branches);
    BOOST_OUTCOME_TRYV(check_branches(node));
    return &node;
}

/// Unresolved branches are told apart by a number of their own; they are looked at again when
/// resolved.
Check TextParser::check_branches(const Node& node) {
    std::vector<std::uint32_t> order;
    std::size_t nested = node.children.size();
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Kind kind = node.children[i]->kind;
        if (kind == Kind::union_of) nested = std::min(nested, i);
        if (kind != Kind::unresolved) order.push_back(static_cast<std::uint32_t>(i));
    }
    const auto name = [&](std::uint32_t i) {
        const Node& branch = *node.children[i];
        return is_named(branch.kind) ? branch.name : Name{kind_name(branch.kind)};
    };
    std::ranges::stable_sort(order, NameLess{}, name);
    const auto equal = [&](std::uint32_t a, std::uint32_t b) { return name(a) == name(b); };
    const auto repeated = first_repeated(order, equal);
    if (nested < node.children.size() && (!repeated || nested <= repeated->later)) {
        return invalid("Nested union: " + describe(node));
    }
    if (repeated) {
        return invalid("Duplicate in union:" +
                       name(static_cast<std::uint32_t>(repeated->later)).full());
    }
    return std::monostate{};
}

Parsed<Name> TextParser::parse_name(const JsonValue& json, Space enclosing) {
    Space space = enclosing;
    if (const auto given = optional_text(json, "namespace")) {
        space = given->empty() ? nullptr : graph_.intern(*given);
    }
    BOOST_OUTCOME_TRY(const std::string_view text,
                      required_text(json, "name", "No name in schema"));
    const Name name = make_name(graph_, text, space);
    if (strict_) {
        if (auto fault = name_fault(name.name)) return invalid(std::move(*fault));
    }
    if (name.space == nullptr && primitive_kind(name.name)) {
        return invalid("Schemas may not be named after primitives: " + name.full());
    }
    return name;
}

Parsed<std::vector<std::string_view>> TextParser::parse_aliases(const JsonValue& json) {
    std::vector<std::string_view> aliases;
    const JsonValue* list = json.find("aliases");
    if (list == nullptr) return aliases;
    if (!list->is(JsonKind::array)) return invalid("aliases not an array: " + to_json(json));
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

Check TextParser::set_aliases(const JsonValue& json, Node& node) {
    BOOST_OUTCOME_TRY(const auto aliases, parse_aliases(json));
    std::set<Name, NameLess> known;
    for (const std::string_view text : aliases) {
        Name alias = make_name(graph_, text, node.name.space);
        if (strict_) {
            if (auto fault = name_fault(alias.name)) return invalid(std::move(*fault));
        }
        // The library copies records, and in the copy an alias without a namespace has that of its
        // record.
        if (node.kind == Kind::record && alias.space == nullptr) alias.space = node.name.space;
        if (known.insert(alias).second) node.aliases.push_back(alias);
    }
    return std::monostate{};
}

Check TextParser::set_fields(Node& record, std::vector<Field> fields) {
    const auto name = [&](std::uint32_t i) { return fields[i].name; };
    record.fields_by_name = sorted_indexes(fields.size(), name);
    const auto equal = [&](std::uint32_t a, std::uint32_t b) { return name(a) == name(b); };
    if (const auto repeated = first_repeated(record.fields_by_name, equal)) {
        const Field& later = fields[repeated->later];
        return invalid("Duplicate field " + std::string{later.name} + " in record " +
                       record.name.full() + ": " + describe(later, repeated->later) + " and " +
                       describe(fields[repeated->earlier], repeated->earlier) + ".");
    }
    record.fields = std::move(fields);
    return std::monostate{};
}

/// Types are defined once they are complete: within itself a record is a name still to be resolved.
Check TextParser::define(Node& node) {
    if (strict_) {
        if (auto fault = space_fault(node.name.space)) return invalid(std::move(*fault));
    }
    const auto [place, is_new] = graph_.named.emplace(node.name, &node);
    if (!is_new && !is_same(*place->second, node, Sameness::type)) {
        return invalid("Can't redefine: " + node.name.full());
    }
    return std::monostate{};
}

const Node* TextParser::find(std::string_view name, Space enclosing) {
    if (const auto kind = primitive_kind(name)) return plain_primitive(*kind);
    const std::size_t dot = name.rfind('.');
    // A leading dot is no empty namespace here: such a name is never found.
    const Name full = dot == std::string_view::npos
                          ? Name{name, enclosing}
                          : Name{name.substr(dot + 1), graph_.intern(name.substr(0, dot))};
    if (const Node* node = graph_.find(full)) return node;
    if (dot == std::string_view::npos) {
        if (const Node* node = graph_.find(Name{name})) return node;
    }
    has_unresolved_ = true;
    Node& placeholder = add(Kind::unresolved);
    placeholder.name = full;
    return &placeholder;
}

Check TextParser::resolve(const Node*& type) {
    if (type->kind != Kind::unresolved) return std::monostate{};
    const Node* defined = graph_.find(type->name);
    if (defined == nullptr) return invalid("Undefined schema: " + type->name.full());
    type = defined;
    return std::monostate{};
}

Check TextParser::resolve() {
    for (std::size_t i = first_node_; i < graph_.nodes.size(); ++i) {
        Node& node = graph_.nodes[i];
        if (has_unresolved_) {
            for (Field& field : node.fields) {
                BOOST_OUTCOME_TRYV(resolve(field.type));
            }
            for (const Node*& child : node.children) {
                BOOST_OUTCOME_TRYV(resolve(child));
            }
            if (node.kind == Kind::union_of) {
                BOOST_OUTCOME_TRYV(check_branches(node));
            }
        }
        BOOST_OUTCOME_TRYV(check_copied_properties(node));
    }
    if (!strict_ || !has_unresolved_) return std::monostate{};
    for (std::size_t i = first_node_; i < graph_.nodes.size(); ++i) {
        for (const Field& field : graph_.nodes[i].fields) {
            BOOST_OUTCOME_TRYV(check_default(field));
        }
    }
    return std::monostate{};
}

bool has_big_integer(const JsonValue& value) {
    if (value.is(JsonKind::integer)) return !value.as_int64();
    return std::ranges::any_of(value.items(), has_big_integer) ||
           std::ranges::any_of(value.members(), has_big_integer, &JsonMember::value);
}

/// The library copies containers, and its copy loses integers of more than 64 bits.
Check TextParser::check_copied_properties(const Node& node) {
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

}  // namespace

NodeResult parse_text(Graph& graph,
                      std::string_view text,
                      Validation validation,
                      const Limits& limits) {
    return TextParser(graph, validation, limits).parse(text);
}

std::string nesting_too_deep(std::size_t max_depth) {
    return "Document nesting depth (" + std::to_string(max_depth + 1) +
           ") exceeds the maximum allowed (" + std::to_string(max_depth) + ")";
}

}  // namespace sgw::schema::avro
