// What modules count in plain structs, read at scrape. Blocks on the view: on the pool only.
#pragma once

#include <vector>

#include "gateway/admin/admin.hpp"
#include "gateway/metrics.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::admin {

std::vector<Sample> collect(const Registry& registry,
                            const Listeners& listeners,
                            const catalog::Queries& state);

}  // namespace sgw::gateway::admin
