// Brings the catalog's deployments in line with what a region lists: what it lost is made pending
// again, what was never planned for it is planned. Reads listings only; never deletes. Control
// context only.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/registry.hpp"

namespace sgw::gateway::jobs {

/// subjects: one listing tells which subjects are gone. versions: also asks each subject for its
/// versions.
enum class Thoroughness { subjects, versions };

/// False when the region did not answer to the end; what was found until then is booked.
boost::asio::awaitable<bool> reconcile(Registry& registry,
                                       Region& region,
                                       Thoroughness thoroughness);

/// Plans every version that has no deployment for this region yet, as after a region is added.
boost::asio::awaitable<void> plan_missing(Registry& registry, const RegionName& region);

/// A version that is deployed there, another one at each call; nothing when there is none.
boost::asio::awaitable<std::optional<catalog::SubjectVersion>> next_canary(
    Registry& registry,
    const RegionName& region,
    const std::optional<catalog::SubjectVersion>& last);

}  // namespace sgw::gateway::jobs
