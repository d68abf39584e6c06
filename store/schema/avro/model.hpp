// An Avro schema as a graph: named types are nodes that may be reached by many paths, also from
// within themselves. Built by parse.hpp, immutable after that; views point into the documents that
// the graph owns. Any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/schema/text/json_value.hpp"

namespace sgw::schema::avro {

enum class Kind : std::uint8_t {
    null,
    boolean,
    int32,
    int64,
    float32,
    float64,
    bytes,
    string,
    record,
    enumeration,
    fixed,
    array,
    map,
    union_of,
    unresolved,  // a name that is not defined yet; never left over in a parsed schema
};

/// Types within types, as far as two schemas are compared.
inline constexpr int deepest_comparison = 1000;

/// "record", "int", ...
std::string_view kind_name(Kind kind);
/// "RECORD", "INT", ...: how messages call it.
std::string_view kind_upper_name(Kind kind);
/// The primitive type of that name.
std::optional<Kind> primitive_kind(std::string_view name);
/// A record, an enum or a fixed.
bool is_named(Kind kind);
/// Whether `name` is that of a kind, complex ones included.
bool is_kind_name(std::string_view name);

/// Namespaces are interned in their graph and compared by address: hostile texts have megabytes of
/// them.
using Space = const std::string*;  // null: no namespace

struct Name {
    std::string_view name;  // without dots
    Space space = nullptr;

    std::string full() const;
    bool operator==(const Name&) const = default;
};

/// For names of one graph; any order that is the same all the time.
struct NameLess {
    bool operator()(const Name& a, const Name& b) const;
};

/// For names of any graphs: the same full name.
bool same_full_name(const Name& a, const Name& b);

/// How a name is written inside `enclosing`: short where that says the same.
bool needs_full_name(const Name& name, Space enclosing);

enum class Order : std::uint8_t { ascending, descending, ignore };

using Properties = std::vector<text::JsonMember>;

struct Node;

struct Field {
    std::string_view name;
    const Node* type = nullptr;
    std::optional<std::string_view> doc;
    std::optional<text::JsonValue> default_value;
    Order order = Order::ascending;
    std::vector<std::string_view> aliases;
    Properties properties;
};

struct Node {
    Kind kind = Kind::null;
    bool is_error = false;  // a record that was called "error"
    std::int32_t size = 0;  // fixed
    Name name;
    std::optional<std::string_view> doc;
    std::vector<Field> fields;
    std::vector<std::uint32_t> fields_by_name;             // indexes into fields, sorted by name
    std::vector<std::optional<std::string_view>> symbols;  // one that was no string is empty
    std::optional<std::string_view> default_symbol;
    std::vector<const Node*> children;  // items, values or branches
    std::vector<Name> aliases;
    Properties properties;

    const Field* find_field(std::string_view field_name) const;
};

/// The shared node of a primitive type without properties.
const Node* plain_primitive(Kind kind);

/// Everything that the nodes of one schema point to.
struct Graph {
    std::vector<text::JsonDocument> documents;
    std::deque<Node> nodes;
    std::set<std::string, std::less<>> spaces;
    std::map<Name, const Node*, NameLess> named;
    std::vector<Name>
        referenced;  // what the referenced texts are called; types get the name of their kind

    Space intern(std::string_view space);
    const Node* find(const Name& name) const;
};

/// A dotted name brings its namespace along; any other is in `space`. An empty namespace is none.
Name make_name(Graph& graph, std::string_view name, Space space);

}  // namespace sgw::schema::avro
