#include "routing/finding.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using catalog::Queries;
using catalog::SubjectVersion;

}  // namespace

std::optional<Held> held(const Queries& state,
                         const RegionName& region,
                         const SubjectVersion& what) {
    const auto record = state.version(what.subject, what.version);
    const auto deployment = state.deployment(what, region);
    if (!record || !deployment || !catalog::is_there(deployment->state)) return std::nullopt;
    auto content = state.schema(what.subject.context, record->id);
    if (!content) return std::nullopt;
    return Held{{what, record->id, std::move(*content)}, deployment->state};
}

std::vector<SubjectVersion> held_versions(const Queries& state,
                                          const RegionName& region,
                                          const Subject& subject) {
    std::vector<SubjectVersion> found;
    for (const auto& deployment : state.deployments(subject)) {
        if (deployment.region != region || !catalog::is_there(deployment.state)) continue;
        const auto record = state.version(subject, deployment.what.version);
        if (record && !record->deleted) found.push_back(deployment.what);
    }
    std::ranges::sort(found);
    return found;
}

std::optional<Finding> finding(const Held& held, const RegionAnswer<VersionFact>& answer) {
    const auto& [what, id, content] = held.wanted;
    const auto step = after_look(held.wanted, answer);
    if (std::holds_alternative<Write>(step)) {
        return Finding{what, id, DeploymentState::pending, "missing in the region"};
    }
    const auto* settled = std::get_if<Settled>(&step);
    if (settled == nullptr || settled->state == held.state) return std::nullopt;
    return Finding{what, id, settled->state, settled->reason};
}

std::optional<Finding> listing_finding(const Queries& state,
                                       const RegionName& region,
                                       const Subject& subject,
                                       const std::vector<Version>& listed) {
    const auto unknown = std::ranges::find_if(
        listed, [&](Version version) { return !state.version(subject, version).has_value(); });
    if (unknown == listed.end()) return std::nullopt;
    const auto versions = held_versions(state, region, subject);
    if (versions.empty()) return std::nullopt;
    const auto latest = held(state, region, versions.back());
    if (!latest) return std::nullopt;
    return Finding{latest->wanted.what,
                   latest->wanted.id,
                   DeploymentState::conflict,
                   "the region lists version " + std::to_string(unknown->value) +
                       " of the subject, which was not put there"};
}

catalog::Events book_findings(const Queries& state,
                              const RegionName& region,
                              const std::vector<Finding>& findings) {
    catalog::Events events;
    for (const auto& found : findings) {
        const auto now = held(state, region, found.what);
        const bool is_other = !now || now->wanted.id != found.id || now->state == found.state;
        if (is_other) continue;
        events.push_back(catalog::DeploymentChanged{region, found.what, found.state, found.reason});
    }
    return events;
}

}  // namespace sgw::routing
