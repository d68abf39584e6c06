// Avro schemas as the Avro library writes them: the canonical text of the registry, and the types
// quoted in messages. Pure, any thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

using KnownNames = std::set<Name, NameLess>;

struct Printed {
    std::string text;
    bool too_deep = false;  // nested deeper than allowed: the text is cut short and not valid
};

/// Named types are written out at their first use, by name after that; those in `known` always by
/// name.
Printed print(const Node& node, KnownNames known, std::size_t max_depth);

/// For messages: whatever is nested too deeply is left out.
std::string describe(const Node& node);
/// "a type:INT pos:0"
std::string describe(const Field& field, std::size_t position);

}  // namespace sgw::schema::avro
