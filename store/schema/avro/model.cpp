#include "store/schema/avro/model.hpp"

#include <algorithm>
#include <array>

namespace sgw::schema::avro {
namespace {

struct KindNames {
    std::string_view lower;
    std::string_view upper;
};

// In the order of Kind. An unresolved name stands for a record until it is resolved.
constexpr std::array<KindNames, 15> kind_names = {{{"null", "NULL"},
                                                   {"boolean", "BOOLEAN"},
                                                   {"int", "INT"},
                                                   {"long", "LONG"},
                                                   {"float", "FLOAT"},
                                                   {"double", "DOUBLE"},
                                                   {"bytes", "BYTES"},
                                                   {"string", "STRING"},
                                                   {"record", "RECORD"},
                                                   {"enum", "ENUM"},
                                                   {"fixed", "FIXED"},
                                                   {"array", "ARRAY"},
                                                   {"map", "MAP"},
                                                   {"union", "UNION"},
                                                   {"record", "RECORD"}}};

constexpr std::size_t primitive_count = 8;

}  // namespace

std::string_view kind_name(Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)].lower;
}

std::string_view kind_upper_name(Kind kind) {
    return kind_names[static_cast<std::size_t>(kind)].upper;
}

std::optional<Kind> primitive_kind(std::string_view name) {
    for (std::size_t i = 0; i < primitive_count; ++i) {
        if (kind_names[i].lower == name) return static_cast<Kind>(i);
    }
    return std::nullopt;
}

bool is_named(Kind kind) {
    return kind == Kind::record || kind == Kind::enumeration || kind == Kind::fixed;
}

bool is_kind_name(std::string_view name) {
    return std::ranges::any_of(kind_names, [name](const KindNames& k) { return k.lower == name; });
}

std::string Name::full() const {
    if (space == nullptr) return std::string{name};
    return *space + "." + std::string{name};
}

bool NameLess::operator()(const Name& a, const Name& b) const {
    if (a.space != b.space) return std::less<Space>{}(a.space, b.space);
    return a.name < b.name;
}

bool same_full_name(const Name& a, const Name& b) {
    if (a.name != b.name) return false;
    if (a.space == nullptr || b.space == nullptr) return a.space == b.space;
    return a.space == b.space || *a.space == *b.space;
}

bool needs_full_name(const Name& name, Space enclosing) {
    return name.space == nullptr || name.space != enclosing || is_kind_name(name.name);
}

const Field* Node::find_field(std::string_view field_name) const {
    const auto name_of = [this](std::uint32_t i) { return fields[i].name; };
    const auto found = std::ranges::lower_bound(fields_by_name, field_name, {}, name_of);
    const bool exists = found != fields_by_name.end() && name_of(*found) == field_name;
    return exists ? &fields[*found] : nullptr;
}

const Node* plain_primitive(Kind kind) {
    static const std::array<Node, primitive_count> primitives = [] {
        std::array<Node, primitive_count> made;
        for (std::size_t i = 0; i < made.size(); ++i) made[i].kind = static_cast<Kind>(i);
        return made;
    }();
    return &primitives[static_cast<std::size_t>(kind)];
}

Space Graph::intern(std::string_view space) {
    const auto found = spaces.find(space);
    return found != spaces.end() ? &*found : &*spaces.emplace(space).first;
}

const Node* Graph::find(const Name& name) const {
    const auto found = named.find(name);
    return found == named.end() ? nullptr : found->second;
}

Name make_name(Graph& graph, std::string_view name, Space space) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {name, space};
    const std::string_view prefix = name.substr(0, dot);
    return {name.substr(dot + 1), prefix.empty() ? nullptr : graph.intern(prefix)};
}

}  // namespace sgw::schema::avro
