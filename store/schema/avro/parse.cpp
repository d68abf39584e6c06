#include "store/schema/avro/parse.hpp"

#include <utility>

#include "store/schema/avro/printer.hpp"
#include "store/schema/avro/text_parser.hpp"
#include "store/schema/text/json_reader.hpp"

namespace sgw::schema::avro {
namespace {

/// A text with no named type at its root is known by the name of its kind, as in the registry.
Name name_of_root(const Node& root) {
    return is_named(root.kind) ? root.name : Name{kind_name(root.kind)};
}

}  // namespace

ParsedAvro::ParsedAvro(Graph graph, const Node* root, std::string canonical_text)
    : graph_(std::move(graph)), root_(root), canonical_text_(std::move(canonical_text)) {}

ParseResult parse(std::string_view text,
                  std::span<const ReferencedText> references,
                  Validation validation,
                  const Limits& limits) {
    Graph graph;
    for (const ReferencedText& reference : references) {
        BOOST_OUTCOME_TRY(const Node* root, parse_text(graph, reference.text, validation, limits));
        graph.referenced.push_back(name_of_root(*root));
    }
    BOOST_OUTCOME_TRY(const Node* root, parse_text(graph, text, validation, limits));

    const KnownNames known(graph.referenced.begin(), graph.referenced.end());
    Printed printed = print(*root, known, limits.max_depth);
    if (printed.too_deep) return InvalidSchema{text::nesting_too_deep(limits.max_depth)};
    return std::make_shared<const ParsedAvro>(std::move(graph), root, std::move(printed.text));
}

}  // namespace sgw::schema::avro
