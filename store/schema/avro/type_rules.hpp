// What must hold of a type as a whole: distinct fields, symbols and branches. Pure, any thread;
// faults are worded as by the Avro library.
#pragma once

#include "store/schema/avro/json_fields.hpp"
#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

/// Field names differ. Expects `fields_by_name` to be set.
Check check_fields(const Node& record);

/// Symbols differ and hold the default; under Validation::strict they are names.
Check check_symbols(const Node& enumeration, Validation validation);

/// Branches differ in type or full name, and none is a union. Names not resolved yet differ from
/// everything.
Check check_branches(const Node& union_of);

/// The library copies containers, and its copy loses integers of more than 64 bits.
Check check_copied_properties(const Node& node);

/// Under Validation::strict; a default that fits the type of its field.
Check check_default(const Field& field);

}  // namespace sgw::schema::avro
