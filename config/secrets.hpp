// Values that do not stand in the file: `${NAME}` from the environment and `*_file` from a file of
// its own. Reads the environment and files; start-up only. A refusal names the variable or file,
// never a value.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/units.hpp"

namespace sgw::config {

/// Looks a variable up; nothing when it is not set. Tests hand in a map.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

Environment process_environment();

/// The text with each `${NAME}` and `${NAME:-default}` replaced (the default holds when the
/// variable is unset or empty); `$${` stands for a literal `${`. What was put in is not looked at
/// again.
Parsed<std::string> interpolate(std::string_view text, const Environment& environment);

/// The one line in the file, without its line end; at most 64 KiB, not empty.
Parsed<std::string> read_secret_file(const std::string& path);

}  // namespace sgw::config
