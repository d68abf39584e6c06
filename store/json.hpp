// Parsing JSON from outside: bounded in depth before the JSON library builds a tree, because its
// copying, comparing and printing recurse. Pure; any thread.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

namespace sgw {

/// Whether brackets outside of strings nest at most `max_depth` deep. True also for what is no
/// JSON.
bool nests_at_most(std::string_view text, std::size_t max_depth);

/// One JSON value and nothing behind it; of equal keys the last wins. Nothing when it is not that.
std::optional<nlohmann::ordered_json> parse_json(std::string_view text, std::size_t max_depth);

}  // namespace sgw
