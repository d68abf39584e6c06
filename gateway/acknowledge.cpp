#include "gateway/acknowledge.hpp"

#include <boost/asio/this_coro.hpp>

#include "routing/acknowledgement.hpp"

namespace sgw::gateway {
namespace {

using Clock = std::chrono::steady_clock;

std::optional<RegionName> home_of(const config::Config& config) {
    if (config.gateway.region.empty()) return std::nullopt;
    return RegionName{config.gateway.region};
}

std::vector<routing::Target> targets_of(const Regions& regions,
                                        const std::vector<catalog::Deployment>& deployments) {
    std::vector<routing::Target> targets;
    for (const auto& deployment : deployments) {
        const auto* const region = regions.find(deployment.region);
        if (region == nullptr) continue;  // no longer configured
        targets.push_back(
            {deployment.region, deployment.state, region->may_deploy(), deployment.was_there});
    }
    return targets;
}

/// Throws Overdue when the catalog does not answer by the deadline.
asio::awaitable<bool> reached(Services& services,
                              catalog::SubjectVersion what,
                              Clock::time_point deadline) {
    const auto executor = co_await asio::this_coro::executor;
    AckBoard::Watch watch(services.acks, what, executor);
    const auto& deploy = services.config.deploy;
    const auto home = home_of(services.config);
    auto deployments_of = [&what](const catalog::Queries& state) {
        return state.deployments(what);
    };
    const Turn turn{Turn::Lane::reading, deadline};
    while (true) {
        const auto deployments = co_await ask(services, std::ref(deployments_of), turn);
        const auto state =
            routing::ack_state(deploy.ack, home, targets_of(services.regions, deployments));
        if (state != routing::AckState::waiting) co_return state == routing::AckState::reached;
        if (!co_await watch.changed(deadline)) co_return false;
    }
}

}  // namespace

asio::awaitable<bool> acknowledged(Services& services,
                                   catalog::SubjectVersion what,
                                   Clock::time_point deadline) {
    try {
        co_return co_await reached(services, std::move(what), deadline);
    } catch (const Overdue&) {
        co_return false;
    }
}

}  // namespace sgw::gateway
