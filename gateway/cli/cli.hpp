// The command line as a plain value: what to do, or what to print and leave with. Start-up only.
// Never prints, exits or reads a file itself.
#pragma once

#include <optional>
#include <string>
#include <variant>

namespace sgw::gateway::cli {

/// Exit code of everything that is wrong before the gateway runs: command line, configuration,
/// ports, data.
inline constexpr int exit_usage = 2;

/// `config`: a file; without it SCHEMA_GATEWAY_CONFIG or the defaults hold.
struct Serve {
    std::optional<std::string> config;
};

/// `config`: a file; without it the text in SCHEMA_GATEWAY_CONFIG is checked.
struct CheckConfig {
    std::optional<std::string> config;
};

struct RebuildView {
    std::optional<std::string> config;
};

/// Print both and leave.
struct ExitNow {
    int code = 0;
    std::string stdout_text;
    std::string stderr_text;
};

using Command = std::variant<Serve, CheckConfig, RebuildView, ExitNow>;

Command parse_command_line(int argc, const char* const* argv);

/// `schema-gateway 0.1.0`
std::string version_text();

}  // namespace sgw::gateway::cli
