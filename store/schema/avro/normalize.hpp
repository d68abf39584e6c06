// The registry's normal form of an Avro schema. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>

#include "store/schema/avro/parse.hpp"

namespace sgw::schema::avro {

/// A text which, once parsed, prints as the normal form: properties and object defaults sorted at
/// every depth, aliases sorted, numbers in the spelling of their type, empty docs of named types
/// dropped. As in the registry names stand in it unescaped, so that it need not parse.
ResultOr<std::string, InvalidSchema> normal_form(const ParsedAvro& schema, std::size_t max_depth);

}  // namespace sgw::schema::avro
