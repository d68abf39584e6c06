// Default and property values on their way into the normal form: what the Avro library makes of a
// JSON value that has a type, and what the registry writes of that. Pure, any thread.
#pragma once

#include <string>

#include "store/result.hpp"
#include "store/schema/avro/model.hpp"
#include "store/schema/schema.hpp"

namespace sgw::schema::avro {

enum class Written { value, nothing };

/// Appends `value` as one of `type` (null: of none). Writes nothing where the value does not fit
/// the type, unless that is inside a list or an object, where it is an error.
ResultOr<Written, InvalidSchema> append_typed(std::string& out,
                                              const text::JsonValue& value,
                                              const Node* type);

}  // namespace sgw::schema::avro
