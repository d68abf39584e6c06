#include "routing/registration_block.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

bool is_passing(const RegionView& region) {
    return region.standing.admission == Admission::unknown && region.reachable != Up::no;
}

/// Why the region is not adopted, and what it failed with since that was found out.
std::string obstacle(const RegionView& region) {
    auto why = region.standing.reason;
    const bool adds = region.reachable != Up::yes && !region.trouble.empty() &&
                      why.find(region.trouble) == std::string::npos;
    if (adds) why += "; " + region.trouble;
    return why;
}

}  // namespace

std::optional<RegistrationBlock> registration_block(std::span<const RegionView> regions) {
    const auto is_adopted = [](const RegionView& region) { return region.standing.is_adopted(); };
    const auto stays = [&](const RegionView& region) {
        return !is_adopted(region) && !is_passing(region);
    };
    auto found = std::ranges::find_if(regions, stays);
    if (found == regions.end()) found = std::ranges::find_if_not(regions, is_adopted);
    if (found == regions.end()) return std::nullopt;
    return RegistrationBlock{"Nothing new can be registered: region " + found->name.value +
                                 " is not adopted (" + obstacle(*found) +
                                 "), until it is adopted or removed from the configuration",
                             is_passing(*found)};
}

}  // namespace sgw::routing
