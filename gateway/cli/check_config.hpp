// `schema-gateway check-config`: loads a configuration as a start would, and says what it found.
// Reads files and the environment that is handed in; never prints, never shows a secret.
#pragma once

#include "config/load.hpp"
#include "gateway/cli/cli.hpp"

namespace sgw::gateway::cli {

/// Exit code 0 and `FILE: ok` with a short summary, or 2 and one line per problem.
ExitNow check_config(const CheckConfig& command, const config::Environment& environment);

/// Listeners, data and regions, for people; without secrets. Several lines.
std::string summary(const config::Config& config);

/// The problems as lines, each with its line end.
std::string to_lines(const config::Problems& problems);

}  // namespace sgw::gateway::cli
