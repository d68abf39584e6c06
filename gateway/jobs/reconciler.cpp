#include "gateway/jobs/reconciler.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <set>

#include "gateway/logging.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::DeploymentState;
using catalog::Queries;
using catalog::SubjectVersion;
using Scan = catalog::KeyValues::Scan;

constexpr std::size_t events_per_entry = 500;
constexpr const char* lost = "missing in the region";

using BySubject = std::map<Subject, std::vector<SubjectVersion>>;

BySubject deployed_in(const Queries& state, const RegionName& region) {
    BySubject found;
    state.each_deployment([&](const catalog::Deployment& deployment) {
        if (deployment.region == region && catalog::is_there(deployment.state)) {
            found[deployment.what.subject].push_back(deployment.what);
        }
        return Scan::go_on;
    });
    return found;
}

catalog::Command requeue_command(const RegionName& region, std::vector<SubjectVersion> versions) {
    return {{"schema-gateway", "", "", ""},
            [region, versions = std::move(versions)](
                const Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
                catalog::Events events;
                for (const auto& what : versions) {
                    const auto now = state.deployment(what, region);
                    if (!now || !catalog::is_there(now->state)) continue;
                    events.push_back(
                        catalog::DeploymentChanged{region, what, DeploymentState::pending, lost});
                }
                return events;
            }};
}

catalog::Command plan_command(const RegionName& region, std::vector<SubjectVersion> versions) {
    return {{"schema-gateway", "", "", ""},
            [region, versions = std::move(versions)](
                const Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
                catalog::Events events;
                for (const auto& what : versions) {
                    if (state.deployment(what, region)) continue;
                    events.push_back(
                        catalog::DeploymentChanged{region, what, DeploymentState::pending, ""});
                }
                return events;
            }};
}

using MakeCommand = catalog::Command (*)(const RegionName&, std::vector<SubjectVersion>);

asio::awaitable<bool> commit_in_pages(Registry& registry,
                                      RegionName region,
                                      std::vector<SubjectVersion> versions,
                                      MakeCommand make) {
    for (std::size_t begin = 0; begin < versions.size(); begin += events_per_entry) {
        const auto count = std::min(events_per_entry, versions.size() - begin);
        const auto first = versions.begin() + static_cast<std::ptrdiff_t>(begin);
        std::vector<SubjectVersion> page(first, first + static_cast<std::ptrdiff_t>(count));
        auto command = make(region, std::move(page));
        if (const auto committed = co_await commit(registry.writer, std::move(command));
            !committed) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> requeue(Registry& registry,
                              Region& region,
                              std::vector<SubjectVersion> versions) {
    if (versions.empty()) co_return true;
    registry.metrics.region(region.name())
        .requeued->Increment(static_cast<double>(versions.size()));
    log_event(Level::warning,
              "region_lost_versions",
              {{"region", region.name().value}, {"versions", versions.size()}});
    co_return co_await commit_in_pages(
        registry, region.name(), std::move(versions), requeue_command);
}

std::chrono::steady_clock::time_point deadline_of(const Registry& registry) {
    return std::chrono::steady_clock::now() + registry.config.health.timeout;
}

/// Versions of `held` that the region does not list; nothing when it does not answer.
asio::awaitable<std::optional<std::vector<SubjectVersion>>> missing_versions(
    Registry& registry, Upstream& upstream, Subject subject, std::vector<SubjectVersion> held) {
    const auto answer = co_await upstream.versions(subject, deadline_of(registry));
    if (std::holds_alternative<routing::Absent>(answer)) co_return held;
    const auto* listed = std::get_if<std::vector<Version>>(&answer);
    if (listed == nullptr) co_return std::nullopt;
    std::erase_if(held, [&](const SubjectVersion& what) {
        return std::ranges::find(*listed, what.version) != listed->end();
    });
    co_return held;
}

}  // namespace

asio::awaitable<bool> reconcile(Registry& registry, Region& region, Thoroughness thoroughness) {
    auto& upstream = registry.regions.upstream(co_await asio::this_coro::executor, region.name());
    auto query = [&](const Queries& state) { return deployed_in(state, region.name()); };
    const auto deployed = co_await ask(registry, std::ref(query));
    if (deployed.empty()) co_return true;
    const auto answer = co_await upstream.subjects(deadline_of(registry));
    const auto* names = std::get_if<std::vector<std::string>>(&answer);
    if (names == nullptr) co_return false;
    const std::set<std::string> listed(names->begin(), names->end());
    std::vector<SubjectVersion> gone;
    bool complete = true;
    for (const auto& [subject, held] : deployed) {
        const auto name = subject.qualified();
        const bool is_listed =
            listed.contains(name) || listed.contains(routing::path_segment(name));
        if (!is_listed) {
            gone.insert(gone.end(), held.begin(), held.end());
            continue;
        }
        if (thoroughness == Thoroughness::subjects) continue;
        const auto missing = co_await missing_versions(registry, upstream, subject, held);
        if (!missing) {
            complete = false;
            break;
        }
        gone.insert(gone.end(), missing->begin(), missing->end());
    }
    const bool booked = co_await requeue(registry, region, std::move(gone));
    co_return complete&& booked;
}

asio::awaitable<void> plan_missing(Registry& registry, const RegionName& region) {
    auto query = [&](const Queries& state) {
        std::vector<SubjectVersion> unplanned;
        for (const auto& subject : state.subjects(std::nullopt, catalog::Deleted::leave_out)) {
            for (const auto& record : state.versions(subject, catalog::Deleted::leave_out)) {
                if (!state.deployment(record.what, region)) unplanned.push_back(record.what);
            }
        }
        return unplanned;
    };
    auto unplanned = co_await ask(registry, std::ref(query));
    co_await commit_in_pages(registry, region, std::move(unplanned), plan_command);
}

asio::awaitable<std::optional<SubjectVersion>> next_canary(
    Registry& registry, const RegionName& region, const std::optional<SubjectVersion>& last) {
    auto query = [&](const Queries& state) { return state.next_deployed(region, last); };
    auto next = co_await ask(registry, std::ref(query));
    if (next || !last) co_return next;
    auto first = [&](const Queries& state) { return state.next_deployed(region, std::nullopt); };
    co_return co_await ask(registry, std::ref(first));
}

}  // namespace sgw::gateway::jobs
