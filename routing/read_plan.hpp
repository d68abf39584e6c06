// Which regions a mutable read may ask, nearest first, and whether what one of them says agrees
// with the catalog. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "config/config.hpp"
#include "routing/region_answer.hpp"
#include "store/catalog/queries.hpp"
#include "store/types.hpp"

namespace sgw::routing {

struct Candidate {
    RegionName region;
    int priority = 0;
    bool may_read = false;
    bool adopted = true;     // holds only what our log put there
    bool throttled = false;  // asked to be left alone for now
};

/// What is asked about a subject.
enum class Question { versions, latest };

/// Regions that have every live version of the subject, nearest first; for the latest only those
/// that have it whole. Equal priorities keep the order of the configuration.
std::vector<RegionName> regions_for_subject(config::ReadPolicy policy,
                                            Question question,
                                            std::vector<Candidate> candidates,
                                            const std::vector<catalog::VersionRecord>& live,
                                            const std::vector<catalog::Deployment>& deployments);

/// Regions that may hold what the catalog does not know: those that are not adopted, nearest first,
/// whatever their health. All of them must say no before anybody may say 404.
struct UnknownPlan {
    std::vector<RegionName> ask;
    std::vector<RegionName> throttled;  // must not be asked now
};
UnknownPlan regions_for_unknown(std::vector<Candidate> candidates);

/// What the catalog knows of a subject.
struct KnownSubject {
    std::vector<catalog::VersionRecord> live;  // in order
    std::optional<catalog::Content> latest;    // of the last of them
};

enum class Verdict {
    confirmed,
    contradicted,  // it knows less, more or other than the catalog
    unreadable,    // it answered with what no registry answers
    no_answer,
};

/// What a region's answer about the latest version, or about the list of versions, is worth.
Verdict judge(const KnownSubject& known, const RegionAnswer<VersionFact>& latest);
Verdict judge(const KnownSubject& known, const RegionAnswer<std::vector<Version>>& versions);

}  // namespace sgw::routing
