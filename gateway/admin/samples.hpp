// What modules count in plain structs, read at scrape.
#pragma once

#include <vector>

#include "gateway/admin/admin.hpp"
#include "gateway/metrics.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway::admin {

/// What the process knows without its catalog. Any thread.
std::vector<Sample> collect_from_process(const Services& services, const Listeners& listeners);

/// Blocks on the view, throws ViewUnreadable: on the pool only.
std::vector<Sample> collect_from_catalog(const Services& services, const catalog::Queries& state);

}  // namespace sgw::gateway::admin
