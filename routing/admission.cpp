#include "routing/admission.hpp"

#include <utility>

namespace sgw::routing {

std::string_view admission_name(Admission admission) {
    switch (admission) {
        case Admission::unknown:
            return "unknown";
        case Admission::unverified:
            return "unverified";
        case Admission::claimed:
            return "claimed";
        case Admission::claimed_by_other:
            return "claimed_by_other";
        case Admission::unadopted:
            return "unadopted";
        case Admission::not_import:
            return "not_import";
    }
    return "";
}

Standing claimed_before_start() {
    return {Admission::unverified, "claimed, not seen yet since start", Contents::ours};
}

Standing without_claim(Contents contents) {
    return {Admission::unverified,
            "its claim is gone; it is looked through before it is claimed anew",
            contents};
}

Standing after_refusal(const Standing& standing, std::string reason) {
    return {Admission::not_import, std::move(reason), standing.contents};
}

Standing out_of_sight(Standing standing) {
    const bool may_change = standing.contents == Contents::clean;
    if (!may_change) return standing;
    return {Admission::unknown, "held nothing foreign before it went away", Contents::unknown};
}

Standing after_failed_examination(Standing standing, const std::string& reason) {
    const bool is_open =
        standing.admission == Admission::unknown || standing.admission == Admission::unverified;
    if (is_open) standing.reason = "cannot be examined: " + reason;
    return standing;
}

}  // namespace sgw::routing
