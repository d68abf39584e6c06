#include "gateway/cli/check_config.hpp"

#include "config/units.hpp"

namespace sgw::gateway::cli {
namespace {

std::string region_line(const config::Region& region, const std::string& home) {
    std::string line = "  " + region.name + ", priority " + std::to_string(region.priority) + ":";
    for (const auto& url : region.urls) line += " " + config::to_text(url);
    if (region.basic_auth) line += ", basic auth";
    if (!region.manage_mode) line += ", mode not managed";
    if (region.name == home) line += ", home";
    return line + "\n";
}

}  // namespace

std::string to_lines(const config::Problems& problems) {
    std::string lines;
    for (const auto& problem : problems) lines += config::to_line(problem) + "\n";
    return lines;
}

std::string summary(const config::Config& config) {
    std::string text = "clients: " + config::to_text(config.gateway.listen) +
                       ", admin: " + config::to_text(config.gateway.admin) + "\n" +
                       "data: " + config.data_dir + "\n";
    if (config.regions.empty()) return text + "regions: none, a standalone registry\n";
    text += "regions: " + std::to_string(config.regions.size()) + "\n";
    for (const auto& region : config.regions) text += region_line(region, config.gateway.region);
    return text;
}

ExitNow check_config(const CheckConfig& command, const config::Environment& environment) {
    if (!command.config && !environment(config::inline_variable)) {
        return {exit_usage,
                {},
                std::string("schema-gateway: nothing to check: give a FILE or set ") +
                    config::inline_variable + "\n"};
    }
    const auto loaded = config::load(command.config, environment);
    if (!loaded) return {exit_usage, {}, to_lines(loaded.error())};
    const auto name = command.config.value_or(config::inline_variable);
    return {0, name + ": ok\n" + summary(loaded.value()), {}};
}

}  // namespace sgw::gateway::cli
