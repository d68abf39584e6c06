#include "store/schema/avro/text_parser.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "store/schema/avro/equality.hpp"
#include "store/schema/avro/json_fields.hpp"
#include "store/schema/avro/order.hpp"
#include "store/schema/avro/type_rules.hpp"
#include "store/schema/avro/validate.hpp"
#include "store/schema/text/java_number.hpp"
#include "store/schema/text/json_reader.hpp"
#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::avro {
namespace {

using text::JsonKind;
using text::JsonValue;
using text::to_json;

using NodeResult = Parsed<const Node*>;

// Far beyond any real schema; what is within them costs little memory.
constexpr std::size_t max_forward_names = 100'000;
constexpr std::size_t max_nested_unions = 100;

std::string describe_json_error(const text::JsonError& error) {
    std::string_view name = "com.fasterxml.jackson.core.JsonParseException: ";
    if (error.kind == text::JsonError::Kind::end_of_input) {
        name = "com.fasterxml.jackson.core.io.JsonEOFException: ";
    }
    return std::string{name} + error.what + "\n at [line: " + std::to_string(error.line) +
           ", column: " + std::to_string(error.column) + "]";
}

class TextParser {
  public:
    TextParser(Graph& graph, Validation validation, const Limits& limits)
        : graph_(graph), validation_(validation), limits_(limits) {}

    NodeResult parse(std::string_view source);

  private:
    NodeResult parse_type(const JsonValue& json, Space enclosing);
    NodeResult parse_object(const JsonValue& json, Space enclosing);
    NodeResult parse_primitive(const JsonValue& json, Kind kind);
    NodeResult parse_record(const JsonValue& json, Space enclosing, bool is_error);
    Parsed<Field> parse_field(const JsonValue& json, Space enclosing);
    NodeResult parse_enum(const JsonValue& json, Space enclosing);
    NodeResult parse_fixed(const JsonValue& json, Space enclosing);
    NodeResult parse_collection(const JsonValue& json, Space enclosing, Kind kind);
    NodeResult parse_union(const JsonValue& json, Space enclosing);

    Parsed<Name> parse_name(const JsonValue& json, Space enclosing);
    Check set_aliases(const JsonValue& json, Node& node);
    Parsed<JsonValue> read_default(const JsonValue& value, const Node& type);
    Check define(Node& node);
    NodeResult find(std::string_view name, Space enclosing);
    NodeResult unresolved(const Name& name);
    Node& add(Kind kind);

    Check resolve();
    Check resolve(const Node*& type);
    bool is_strict() const { return validation_ == Validation::strict; }

