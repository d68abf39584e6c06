// Parsing JSON from outside, in time that grows with the text and no faster. Bounded in depth
// before the JSON library builds a tree, because its copying, comparing and printing recurse; and
// in the number of values, because a tree takes many times the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

namespace sgw {

struct JsonLimits {
    std::size_t depth = 0;
    std::size_t values = std::numeric_limits<std::size_t>::max();  // those in containers included
};

/// Whether brackets outside of strings nest at most `max_depth` deep. True also for what is no
/// JSON.
bool nests_at_most(std::string_view text, std::size_t max_depth);

/// One JSON value and nothing behind it; members keep their order, of equal keys the last wins.
/// Nothing when it is not that, or more than the limits.
std::optional<nlohmann::ordered_json> parse_json(std::string_view text, const JsonLimits& limits);

/// An integer that fits; nothing for any other number or value. JSON numbers are wider than ours,
/// and one that does not fit must not become another one.
std::optional<std::int32_t> int32_of(const nlohmann::ordered_json& value);

/// The member of an object, unless it is missing or null.
const nlohmann::ordered_json* member(const nlohmann::ordered_json& object, std::string_view key);

}  // namespace sgw
