// What /admin/deployments shows. Pure; what takes Queries blocks on the catalog's store.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gateway/http/target.hpp"
#include "store/catalog/queries.hpp"
#include "store/error.hpp"

namespace sgw::gateway::admin {

/// What is missing fits everything.
struct DeploymentFilter {
    std::optional<catalog::DeploymentState> state;
    std::optional<RegionName> region;

    bool fits(const catalog::Deployment& deployment) const {
        return (!state || deployment.state == *state) && (!region || deployment.region == *region);
    }
    bool operator==(const DeploymentFilter&) const = default;
};

/// From `state=` and `region=`, each of which may be empty. 400, with the known names, for others.
Result<DeploymentFilter> read_filter(const http::QueryParameters& query,
                                     const std::vector<RegionName>& known);

struct DeploymentList {
    std::vector<catalog::Deployment> deployments;
    bool is_truncated = false;  // there are more
};

/// The first `most` that fit, in the order of subjects.
DeploymentList list_deployments(const catalog::Queries& state,
                                const DeploymentFilter& filter,
                                std::size_t most);

}  // namespace sgw::gateway::admin
