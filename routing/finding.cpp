#include "routing/finding.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using catalog::Queries;
using catalog::SubjectVersion;

std::vector<catalog::Deployment> live_deployments(const Queries& state,
                                                  const RegionName& region,
                                                  const Subject& subject) {
    auto found = state.deployments(subject);
    std::erase_if(found, [&](const catalog::Deployment& deployment) {
        if (deployment.region != region) return true;
        const auto record = state.version(subject, deployment.what.version);
        return !record || record->deleted;
    });
    return found;
}

std::optional<Version> unknown_version(const Queries& state,
                                       const Subject& subject,
                                       const std::vector<Version>& listed) {
    const auto unknown = std::ranges::find_if(
        listed, [&](Version version) { return !state.version(subject, version).has_value(); });
    return unknown == listed.end() ? std::nullopt : std::optional(*unknown);
}

}  // namespace

std::optional<Held> held(const Queries& state,
                         const RegionName& region,
                         const SubjectVersion& what) {
    const auto record = state.version(what.subject, what.version);
    const auto deployment = state.deployment(what, region);
    if (!record || !deployment || !catalog::is_settled(deployment->state)) return std::nullopt;
    auto content = state.schema(what.subject.context, record->id);
    if (!content) return std::nullopt;
    return Held{{what, record->id, std::move(*content)}, deployment->state};
}

std::vector<SubjectVersion> held_versions(const Queries& state,
                                          const RegionName& region,
                                          const Subject& subject) {
    std::vector<SubjectVersion> found;
    for (const auto& deployment : live_deployments(state, region, subject)) {
        if (catalog::is_settled(deployment.state)) found.push_back(deployment.what);
    }
    std::ranges::sort(found);
    return found;
}

std::set<Subject> subjects_in_conflict(const Queries& state, const RegionName& region) {
    std::set<Subject> found;
    state.each_deployment([&](const catalog::Deployment& deployment) {
        const bool fits =
            deployment.region == region && deployment.state == DeploymentState::conflict;
        if (fits) found.insert(deployment.what.subject);
        return catalog::KeyValues::Scan::go_on;
    });
    return found;
}

bool contradicts(const Held& held, const RegionAnswer<VersionFact>& answer) {
    // What is a conflict was found before, and what heals is none.
    if (held.state == DeploymentState::conflict) return false;
    const auto step = after_look(held.wanted, answer);
    const auto* settled = std::get_if<Settled>(&step);
    if (settled != nullptr && settled->state == held.state) return false;
    return std::holds_alternative<Write>(step) || is_finding(step);
}

bool is_gone_conflict(const Held& held, const RegionAnswer<VersionFact>& answer) {
    if (held.state != DeploymentState::conflict) return false;
    return std::holds_alternative<Write>(after_look(held.wanted, answer));
}

std::optional<Finding> finding(const Held& held, const RegionAnswer<VersionFact>& answer) {
    const auto& [what, id, content] = held.wanted;
    const bool in_conflict = held.state == DeploymentState::conflict;
    const auto step = after_look(held.wanted, answer);
    if (std::holds_alternative<Write>(step) && !in_conflict) {
        return Finding{what, id, DeploymentState::pending, "missing in the region"};
    }
    const auto* other = std::get_if<Contradicted>(&step);
    if (other != nullptr && !in_conflict) {
        return Finding{what, id, DeploymentState::conflict, other->reason};
    }
    const auto* settled = std::get_if<Settled>(&step);
    if (settled == nullptr || settled->state == held.state) return std::nullopt;
    return Finding{what, id, settled->state, settled->reason};
}

std::optional<Finding> listing_finding(const Queries& state,
                                       const RegionName& region,
                                       const Subject& subject,
                                       const std::vector<Version>& listed) {
    const auto unknown = unknown_version(state, subject, listed);
    if (!unknown) return std::nullopt;
    auto there = live_deployments(state, region, subject);
    const auto is_conflict = [](const catalog::Deployment& deployment) {
        return deployment.state == DeploymentState::conflict;
    };
    if (std::ranges::any_of(there, is_conflict)) return std::nullopt;
    std::erase_if(there, [](const catalog::Deployment& deployment) {
        return !catalog::is_there(deployment.state);
    });
    if (there.empty()) return std::nullopt;
    const auto last = std::ranges::max_element(there, {}, &catalog::Deployment::what);
    const auto latest = held(state, region, last->what);
    if (!latest) return std::nullopt;
    return Finding{latest->wanted.what,
                   latest->wanted.id,
                   DeploymentState::conflict,
                   "the region lists version " + std::to_string(unknown->value) +
                       " of the subject, which was not put there"};
}

std::vector<Finding> after_list(const Queries& state,
                                const RegionName& region,
                                const Subject& subject,
                                const RegionAnswer<std::vector<Version>>& answer,
                                std::vector<Finding> healed) {
    const auto* listed = std::get_if<std::vector<Version>>(&answer);
    if (listed == nullptr) return {};
    if (!unknown_version(state, subject, *listed)) return healed;
    if (auto found = listing_finding(state, region, subject, *listed)) return {std::move(*found)};
    return {};
}

catalog::Events book_findings(const Queries& state,
                              const RegionName& region,
                              const std::vector<Finding>& findings) {
    catalog::Events events;
    for (const auto& found : findings) {
        const auto now = held(state, region, found.what);
        const bool is_other = !now || now->wanted.id != found.id || now->state == found.state;
        if (is_other) continue;
        const bool is_known = now->state == DeploymentState::conflict;
        if (is_known && !catalog::is_there(found.state)) continue;
        events.push_back(catalog::DeploymentChanged{region, found.what, found.state, found.reason});
    }
    return events;
}

}  // namespace sgw::routing
