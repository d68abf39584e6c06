// YAML as a Config: reads, interpolates, binds and validates. Start-up only; reads files and the
// environment. Strict: what it does not know it refuses, with file, line and key; every problem
// found is reported at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"
#include "config/secrets.hpp"
#include "config/section.hpp"

namespace sgw::config {

/// The environment variable that may hold the whole configuration; also its name as a "file" in
/// problems.
inline constexpr const char* inline_variable = "SCHEMA_GATEWAY_CONFIG";

/// `file` names the text in problems.
Result<Config> load_text(const std::string& file,
                         std::string_view text,
                         const Environment& environment);

/// At most 1 MiB.
Result<Config> load_file(const std::string& path, const Environment& environment);

/// What a start uses: the file when one is given, else SCHEMA_GATEWAY_CONFIG when it is set, else
/// the defaults: a standalone registry.
Result<Config> load(const std::optional<std::string>& path, const Environment& environment);

/// Every key with its type and default, in the order of the README's table.
std::vector<KnownKey> known_keys();

}  // namespace sgw::config
