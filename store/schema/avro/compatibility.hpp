// Can data written with one AVRO schema be read with another? And if not, why: in the words of the
// registry.
//
// Pure, any thread. Each pair of types is looked at once, so that recursive and widely shared
// schemas terminate soon; pairs of schemas that would still take millions of steps, or that nest
// without end, are told to be incompatible for that reason.
#pragma once

#include <string>
#include <vector>

#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

/// Which schema of a comparison is the one that reads; messages name both.
enum class Reader { new_schema, old_schema };

/// One text per difference, in the registry's order; empty when `reader` can read all that `writer`
/// writes.
std::vector<std::string> differences(const Node& reader, const Node& writer, Reader role);

}  // namespace sgw::schema::avro
