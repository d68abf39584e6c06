// What a second look at a version in a region says about how it is booked: gone, other content, as
// it should be. Found where a region contradicted the catalog; once it is booked, reads go around
// the region and the contradiction ends. Pure; what takes Queries blocks on the catalog's store.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "routing/deployment.hpp"
#include "routing/region_answer.hpp"
#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::routing {

/// A version that was brought to a region, and how it is booked there: deployed, partial, conflict.
struct Held {
    Wanted wanted;
    catalog::DeploymentState state = catalog::DeploymentState::deployed;
};

/// Nothing while the region has yet to get it.
std::optional<Held> held(const catalog::Queries& state,
                         const RegionName& region,
                         const catalog::SubjectVersion& what);
/// The live versions of the subject that are booked so, ascending.
std::vector<catalog::SubjectVersion> held_versions(const catalog::Queries& state,
                                                   const RegionName& region,
                                                   const Subject& subject);

/// Subjects of which the region has a version in conflict.
std::set<Subject> subjects_in_conflict(const catalog::Queries& state, const RegionName& region);

struct Finding {
    catalog::SubjectVersion what;
    SchemaId id;
    catalog::DeploymentState state = catalog::DeploymentState::pending;  // as it has to be booked
    std::string reason;
};

/// Whether the answer contradicts what is booked; a lasting conflict is no news.
bool contradicts(const Held& held, const RegionAnswer<VersionFact>& answer);

/// Whether nothing is left of a conflict but that the version is missing. Only another try says
/// whether the region takes it now, and until then it stays a conflict.
bool is_gone_conflict(const Held& held, const RegionAnswer<VersionFact>& answer);

/// Nothing when it is booked rightly, or the region gave no answer to go by.
std::optional<Finding> finding(const Held& held, const RegionAnswer<VersionFact>& answer);

/// Whether a version is there after all, which counts once the list of versions is right too.
inline bool is_healed(const Finding& finding) {
    return catalog::is_there(finding.state);
}

/// Where the region lists versions of the subject that the catalog has never had, it is not to be
/// asked about the subject: a conflict of the latest version that it should hold, unless one of
/// them is a conflict already.
std::optional<Finding> listing_finding(const catalog::Queries& state,
                                       const RegionName& region,
                                       const Subject& subject,
                                       const std::vector<Version>& listed);

/// What is found about a subject whose versions are as they should be but for what has `healed`.
std::vector<Finding> after_list(const catalog::Queries& state,
                                const RegionName& region,
                                const Subject& subject,
                                const RegionAnswer<std::vector<Version>>& answer,
                                std::vector<Finding> healed);

/// What still holds of the findings at the state that they are booked at.
catalog::Events book_findings(const catalog::Queries& state,
                              const RegionName& region,
                              const std::vector<Finding>& findings);

}  // namespace sgw::routing
