// The members of JSON objects that describe Avro types: required and optional texts, aliases,
// order, and what is left as custom properties. Pure, any thread; faults are worded as by the Avro
// library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/result.hpp"
#include "store/schema/avro/model.hpp"
#include "store/schema/schema.hpp"
#include "store/schema/text/json_value.hpp"

namespace sgw::schema::avro {

template <class T>
using Parsed = ResultOr<T, InvalidSchema>;

/// Success has nothing to say.
using Check = Parsed<std::monostate>;

/// A fault found while parsing.
InvalidSchema invalid(std::string reason);

std::optional<std::string_view> optional_text(const text::JsonValue& object, std::string_view key);

/// `fault` begins the message when there is no such text.
Parsed<std::string_view> required_text(const text::JsonValue& object,
                                       std::string_view key,
                                       std::string_view fault);

/// Without repetitions.
Parsed<std::vector<std::string_view>> read_aliases(const text::JsonValue& object);

Parsed<Order> read_order(const text::JsonValue& field);

/// What has no meaning of its own, in the sent order. The default of an enum has one, that of
/// another type not.
Properties type_properties(const text::JsonValue& object);
Properties enum_properties(const text::JsonValue& object);
Properties field_properties(const text::JsonValue& object);

}  // namespace sgw::schema::avro
