// The program: the command line, the configuration, signals, exit codes. Everything else is in the
// library.

#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>

#include "config/load.hpp"
#include "config/secrets.hpp"
#include "gateway/app.hpp"
#include "gateway/cli/check_config.hpp"
#include "gateway/cli/cli.hpp"
#include "gateway/logging.hpp"
#include "store/catalog/queries.hpp"
#include "store/overloaded.hpp"

namespace {

namespace cli = sgw::gateway::cli;
namespace config = sgw::config;
namespace gateway = sgw::gateway;

constexpr int exit_failed = 1;

int leave(const cli::ExitNow& exit) {
    std::cout << exit.stdout_text;
    std::cerr << exit.stderr_text;
    return exit.code;
}

int cannot_start(std::string_view reason) {
    std::cerr << "schema-gateway: " << reason << '\n';
    return cli::exit_usage;
}

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

/// A second signal ends the process at once.
void wait_for_stop() {
    const auto signals = stop_signals();
    int received = 0;
    sigwait(&signals, &received);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int serve(const cli::Serve& command) {
    const auto config = config::load(command.config, config::process_environment());
    if (!config) return leave({cli::exit_usage, {}, cli::to_lines(config.error())});
    gateway::set_log_level(config.value().gateway.log_level);
    const auto signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before threads exist: they inherit it
    const auto served = gateway::run(config.value(), wait_for_stop);
    return served ? 0 : cannot_start(served.error().reason);
}

int rebuild_view(const cli::RebuildView& command) {
    const auto config = config::load(command.config, config::process_environment());
    if (!config) return leave({cli::exit_usage, {}, cli::to_lines(config.error())});
    const auto stores = gateway::open_stores(config.value(), gateway::Rebuild::always);
    if (!stores) return cannot_start(stores.error().reason);
    const auto snapshot = stores.value().view->snapshot();
    std::cout << "view rebuilt; it stands at entry " << sgw::catalog::Queries(*snapshot).applied()
              << " of log " << stores.value().log->identity().uuid << '\n';
    return 0;
}

int run(int argc, const char* const* argv) {
    return std::visit(
        sgw::Overloaded{
            [](const cli::ExitNow& exit) { return leave(exit); },
            [](const cli::Serve& command) { return serve(command); },
            [](const cli::CheckConfig& command) {
                return leave(cli::check_config(command, config::process_environment()));
            },
            [](const cli::RebuildView& command) { return rebuild_view(command); },
        },
        cli::parse_command_line(argc, argv));
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "schema-gateway: " << failure.what() << '\n';
        return exit_failed;
    }
}
