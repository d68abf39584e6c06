// When two Avro schemas are the same in structure. Pure, any thread; terminates on recursive
// schemas and takes two that differ only deeper than any real schema nests for different.
#pragma once

#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

enum class Sameness {
    type,  // as Avro has it: names, fields, defaults, properties; the test for a redefinition
    documentation,  // and docs, aliases and the default of enums; the registry's test for a known
                    // schema
};

bool is_same(const Node& a, const Node& b, Sameness sameness);

}  // namespace sgw::schema::avro
