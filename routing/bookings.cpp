#include "routing/bookings.hpp"

#include <algorithm>
#include <iterator>

#include "routing/region_mapping.hpp"

namespace sgw::routing {
namespace {

using catalog::Deployment;
using catalog::DeploymentChanged;
using catalog::DeploymentState;
using catalog::Queries;
using Scan = catalog::KeyValues::Scan;

/// A write that was refused may have been stored all the same.
bool was_tried(const Deployment& deployment) {
    return deployment.was_there || deployment.state == DeploymentState::failed;
}

/// How it failed, without what differs from one time to the next.
std::string_view kind_of(std::string_view reason) {
    return reason.substr(0, reason.find(':'));
}

bool is_live(const Queries& state, const catalog::SubjectVersion& what) {
    const auto record = state.version(what.subject, what.version);
    return record && !record->deleted;
}

}  // namespace

Versions live_versions(const Queries& state) {
    Versions found;
    for (const auto& subject : state.subjects(std::nullopt, catalog::Deleted::leave_out)) {
        for (const auto& record : state.versions(subject, catalog::Deleted::leave_out)) {
            found.push_back(record.what);
        }
    }
    return found;
}

Versions unplanned(const Queries& state, const RegionName& region) {
    auto found = live_versions(state);
    std::erase_if(found, [&](const catalog::SubjectVersion& what) {
        return state.deployment(what, region).has_value();
    });
    return found;
}

Names names_put_there(const Queries& state, const RegionName& region, OurClaim claim) {
    Names names;
    state.each_deployment([&](const Deployment& deployment) {
        const bool may_be_ours = claim == OurClaim::stands || was_tried(deployment);
        if (deployment.region == region && may_be_ours) {
            const auto name = deployment.what.subject.qualified();
            names.emplace(path_segment(name), deployment.what.subject);
            names.emplace(name, deployment.what.subject);
        }
        return Scan::go_on;
    });
    return names;
}

catalog::Events book_claim(const Queries& state,
                           const RegionName& region,
                           catalog::RegionClaim claim) {
    if (state.claim(region) == claim) return {};
    if (claim == catalog::RegionClaim::doubted) return {catalog::ClaimDoubted{region}};
    return {catalog::RegionClaimed{region}};
}

catalog::Events doubt_absent(const Queries& state, const std::vector<RegionName>& regions) {
    catalog::Events events;
    for (const auto& [region, claim] : state.claims()) {
        if (std::ranges::find(regions, region) != regions.end()) continue;
        std::ranges::move(book_claim(state, region, catalog::RegionClaim::doubted),
                          std::back_inserter(events));
    }
    return events;
}

catalog::Events plan(const Queries& state, const RegionName& region, const Versions& versions) {
    catalog::Events events;
    for (const auto& what : versions) {
        if (state.deployment(what, region)) continue;
        events.push_back(DeploymentChanged{region, what, DeploymentState::pending, ""});
    }
    return events;
}

catalog::Events requeue(const Queries& state,
                        const RegionName& region,
                        const std::vector<Lost>& losses) {
    catalog::Events events;
    for (const auto& [what, as_of] : losses) {
        const auto now = state.deployment(what, region);
        if (!now || !catalog::is_there(now->state) || now->planned > as_of) continue;
        events.push_back(
            DeploymentChanged{region, what, DeploymentState::pending, "missing in the region"});
    }
    return events;
}

catalog::Events start_over(const Queries& state,
                           const RegionName& region,
                           const Versions& versions) {
    catalog::Events events;
    for (const auto& what : versions) {
        const auto now = state.deployment(what, region);
        const bool is_pending = now && now->state == DeploymentState::pending;
        if (is_pending || !is_live(state, what)) continue;
        events.push_back(DeploymentChanged{
            region, what, DeploymentState::pending, now ? "the region is claimed anew" : ""});
    }
    return events;
}

catalog::Events book_outcome(const Queries& state,
                             const RegionName& region,
                             const Wanted& wanted,
                             DeploymentState outcome,
                             const std::string& reason) {
    const auto record = state.version(wanted.what.subject, wanted.what.version);
    if (!record || record->id != wanted.id) return {};
    const auto now = state.deployment(wanted.what, region);
    const bool failed_so =
        outcome == DeploymentState::failed && now && kind_of(now->reason) == kind_of(reason);
    const bool is_same = now && now->state == outcome && (failed_so || now->reason == reason);
    const bool is_tried_again =
        now && now->state == DeploymentState::conflict && outcome == DeploymentState::failed;
    if (is_same || is_tried_again) return {};
    return {DeploymentChanged{region, wanted.what, outcome, reason}};
}

}  // namespace sgw::routing
