#include "gateway/cli/cli.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <exception>
#include <utility>

#include "gateway/version.hpp"

namespace sgw::gateway::cli {
namespace {

constexpr const char* footer =
    "Without FILE the configuration is the text in SCHEMA_GATEWAY_CONFIG. Without that, serve\n"
    "runs a standalone registry on 127.0.0.1:8081 (admin 8082) with its data in\n"
    "./schema-gateway-data, and check-config has nothing to check.\n"
    "Exit codes: 0 done, 1 unexpected failure, 2 wrong command line or configuration, or unable "
    "to start.";

ExitNow usage_error(const std::string& message) {
    return {exit_usage, {}, "schema-gateway: " + message + "; see schema-gateway --help\n"};
}

std::optional<std::string> given(const CLI::Option* option) {
    if (option->count() == 0) return std::nullopt;
    return option->as<std::string>();
}

/// With or without --config before it, because people try both.
const CLI::Option* add_config(CLI::App& command) {
    return command.add_option("FILE,--config", "Configuration (YAML)")->type_name("FILE");
}

Command parse(int argc, const char* const* argv) {
    CLI::App app("One Schema Registry over all your Schema Registries.", "schema-gateway");
    app.set_version_flag("--version", version_text());
    app.footer(footer);
    app.require_subcommand(0, 1);
    auto* serve = app.add_subcommand("serve", "Run the gateway until SIGTERM or SIGINT.");
    auto* check =
        app.add_subcommand("check-config", "Check a configuration and say what is wrong.");
    auto* rebuild = app.add_subcommand(
        "rebuild-view", "Build the view anew from the log; the gateway must not be running.");
    const auto* serve_config = add_config(*serve);
    const auto* check_config = add_config(*check);
    const auto* rebuild_config = add_config(*rebuild);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForVersion&) {
        return ExitNow{0, version_text() + "\n", {}};
    } catch (const CLI::CallForHelp&) {
        return ExitNow{0, app.help(), {}};
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
    if (serve->parsed()) return Serve{given(serve_config)};
    if (check->parsed()) return CheckConfig{given(check_config)};
    if (rebuild->parsed()) return RebuildView{given(rebuild_config)};
    return ExitNow{exit_usage, {}, app.help()};
}

}  // namespace

Command parse_command_line(int argc, const char* const* argv) {
    try {
        return parse(argc, argv);
    } catch (const std::exception& error) {
        return usage_error(error.what());
    }
}

std::string version_text() {
    return std::string("schema-gateway ") + version_number;
}

}  // namespace sgw::gateway::cli
