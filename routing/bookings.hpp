// What to book in the catalog about one region, decided against the state that it is booked at: the
// region may have answered before a deployment ended, or a version came. Pure; blocks on the
// catalog's store.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "routing/deployment.hpp"
#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::routing {

using Versions = std::vector<catalog::SubjectVersion>;

/// Every live version.
Versions live_versions(const catalog::Queries& state);
/// Live versions that have no deployment for this region, as after it was added.
Versions unplanned(const catalog::Queries& state, const RegionName& region);

enum class OurClaim { stands, is_gone };
using Names = std::map<std::string, Subject>;
/// Names under which the region may list what our log has put there, or has tried to. While our
/// claim stands that is all that was planned, because a write may have been stored and not booked;
/// without it somebody else may have used a name since it was planned.
Names names_put_there(const catalog::Queries& state, const RegionName& region, OurClaim claim);

/// That the region's claim stands so, if that is news.
catalog::Events book_claim(const catalog::Queries& state,
                           const RegionName& region,
                           catalog::RegionClaim claim);
/// What was claimed and is none of these regions now: nobody sees whether others write there.
catalog::Events doubt_absent(const catalog::Queries& state, const std::vector<RegionName>& regions);

/// Pending, where there is no deployment yet.
catalog::Events plan(const catalog::Queries& state,
                     const RegionName& region,
                     const Versions& versions);
/// A version that the region was taken to hold at `as_of` and does not list.
struct Lost {
    catalog::SubjectVersion what;
    log::Sequence as_of = 0;
};
/// Pending again, where the region is still taken to hold it and was not brought it anew since.
catalog::Events requeue(const catalog::Queries& state,
                        const RegionName& region,
                        const std::vector<Lost>& losses);
/// Pending, whatever it was, conflicts included: the region is claimed anew.
catalog::Events start_over(const catalog::Queries& state,
                           const RegionName& region,
                           const Versions& versions);

/// What an attempt to deploy came to, unless it is booked so or the version means another schema
/// by now. Of failures of one kind (up to the colon of the reason) the first is kept: who tries for
/// days writes one entry. A conflict that is tried again stays one until the attempts come to
/// something else.
catalog::Events book_outcome(const catalog::Queries& state,
                             const RegionName& region,
                             const Wanted& wanted,
                             catalog::DeploymentState outcome,
                             const std::string& reason);

}  // namespace sgw::routing
