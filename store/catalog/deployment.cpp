#include "store/catalog/deployment.hpp"

#include <algorithm>

namespace sgw::catalog {

std::string_view state_name(DeploymentState state) {
    switch (state) {
        case DeploymentState::pending:
            return "pending";
        case DeploymentState::deployed:
            return "deployed";
        case DeploymentState::failed:
            return "failed";
        case DeploymentState::conflict:
            return "conflict";
        case DeploymentState::partial:
            return "partial";
        case DeploymentState::over_capacity:
            return "over_capacity";
        case DeploymentState::deleted:
            return "deleted";
    }
    return "";
}

std::optional<DeploymentState> state_from_name(std::string_view name) {
    const auto found = std::ranges::find(all_deployment_states, name, state_name);
    return found == all_deployment_states.end() ? std::nullopt : std::optional(*found);
}

}  // namespace sgw::catalog
