// Whether the regions let anything new be registered: one that is not adopted may hold ids that the
// log does not know. Pure; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "routing/admission.hpp"
#include "routing/region_health.hpp"
#include "store/types.hpp"

namespace sgw::routing {

struct RegionView {
    RegionName name;
    Standing standing;
    Up reachable = Up::unknown;
    std::string trouble;  // of its last failed call
};

struct RegistrationBlock {
    std::string reason;
    bool is_passing = false;  // the region answers and was not looked through yet
};

/// The first that does not pass by itself, else the first. Nothing when all are adopted.
std::optional<RegistrationBlock> registration_block(std::span<const RegionView> regions);

}  // namespace sgw::routing
