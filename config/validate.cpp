#include "config/validate.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "config/problem.hpp"
#include "config/units.hpp"

namespace sgw::config {
namespace {

using Findings = std::vector<Finding>;

/// Region names stand in headers, metric labels and paths; these words have a meaning of their own
/// there.
constexpr std::array<std::string_view, 2> reserved_names{"catalog", "all"};
constexpr std::size_t max_name = 63;

constexpr auto with_value = Finding::Begins::with_value;

std::string region_path(std::size_t index) {
    return "regions[" + std::to_string(index) + "]";
}

bool is_region_name(std::string_view name) {
    const auto letter_or_digit = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
    return !name.empty() && name.size() <= max_name && letter_or_digit(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter_or_digit(c) || c == '-' || c == '_' || c == '.';
           });
}

void check_names(const Config& config, Findings& findings) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < config.regions.size(); ++i) {
        const auto& name = config.regions[i].name;
        const auto key = region_path(i) + ".name";
        if (!is_region_name(name)) {
            findings.push_back({key,
                                "is not a region name: 1 to 63 letters, digits, "
                                "'-', '_' and '.', first a letter or digit",
                                {},
                                with_value});
        } else if (std::find(reserved_names.begin(), reserved_names.end(), name) !=
                   reserved_names.end()) {
            findings.push_back({key, "is a reserved word", {}, with_value});
        } else if (const auto [first, is_new] = seen.emplace(name, i); !is_new) {
            findings.push_back(
                {key, "is already the name of " + region_path(first->second), {}, with_value});
        }
    }
}

void check_home(const Config& config, Findings& findings) {
    const auto& home = config.gateway.region;
    if (home.empty()) {
        if (config.deploy.ack == Ack::home) {
            findings.push_back({"deploy.ack", "\"home\" needs gateway.region", {}});
        }
        return;
    }
    std::vector<std::string> names;
    for (const auto& region : config.regions) names.push_back(region.name);
    if (std::find(names.begin(), names.end(), home) != names.end()) return;
    const auto meant = nearest(home, names);
    std::string message = "names no region";
    if (names.empty()) message += ": there are none";
    if (!names.empty() && meant.empty()) message += "; known are " + joined(names);
    findings.push_back({"gateway.region", std::move(message), meant, with_value});
}

bool is_wildcard(std::string_view host) {
    return host == "0.0.0.0" || host == "::";
}

bool is_loopback(std::string_view host) {
    return host.starts_with("127.") || host == "localhost" || host == "::1";
}

/// Whether a request to the URL would reach the listener on this machine.
bool reaches(const Url& url, const Endpoint& listener) {
    if (listener.port == 0 || url.port != listener.port) return false;
    return url.host == listener.host ||
           (is_loopback(url.host) && (is_wildcard(listener.host) || is_loopback(listener.host)));
}

void check_urls(const Config& config, Findings& findings) {
    std::map<std::string, std::string> seen;
    for (std::size_t i = 0; i < config.regions.size(); ++i) {
        const auto& urls = config.regions[i].urls;
        if (urls.empty())
            findings.push_back({region_path(i) + ".urls", "needs at least one URL", {}});
        for (std::size_t j = 0; j < urls.size(); ++j) {
            const auto key = region_path(i) + ".urls[" + std::to_string(j) + "]";
            const auto [first, is_new] = seen.emplace(to_text(urls[j]), key);
            if (!is_new) findings.push_back({key, "the same URL as " + first->second, {}});
            if (reaches(urls[j], config.gateway.listen) || reaches(urls[j], config.gateway.admin)) {
                findings.push_back({key, "is this gateway's own listener", {}});
            }
        }
    }
}

void check_listeners(const Gateway& gateway, Findings& findings) {
    const auto& listen = gateway.listen;
    const auto& admin = gateway.admin;
    if (listen.port == 0 || listen.port != admin.port) return;
    if (listen.host == admin.host || is_wildcard(listen.host) || is_wildcard(admin.host)) {
        findings.push_back({"gateway.admin", "takes the port of gateway.listen", {}});
    }
}

/// Shows both values: the one at fault may be a default.
std::string exceeds(milliseconds value, const std::string& other, milliseconds limit) {
    return "(" + to_text(value) + ") is more than " + other + " (" + to_text(limit) + ")";
}

/// A body that is allowed alone has to fit into what is allowed together.
void check_limits(const Config& config, Findings& findings) {
    const auto& limits = config.gateway.limits;
    if (limits.body_bytes > limits.bodies_bytes) {
        findings.push_back(
            {"gateway.limits.body_bytes", "is more than gateway.limits.bodies_bytes", {}});
    }
}

void check_times(const Config& config, Findings& findings) {
    const auto& deploy = config.deploy;
    if (deploy.retry_initial > deploy.retry_max) {
        findings.push_back({"deploy.retry_initial",
                            exceeds(deploy.retry_initial, "deploy.retry_max", deploy.retry_max),
                            {}});
    }
    const auto& reads = config.reads;
    if (reads.try_timeout > reads.timeout) {
        findings.push_back(
            {"reads.try_timeout", exceeds(reads.try_timeout, "reads.timeout", reads.timeout), {}});
    }
}

}  // namespace

std::vector<Finding> validate(const Config& config) {
    Findings findings;
    check_listeners(config.gateway, findings);
    check_names(config, findings);
    check_urls(config, findings);
    check_home(config, findings);
    check_limits(config, findings);
    check_times(config, findings);
    return findings;
}

}  // namespace sgw::config
