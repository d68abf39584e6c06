#include "gateway/admin/samples.hpp"

#include <algorithm>

#include "gateway/version.hpp"

namespace sgw::gateway::admin {
namespace {

using Samples = std::vector<Sample>;

void add_listener(Samples& samples, const std::string& name, const http::ServerStats& stats) {
    const auto add = [&](const char* metric, std::uint64_t value) {
        samples.push_back({metric, {{"listener", name}}, static_cast<double>(value)});
    };
    add("connections", stats.connections_open);
    add("connections_accepted_total", stats.connections_accepted);
    add("connections_rejected_total", stats.connections_rejected);
    add("accept_errors_total", stats.accept_errors);
    const auto refused = [&](const char* reason, std::uint64_t value) {
        samples.push_back({"bad_requests_total",
                           {{"listener", name}, {"reason", reason}},
                           static_cast<double>(value)});
    };
    refused("malformed", stats.bad_requests);
    refused("header_too_large", stats.headers_too_large);
    refused("uri_too_long", stats.uris_too_long);
    refused("body_too_large", stats.bodies_too_large);
    refused("bodies_too_many", stats.bodies_turned_away);
    refused("timeout", stats.request_timeouts);
}

void add_region(Samples& samples, const Region& region) {
    const auto status = region.status();
    const auto& name = region.name().value;
    const auto up = [](bool is_up) { return is_up ? 1.0 : 0.0; };
    samples.push_back(
        {"region_up", {{"kind", "read"}, {"region", name}}, up(status.read == routing::Up::yes)});
    samples.push_back(
        {"region_up", {{"kind", "write"}, {"region", name}}, up(region.may_deploy())});
    for (const auto admission : routing::all_admissions) {
        samples.push_back({"region_admission",
                           {{"region", name}, {"state", std::string(admission_name(admission))}},
                           up(status.admission == admission)});
    }
    samples.push_back(
        {"region_ejections_total", {{"region", name}}, static_cast<double>(status.ejections)});
}

void add_deployments(Samples& samples, const Regions& regions, const catalog::Queries& state) {
    const auto counts = state.deployment_counts();
    for (const auto& region : regions.all()) {
        const auto found = counts.find(region->name());
        for (const auto deployment_state : catalog::all_deployment_states) {
            double value = 0;
            if (found != counts.end()) {
                const auto count = found->second.find(deployment_state);
                if (count != found->second.end()) value = static_cast<double>(count->second);
            }
            samples.push_back({"deployments",
                               {{"region", region->name().value},
                                {"state", std::string(state_name(deployment_state))}},
                               value});
        }
        const auto oldest = state.oldest_work_ms(region->name());
        const auto age = oldest ? std::max<std::int64_t>(0, unix_ms() - *oldest) : 0;
        samples.push_back({"deployment_oldest_pending_age_seconds",
                           {{"region", region->name().value}},
                           static_cast<double>(age) / 1000});
    }
}

}  // namespace

Samples collect_from_process(const Services& services, const Listeners& listeners) {
    Samples samples{{"build_info", {{"version", version_number}}, 1}};
    add_listener(samples, "client", listeners.client());
    add_listener(samples, "admin", listeners.admin());
    samples.push_back({"answer_cache_bytes", {}, static_cast<double>(services.cache.bytes())});
    for (const auto& region : services.regions.all()) add_region(samples, *region);
    const auto refused = services.writer.refusals();
    samples.push_back(
        {"writes_refused_total", {{"reason", "full"}}, static_cast<double>(refused.full)});
    samples.push_back(
        {"writes_refused_total", {{"reason", "overdue"}}, static_cast<double>(refused.overdue)});
    return samples;
}

Samples collect_from_catalog(const Services& services, const catalog::Queries& state) {
    const auto highest = state.highest_id().value_or(SchemaId{0});
    Samples samples{{"log_head", {}, static_cast<double>(state.applied())},
                    {"highest_schema_id", {}, static_cast<double>(highest.value)}};
    add_deployments(samples, services.regions, state);
    return samples;
}

}  // namespace sgw::gateway::admin
