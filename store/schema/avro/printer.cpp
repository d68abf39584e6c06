#include "store/schema/avro/printer.hpp"

#include <utility>

#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::avro {
namespace {

using text::append_json;
using text::append_json_string;
using text::append_list;

constexpr std::size_t describe_depth = 200;

class Printer {
  public:
    Printer(KnownNames known, std::size_t max_depth) : known_(std::move(known)), room_(max_depth) {}

    void print(const Node& node, Space enclosing);

    Printed take() { return {std::move(out_), too_deep_}; }

  private:
    void print_named(const Node& node, Space enclosing);
    void print_record(const Node& record);
    void print_field(const Field& field, Space enclosing);
    void print_enum(const Node& node);
    void print_collection(const Node& node, Space enclosing);
    void print_union(const Node& node, Space enclosing);
    void print_unresolved(const Node& node);
    void print_name(const Name& name, Space enclosing);
    void print_aliases(const Node& node);
    void print_properties(const Properties& properties);
    void print_text(std::string_view key, std::string_view value);
    void print_key(std::string_view key);

    bool enter(std::size_t levels);
    void leave(std::size_t levels) { room_ += levels; }

    std::string out_;
    KnownNames known_;
    std::size_t room_;
    bool too_deep_ = false;
};

bool Printer::enter(std::size_t levels) {
    if (room_ < levels) {
        too_deep_ = true;
        out_ += "null";
        return false;
    }
    room_ -= levels;
    return true;
}

void Printer::print(const Node& node, Space enclosing) {
    switch (node.kind) {
        case Kind::record:
        case Kind::enumeration:
        case Kind::fixed:
            print_named(node, enclosing);
            break;
        case Kind::array:
        case Kind::map:
            print_collection(node, enclosing);
            break;
        case Kind::union_of:
            print_union(node, enclosing);
            break;
        case Kind::unresolved:
            print_unresolved(node);
            break;
        default:
            if (node.properties.empty()) {
                append_json_string(out_, kind_name(node.kind));
            } else {
                out_ += "{\"type\":";
                append_json_string(out_, kind_name(node.kind));
                print_properties(node.properties);
                out_ += '}';
            }
    }
}

void Printer::print_named(const Node& node, Space enclosing) {
    if (!known_.insert(node.name).second) {
        const bool full = needs_full_name(node.name, enclosing);
        append_json_string(out_, full ? node.name.full() : std::string{node.name.name});
        return;
    }
    // A record nests three deep: itself, its fields, a field.
    const std::size_t levels = node.kind == Kind::record ? 3 : 2;
    if (!enter(levels)) return;
    out_ += "{\"type\":";
    append_json_string(out_, node.is_error ? "error" : kind_name(node.kind));
    print_name(node.name, enclosing);
    if (node.doc) print_text("doc", *node.doc);
    if (node.kind == Kind::record) print_record(node);
    if (node.kind == Kind::enumeration) print_enum(node);
    if (node.kind == Kind::fixed) out_ += ",\"size\":" + std::to_string(node.size);
    print_properties(node.properties);
    print_aliases(node);
    out_ += '}';
    leave(levels);
}

void Printer::print_name(const Name& name, Space enclosing) {
    print_text("name", name.name);
    if (name.space != nullptr) {
        if (name.space != enclosing) print_text("namespace", *name.space);
    } else if (enclosing != nullptr) {
        print_text("namespace", "");
    }
}

void Printer::print_record(const Node& record) {
    print_key("fields");
    append_list(
        out_, record.fields, [&](const Field& field) { print_field(field, record.name.space); });
}

void Printer::print_field(const Field& field, Space enclosing) {
    out_ += "{\"name\":";
    append_json_string(out_, field.name);
    print_key("type");
    print(*field.type, enclosing);
    if (field.doc) print_text("doc", *field.doc);
    if (field.default_value) {
        print_key("default");
        append_json(out_, *field.default_value);
    }
    if (field.order != Order::ascending) {
        print_text("order", field.order == Order::descending ? "descending" : "ignore");
    }
    if (!field.aliases.empty()) {
        print_key("aliases");
        append_list(
            out_, field.aliases, [&](std::string_view alias) { append_json_string(out_, alias); });
    }
    print_properties(field.properties);
    out_ += '}';
}

void Printer::print_enum(const Node& node) {
    print_key("symbols");
    append_list(out_, node.symbols, [&](const auto& symbol) {
        if (symbol) {
            append_json_string(out_, *symbol);
        } else {
            out_ += "null";
        }
    });
    if (node.default_symbol) print_text("default", *node.default_symbol);
}

void Printer::print_collection(const Node& node, Space enclosing) {
    if (!enter(1)) return;
    out_ += node.kind == Kind::array ? R"({"type":"array","items":)" : R"({"type":"map","values":)";
    print(*node.children.front(), enclosing);
    print_properties(node.properties);
    out_ += '}';
    leave(1);
}

void Printer::print_union(const Node& node, Space enclosing) {
    if (!enter(1)) return;
    append_list(out_, node.children, [&](const Node* branch) { print(*branch, enclosing); });
    leave(1);
}

/// The placeholder that the Avro library shows; its number is a counter of the process there.
void Printer::print_unresolved(const Node& node) {
    out_ +=
        R"({"type":"record","name":"UnresolvedSchema_0","namespace":"org.apache.avro.compiler")";
    out_ += R"(,"doc":"unresolved schema","fields":[],"org.apache.avro.compiler.unresolved.name":)";
    append_json_string(out_, node.name.full());
    out_ += '}';
}

void Printer::print_aliases(const Node& node) {
    if (node.aliases.empty()) return;
    print_key("aliases");
    append_list(out_, node.aliases, [&](const Name& alias) {
        const bool full = needs_full_name(alias, node.name.space);
        append_json_string(out_, full ? alias.full() : std::string{alias.name});
    });
}

void Printer::print_properties(const Properties& properties) {
    for (const text::JsonMember& property : properties) {
        print_key(property.key);
        append_json(out_, property.value);
    }
}

void Printer::print_text(std::string_view key, std::string_view value) {
    print_key(key);
    append_json_string(out_, value);
}

void Printer::print_key(std::string_view key) {
    out_ += ',';
    append_json_string(out_, key);
    out_ += ':';
}

}  // namespace

Printed print(const Node& node, KnownNames known, std::size_t max_depth) {
    Printer printer(std::move(known), max_depth);
    printer.print(node, nullptr);
    return printer.take();
}

std::string describe(const Node& node) {
    return print(node, {}, describe_depth).text;
}

std::string describe(const Field& field, std::size_t position) {
    return std::string{field.name} + " type:" + std::string{kind_upper_name(field.type->kind)} +
           " pos:" + std::to_string(position);
}

}  // namespace sgw::schema::avro
