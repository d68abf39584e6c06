// Writes compact JSON the way the registry's libraries do: non-ASCII as it is, '/' bare, control
// characters escaped, doubles in Java's spelling, NaN and infinities as strings. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/schema/text/json_value.hpp"

namespace sgw::schema::text {

/// `text` in quotes.
void append_json_string(std::string& out, std::string_view text);

void append_json(std::string& out, const JsonValue& value);

std::string to_json(const JsonValue& value);

/// `[a,b]`, of what `write(item)` appends to `out` for each item.
template <class Items, class Write>
void append_list(std::string& out, const Items& items, Write write) {
    out += '[';
    const char* separator = "";
    for (const auto& item : items) {
        out += separator;
        separator = ",";
        write(item);
    }
    out += ']';
}

}  // namespace sgw::schema::text
