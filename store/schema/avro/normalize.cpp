#include "store/schema/avro/normalize.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "store/schema/avro/default_value.hpp"
#include "store/schema/avro/printer.hpp"
#include "store/schema/text/json_reader.hpp"
#include "store/schema/text/json_writer.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::avro {
namespace {

using Done = ResultOr<std::monostate, InvalidSchema>;

InvalidSchema fault(std::string reason) {
    return {std::move(reason), InvalidSchema::Stage::normalize};
}

/// The order of full names, without building them: namespaces are shared and may be long.
bool full_name_less(const Name& a, const Name& b) {
    if (a.space == b.space) return text::Utf16Less{}(a.name, b.name);
    return text::Utf16Less{}(a.full(), b.full());
}

class Normalizer {
  public:
    Normalizer(const Graph& graph, std::size_t max_depth)
        : known_(graph.referenced.begin(), graph.referenced.end()),
          max_depth_(max_depth),
          room_(max_depth) {}

    Done write(const Node& node, Space enclosing);
    std::string take() { return std::move(out_); }

  private:
    Done write_named(const Node& node, Space enclosing);
    Done write_record(const Node& record, Space enclosing);
    Done write_field(const Field& field, Space enclosing);
    void write_enum(const Node& node);
    Done write_collection(const Node& node, Space enclosing);
    Done write_union(const Node& node, Space enclosing);
    Done write_properties(const Properties& properties);
    void write_aliases(const Node& node);
    void write_name(const Name& name, Space enclosing);
    void write_raw(std::string_view key, std::string_view value);
    template <class Items, class Write>
    Done write_list(const Items& items, Write write);
    Done enter(std::size_t levels);

    std::string out_;
    KnownNames known_;
    std::size_t max_depth_;
    std::size_t room_;
};

Done Normalizer::enter(std::size_t levels) {
    if (room_ < levels) {
        return fault(text::nesting_too_deep(max_depth_));
    }
    room_ -= levels;
    return std::monostate{};
}

/// `[a,b]`, or the first fault.
template <class Items, class Write>
Done Normalizer::write_list(const Items& items, Write write) {
    out_ += '[';
    const char* separator = "";
    for (const auto& item : items) {
        out_ += separator;
        separator = ",";
        BOOST_OUTCOME_TRYV(write(item));
    }
    out_ += ']';
    return std::monostate{};
}

Done Normalizer::write(const Node& node, Space enclosing) {
    switch (node.kind) {
        case Kind::record:
        case Kind::enumeration:
        case Kind::fixed:
            return write_named(node, enclosing);
        case Kind::array:
        case Kind::map:
            return write_collection(node, enclosing);
        case Kind::union_of:
            return write_union(node, enclosing);
        default:
            if (node.properties.empty()) {
                text::append_json_string(out_, kind_name(node.kind));
                return std::monostate{};
            }
            out_ += "{\"type\":";
            text::append_json_string(out_, kind_name(node.kind));
            BOOST_OUTCOME_TRYV(write_properties(node.properties));
            out_ += '}';
            return std::monostate{};
    }
}

void Normalizer::write_name(const Name& name, Space enclosing) {
    out_ += '"';
    out_ += needs_full_name(name, enclosing) ? name.full() : std::string{name.name};
    out_ += '"';
}

void Normalizer::write_raw(std::string_view key, std::string_view value) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":\"";
    out_ += value;
    out_ += '"';
}

Done Normalizer::write_named(const Node& node, Space enclosing) {
    if (!known_.insert(node.name).second) {
        write_name(node.name, enclosing);
        return std::monostate{};
    }
    const std::size_t levels = node.kind == Kind::record ? 3 : 2;
    BOOST_OUTCOME_TRYV(enter(levels));
    out_ += "{\"type\":";
    text::append_json_string(out_, kind_name(node.kind));
    out_ += ",\"name\":";
    write_name(node.name, enclosing);
    // A type without a namespace inside one that has it joins it here, as in the registry.
    const Space inner = node.name.space == nullptr ? enclosing : node.name.space;
    if (node.kind == Kind::record) {
        BOOST_OUTCOME_TRYV(write_record(node, inner));
    }
    if (node.kind == Kind::enumeration) write_enum(node);
    if (node.kind == Kind::fixed) out_ += ",\"size\":" + std::to_string(node.size);
    if (node.doc && !node.doc->empty()) {
        out_ += ",\"doc\":";
        text::append_json_string(out_, *node.doc);
    }
    write_aliases(node);
    BOOST_OUTCOME_TRYV(write_properties(node.properties));
    out_ += '}';
    room_ += levels;
    return std::monostate{};
}

