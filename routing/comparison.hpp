// What a region is taken to hold against what it lists. Pure; what takes Queries blocks on the
// catalog's store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "routing/bookings.hpp"
#include "routing/region_answer.hpp"

namespace sgw::routing {

/// A subject and its versions that should be in a region.
struct HeldSubject {
    Subject subject;
    Versions versions;

    bool operator==(const HeldSubject&) const = default;
};

/// Everything that the region is taken to hold, in the order of subjects.
std::vector<HeldSubject> all_held(const catalog::Queries& state, const RegionName& region);

struct Compared {
    std::vector<HeldSubject> listed;
    Versions gone;  // of the subjects that are not listed
};

/// `names`: as the region lists its subjects, qualified, maybe as they stand in paths.
Compared compare(std::vector<HeldSubject> held, const std::vector<std::string>& names);

/// What is gone by this list of the subject's versions; nothing when it is no answer to go by.
std::optional<Versions> missing(const HeldSubject& held,
                                const RegionAnswer<std::vector<Version>>& answer);

}  // namespace sgw::routing
