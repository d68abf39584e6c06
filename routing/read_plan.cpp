#include "routing/read_plan.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

std::vector<RegionName> nearest_first(std::vector<Candidate> candidates) {
    std::ranges::stable_sort(candidates, {}, &Candidate::priority);
    std::vector<RegionName> names;
    for (auto& candidate : candidates) names.push_back(std::move(candidate.region));
    return names;
}

bool holds_all(const RegionName& region,
               const std::vector<catalog::VersionRecord>& live,
               const std::vector<catalog::Deployment>& deployments) {
    return std::ranges::all_of(live, [&](const catalog::VersionRecord& record) {
        return std::ranges::any_of(deployments, [&](const catalog::Deployment& deployment) {
            return deployment.region == region && deployment.what == record.what &&
                   catalog::is_there(deployment.state);
        });
    });
}

}  // namespace

std::vector<RegionName> regions_for_subject(config::ReadPolicy policy,
                                            std::vector<Candidate> candidates,
                                            const std::vector<catalog::VersionRecord>& live,
                                            const std::vector<catalog::Deployment>& deployments) {
    if (policy == config::ReadPolicy::catalog) return {};
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return !candidate.may_read || !holds_all(candidate.region, live, deployments);
    });
    return nearest_first(std::move(candidates));
}

std::vector<RegionName> regions_for_unknown(std::vector<Candidate> candidates) {
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.adopted; });
    return nearest_first(std::move(candidates));
}

}  // namespace sgw::routing
