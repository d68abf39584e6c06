// What a second look at a version in a region says about how it is booked: gone, other content, as
// it should be. Found where a region contradicted the catalog; once it is booked, reads go around
// the region and the contradiction ends. Pure; what takes Queries blocks on the catalog's store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "routing/deployment.hpp"
#include "routing/region_answer.hpp"
#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::routing {

/// A version that should be in a region, and how it is booked there.
struct Held {
    Wanted wanted;
    catalog::DeploymentState state = catalog::DeploymentState::deployed;
};

/// Nothing when the region is not taken to hold it.
std::optional<Held> held(const catalog::Queries& state,
                         const RegionName& region,
                         const catalog::SubjectVersion& what);
/// The live versions of the subject that the region is taken to hold, ascending.
std::vector<catalog::SubjectVersion> held_versions(const catalog::Queries& state,
                                                   const RegionName& region,
                                                   const Subject& subject);

struct Finding {
    catalog::SubjectVersion what;
    SchemaId id;
    catalog::DeploymentState state = catalog::DeploymentState::pending;  // as it has to be booked
    std::string reason;
};

/// Nothing when it is booked rightly, or the region gave no answer to go by.
std::optional<Finding> finding(const Held& held, const RegionAnswer<VersionFact>& answer);

/// Where the region lists versions of the subject that the catalog has never had, it is not to be
/// asked about the subject: a conflict of the latest version that it should hold.
std::optional<Finding> listing_finding(const catalog::Queries& state,
                                       const RegionName& region,
                                       const Subject& subject,
                                       const std::vector<Version>& listed);

/// What still holds of the findings at the state that they are booked at.
catalog::Events book_findings(const catalog::Queries& state,
                              const RegionName& region,
                              const std::vector<Finding>& findings);

}  // namespace sgw::routing
