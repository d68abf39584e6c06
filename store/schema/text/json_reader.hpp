// Reads JSON as the registry's parser does: comments are blanks, of equal keys the last value wins
// in the place of the first, text after the first value is the caller's business, a byte order mark
// is no JSON.
//
// Depth is counted before it is entered, memory is linear in the text. Pure, any thread, throws
// nothing of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "store/result.hpp"
#include "store/schema/text/json_value.hpp"

namespace sgw::schema::text {

struct JsonError {
    enum class Kind { syntax, end_of_input, limit };

    Kind kind = Kind::syntax;
    std::string what;
    std::size_t line = 1;    // from 1
    std::size_t column = 1;  // in bytes, from 1
};

struct JsonText {
    JsonDocument document;
    bool is_blank = false;  // nothing but blanks and comments: the root is null
    std::string_view
        trailing;  // what follows the first value, as it stands; points into the text that was read
};

/// The text for what nests deeper than `max_depth`.
std::string nesting_too_deep(std::size_t max_depth);

ResultOr<JsonText, JsonError> read_json(std::string_view text, std::size_t max_depth);

}  // namespace sgw::schema::text