    Graph& graph_;
    Validation validation_;
    Limits limits_;
    std::size_t first_node_ = 0;
    std::map<Name, const Node*, NameLess> unresolved_;
    std::set<Space> checked_spaces_;
};

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

Node& TextParser::add(Kind kind) {
    Node& node = graph_.nodes.emplace_back();
    node.kind = kind;
    return node;
}

NodeResult TextParser::parse_primitive(const JsonValue& json, Kind kind) {
    Properties properties = type_properties(json);
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
    node.fields = std::move(fields);
    node.fields_by_name =
        sorted_indexes(node.fields.size(), [&](std::uint32_t i) { return node.fields[i].name; });
    BOOST_OUTCOME_TRYV(check_fields(node));
    node.properties = type_properties(json);
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
    BOOST_OUTCOME_TRY(field.order, read_order(json));
    if (const JsonValue* value = json.find("default")) {
        BOOST_OUTCOME_TRY(field.default_value, read_default(*value, *field.type));
    }
    if (is_strict()) {
        if (auto fault = name_fault(field.name)) return invalid(std::move(*fault));
        BOOST_OUTCOME_TRYV(check_default(field));
    }
    field.properties = field_properties(json);
    BOOST_OUTCOME_TRY(field.aliases, read_aliases(json));
    return field;
}

/// A text as default of a float is the number that it spells.
Parsed<JsonValue> TextParser::read_default(const JsonValue& value, const Node& type) {
    const bool is_float = type.kind == Kind::float32 || type.kind == Kind::float64;
    if (!is_float || !value.is(JsonKind::string)) return value;
    const std::string_view number = text::java_trim(value.text());
    if (number.empty()) return invalid("empty String");
    const auto parsed = text::parse_java_double(number);
    if (!parsed) return invalid("For input string: \"" + std::string{number} + "\"");
    text::JsonDocument& document = graph_.documents.back();
    return JsonValue::real(document.keep(std::string_view{text::java_double(*parsed)}));
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
    BOOST_OUTCOME_TRYV(check_symbols(node, validation_));
    node.properties = enum_properties(json);
    BOOST_OUTCOME_TRYV(set_aliases(json, node));
    BOOST_OUTCOME_TRYV(define(node));
    return &node;
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
    node.properties = type_properties(json);
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
    node.properties = type_properties(json);
    return &node;
}

NodeResult TextParser::parse_union(const JsonValue& json, Space enclosing) {
    std::vector<const Node*> branches;
    branches.reserve(json.items().size());
    std::size_t nested = 0;  // one is too many, but the message shows the others too
    for (const JsonValue& item : json.items()) {
        BOOST_OUTCOME_TRY(const Node* branch, parse_type(item, enclosing));
        branches.push_back(branch);
        if (branch->kind == Kind::union_of && ++nested == max_nested_unions) break;
    }
    Node& node = add(Kind::union_of);
    node.children = std::move(branches);
    BOOST_OUTCOME_TRYV(check_branches(node));
    return &node;
}

Parsed<Name> TextParser::parse_name(const JsonValue& json, Space enclosing) {
    Space space = enclosing;
    if (const auto given = optional_text(json, "namespace")) {
        space = given->empty() ? nullptr : graph_.intern(*given);
    }
    BOOST_OUTCOME_TRY(const std::string_view text,
                      required_text(json, "name", "No name in schema"));
    const Name name = make_name(graph_, text, space);
    if (is_strict()) {
        if (auto fault = name_fault(name.name)) return invalid(std::move(*fault));
    }
    if (name.space == nullptr && primitive_kind(name.name)) {
        return invalid("Schemas may not be named after primitives: " + name.full());
    }
    return name;
}

Check TextParser::set_aliases(const JsonValue& json, Node& node) {
    BOOST_OUTCOME_TRY(const auto aliases, read_aliases(json));
    std::set<Name, NameLess> known;
    for (const std::string_view text : aliases) {
        Name alias = make_name(graph_, text, node.name.space);
        if (is_strict()) {
            if (auto fault = name_fault(alias.name)) return invalid(std::move(*fault));
        }
        // The library copies records, and in the copy an alias without a namespace has that of its
        // record.
        if (node.kind == Kind::record && alias.space == nullptr) alias.space = node.name.space;
        if (known.insert(alias).second) node.aliases.push_back(alias);
    }
    return std::monostate{};
}

/// Types are defined once they are complete: within itself a record is a name still to be resolved.
Check TextParser::define(Node& node) {
    // One namespace may be long and have many types: it is looked at once.
    if (is_strict() && checked_spaces_.insert(node.name.space).second) {
        if (auto fault = space_fault(node.name.space)) return invalid(std::move(*fault));
    }
    const auto [place, is_new] = graph_.named.emplace(node.name, &node);
    if (!is_new && !is_same(*place->second, node, Sameness::type)) {
        return invalid("Can't redefine: " + node.name.full());
    }
    return std::monostate{};
}

NodeResult TextParser::find(std::string_view name, Space enclosing) {
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
    return unresolved(full);
}

/// One placeholder for all uses of a name.
NodeResult TextParser::unresolved(const Name& name) {
    const auto [place, is_new] = unresolved_.emplace(name, nullptr);
    if (is_new) {
        if (unresolved_.size() > max_forward_names) {
            return invalid("Undefined schema: " + name.full());
        }
        Node& placeholder = add(Kind::unresolved);
        placeholder.name = name;
        place->second = &placeholder;
    }
    return place->second;
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
        if (!unresolved_.empty()) {
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
    if (!is_strict() || unresolved_.empty()) return std::monostate{};
    for (std::size_t i = first_node_; i < graph_.nodes.size(); ++i) {
        for (const Field& field : graph_.nodes[i].fields) {
            BOOST_OUTCOME_TRYV(check_default(field));
        }
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

}  // namespace sgw::schema::avro
