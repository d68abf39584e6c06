// When a registration may be answered: how many regions must have it. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "config/config.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

struct Target {
    RegionName region;
    catalog::DeploymentState state = catalog::DeploymentState::pending;
    bool healthy = false;    // could take a deployment now
    bool was_there = false;  // had the version once: what was acknowledged stays so
};

enum class AckState {
    reached,
    waiting,
    hopeless,  // the targets that still can will not suffice: waiting is of no use
};

AckState ack_state(config::Ack ack,
                   const std::optional<RegionName>& home,
                   const std::vector<Target>& targets);

}  // namespace sgw::routing
