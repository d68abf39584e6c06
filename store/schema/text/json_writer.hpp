// Writes compact JSON the way the registry's libraries do: non-ASCII as it is, '/' bare, control
// characters escaped, doubles in Java's spelling, NaN and infinities as strings. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/schema/text/json_value.hpp"

namespace sgw::schema::text {

enum class KeyOrder { as_is, sorted };

/// `text` in quotes.
void append_json_string(std::string& out, std::string_view text);

void append_json(std::string& out, const JsonValue& value, KeyOrder order = KeyOrder::as_is);

std::string to_json(const JsonValue& value);

}  // namespace sgw::schema::text
