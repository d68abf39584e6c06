// The strict checks: names as Avro has them, default values that fit their type. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/schema/avro/model.hpp"

namespace sgw::schema::avro {

/// What is wrong with a name, in the library's words; nothing when it is fine.
std::optional<std::string> name_fault(std::optional<std::string_view> name);

/// The same for all parts of a namespace.
std::optional<std::string> space_fault(Space space);

/// Whether `value` can be the default of a field of that type. The types of the fields of records
/// are taken to have valid defaults themselves. Gives up, and says no, on defaults that take
/// millions of steps to check.
bool is_valid_default(const text::JsonValue& value, const Node& type);

}  // namespace sgw::schema::avro