Done Normalizer::write_record(const Node& record, Space enclosing) {
    out_ += ",\"fields\":";
    return write_list(record.fields,
                      [&](const Field& field) { return write_field(field, enclosing); });
}

Done Normalizer::write_field(const Field& field, Space enclosing) {
    out_ += "{\"name\":\"";
    out_ += field.name;
    out_ += "\",\"type\":";
    BOOST_OUTCOME_TRYV(write(*field.type, enclosing));
    if (field.doc) {
        out_ += ",\"doc\":";
        text::append_json_string(out_, *field.doc);
    }
    if (field.type->kind == Kind::union_of && field.type->children.empty()) {
        return fault("Index 0 out of bounds for length 0");
    }
    if (field.default_value) {
        const std::size_t before = out_.size();
        out_ += ",\"default\":";
        BOOST_OUTCOME_TRY(const Written written,
                          append_typed(out_, *field.default_value, field.type));
        if (written == Written::nothing) out_.resize(before);
    }
    if (field.order != Order::ascending) {
        write_raw("order", field.order == Order::descending ? "descending" : "ignore");
    }
    if (!field.aliases.empty()) {
        auto sorted = field.aliases;
        std::ranges::sort(sorted, text::Utf16Less{});
        out_ += ",\"aliases\":";
        text::append_list(
            out_, sorted, [&](std::string_view alias) { text::append_json_string(out_, alias); });
    }
    BOOST_OUTCOME_TRYV(write_properties(field.properties));
    out_ += '}';
    return std::monostate{};
}

void Normalizer::write_enum(const Node& node) {
    out_ += ",\"symbols\":";
    text::append_list(out_, node.symbols, [&](const auto& symbol) {
        out_ += '"';
        out_ += symbol.value_or("null");
        out_ += '"';
    });
    if (node.default_symbol) write_raw("default", *node.default_symbol);
}

Done Normalizer::write_collection(const Node& node, Space enclosing) {
    BOOST_OUTCOME_TRYV(enter(1));
    out_ += node.kind == Kind::array ? R"({"type":"array","items":)" : R"({"type":"map","values":)";
    BOOST_OUTCOME_TRYV(write(*node.children.front(), enclosing));
    BOOST_OUTCOME_TRYV(write_properties(node.properties));
    out_ += '}';
    ++room_;
    return std::monostate{};
}

Done Normalizer::write_union(const Node& node, Space enclosing) {
    BOOST_OUTCOME_TRYV(enter(1));
    BOOST_OUTCOME_TRYV(
        write_list(node.children, [&](const Node* branch) { return write(*branch, enclosing); }));
    ++room_;
    return std::monostate{};
}

void Normalizer::write_aliases(const Node& node) {
    if (node.aliases.empty()) return;
    auto sorted = node.aliases;
    std::ranges::sort(sorted, full_name_less);
    out_ += ",\"aliases\":";
    text::append_list(out_, sorted, [&](const Name& alias) {
        const bool full = needs_full_name(alias, node.name.space);
        text::append_json_string(out_, full ? alias.full() : std::string{alias.name});
    });
}

Done Normalizer::write_properties(const Properties& properties) {
    for (const text::JsonMember& property : text::sorted_by_key(properties)) {
        out_ += ',';
        text::append_json_string(out_, property.key);
        out_ += ':';
        BOOST_OUTCOME_TRY(const Written written, append_typed(out_, property.value, nullptr));
        if (written == Written::nothing) {
            return fault(
                "Cannot invoke \"com.fasterxml.jackson.databind.JsonNode.toString()\" because the "
                "return value of \"io.confluent.kafka.schemaregistry.avro.AvroSchemaUtils."
                "toJsonNode(Object)\" is null");
        }
    }
    return std::monostate{};
}

}  // namespace

ResultOr<std::string, InvalidSchema> normal_form(const ParsedAvro& schema, std::size_t max_depth) {
    Normalizer normalizer(schema.graph(), max_depth);
    BOOST_OUTCOME_TRYV(normalizer.write(schema.root(), nullptr));
    return normalizer.take();
}

}  // namespace sgw::schema::avro
