#include "routing/admission.hpp"

#include <utility>

namespace sgw::routing {
namespace {

constexpr std::size_t kept_ids = 1000;
constexpr std::size_t named_ids = 5;

}  // namespace

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

bool is_verdict(Admission admission) {
    return admission != Admission::unknown && admission != Admission::unverified;
}

Standing at_start(catalog::RegionClaim claim) {
    if (claim == catalog::RegionClaim::doubted) {
        return in_doubt({Admission::claimed, "", Contents::ours});
    }
    return {Admission::unverified, "claimed, not seen yet since start", Contents::ours};
}

Standing in_doubt(Standing standing) {
    const bool is_so =
        standing.admission == Admission::unknown && standing.contents == Contents::unknown;
    if (is_so || standing.contents == Contents::foreign) return standing;
    return {Admission::unknown,
            "others may have written to it since it was claimed; it is looked through first",
            Contents::unknown};
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
    if (!is_verdict(standing.admission)) standing.reason = "cannot be examined: " + reason;
    return standing;
}

bool ContradictedIds::add(const Context& context, SchemaId id) {
    return ids_.size() < kept_ids && ids_.emplace(context, id).second;
}

std::string ContradictedIds::told_with(std::string reason) const {
    if (ids_.empty()) return reason;
    reason += "; another schema than in the catalog under id";
    std::size_t named = 0;
    for (const auto& [context, id] : ids_) {
        if (named == named_ids) break;
        reason += (named++ == 0 ? " " : ", ") + std::to_string(id.value);
        if (!context.is_default()) reason += " of " + context.name;
    }
    if (ids_.size() > named) reason += " and " + std::to_string(ids_.size() - named) + " more";
    return reason;
}

}  // namespace sgw::routing
