// One text into the graph of a schema, on top of what earlier texts (its references) defined there.
// Not for use after an error: the graph may then hold half a schema. One thread per graph.
#pragma once

#include <string_view>

#include "store/result.hpp"
#include "store/schema/avro/model.hpp"
#include "store/schema/schema.hpp"

namespace sgw::schema::avro {

ResultOr<const Node*, InvalidSchema> parse_text(Graph& graph,
                                                std::string_view text,
                                                Validation validation,
                                                const Limits& limits);

}  // namespace sgw::schema::avro
