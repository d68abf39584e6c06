// A region that nothing is configured of but its name.
#pragma once

#include "gateway/region.hpp"

namespace sgw::gateway {

inline Region us_west() {
    config::Region config;
    config.name = "us-west";
    return {config, routing::HealthPolicy{}, [](const Region&) {}};
}

}  // namespace sgw::gateway
