// From text to an Avro schema: what the registry's Avro library takes is taken, what it refuses is
// refused, in its words. Pure, any thread. Depth is bounded before it is entered; nothing is
// thrown.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/result.hpp"
#include "store/schema/avro/model.hpp"
#include "store/schema/schema.hpp"

namespace sgw::schema::avro {

/// A valid schema with all that it refers to.
class ParsedAvro {
  public:
    ParsedAvro(Graph graph, const Node* root, std::string canonical_text);

    const Node& root() const { return *root_; }
    const Graph& graph() const { return graph_; }
    const std::string& canonical_text() const { return canonical_text_; }

  private:
    Graph graph_;
    const Node* root_;
    std::string canonical_text_;
};

using ParseResult = ResultOr<std::shared_ptr<const ParsedAvro>, InvalidSchema>;

ParseResult parse(std::string_view text,
                  std::span<const ReferencedText> references,
                  Validation validation,
                  const Limits& limits);

}  // namespace sgw::schema::avro
