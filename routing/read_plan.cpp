#include "routing/read_plan.hpp"

#include <algorithm>

#include "routing/difference.hpp"
#include "store/overloaded.hpp"

namespace sgw::routing {
namespace {

std::vector<RegionName> nearest_first(std::vector<Candidate> candidates) {
    std::ranges::stable_sort(candidates, {}, &Candidate::priority);
    std::vector<RegionName> names;
    names.reserve(candidates.size());
    for (auto& candidate : candidates) names.push_back(std::move(candidate.region));
    return names;
}

using Versions = std::vector<const catalog::SubjectVersion*>;

constexpr auto dereferenced = [](const catalog::SubjectVersion* what) -> auto& {
    return *what;
};

/// What the region has, sorted: a subject may have thousands of versions.
Versions versions_in(const RegionName& region,
                     const std::vector<catalog::Deployment>& deployments) {
    Versions there;
    for (const auto& deployment : deployments) {
        const bool is_there = catalog::is_there(deployment.state);
        if (is_there && deployment.region == region) there.push_back(&deployment.what);
    }
    std::ranges::sort(there, {}, dereferenced);
    return there;
}

/// Whether the region can tell all that the catalog knows of the version: what dropped metadata
/// cannot vouch for it.
bool is_whole(const catalog::SubjectVersion& what,
              const RegionName& region,
              const std::vector<catalog::Deployment>& deployments) {
    return std::ranges::any_of(deployments, [&](const catalog::Deployment& deployment) {
        return deployment.region == region && deployment.what == what &&
               deployment.state == catalog::DeploymentState::deployed;
    });
}

bool can_tell(Question question,
              const RegionName& region,
              const std::vector<catalog::VersionRecord>& live,
              const std::vector<catalog::Deployment>& deployments) {
    const bool wants_content = question == Question::latest && !live.empty();
    if (wants_content && !is_whole(live.back().what, region, deployments)) return false;
    const auto there = versions_in(region, deployments);
    return std::ranges::all_of(live, [&](const catalog::VersionRecord& record) {
        return std::ranges::binary_search(there, record.what, {}, dereferenced);
    });
}

bool agrees(const KnownSubject& known, const std::vector<Version>& listed) {
    return std::ranges::equal(
        known.live, listed, {}, [](const catalog::VersionRecord& one) { return one.what.version; });
}

bool agrees(const KnownSubject& known, const VersionFact& fact) {
    if (known.live.empty() || !known.latest) return false;
    const auto& latest = known.live.back();
    return !difference(latest.what, latest.id, *known.latest, fact);
}

template <class Fact>
Verdict verdict(const KnownSubject& known, const RegionAnswer<Fact>& answer) {
    return std::visit(Overloaded{
                          [&](const Fact& fact) {
                              return agrees(known, fact) ? Verdict::confirmed
                                                         : Verdict::contradicted;
                          },
                          [](const Absent&) { return Verdict::contradicted; },
                          [](const Refused&) { return Verdict::no_answer; },
                          [](const Failed& failure) {
                              return failure.kind == Failed::Kind::garbage ? Verdict::unreadable
                                                                           : Verdict::no_answer;
                          },
                      },
                      answer);
}

}  // namespace

std::vector<RegionName> regions_for_subject(config::ReadPolicy policy,
                                            Question question,
                                            std::vector<Candidate> candidates,
                                            const std::vector<catalog::VersionRecord>& live,
                                            const std::vector<catalog::Deployment>& deployments) {
    if (policy == config::ReadPolicy::catalog) return {};
    std::erase_if(candidates, [&](const Candidate& candidate) {
        return !candidate.may_read || !can_tell(question, candidate.region, live, deployments);
    });
    return nearest_first(std::move(candidates));
}

UnknownPlan regions_for_unknown(std::vector<Candidate> candidates) {
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.adopted; });
    auto throttled = candidates;
    std::erase_if(throttled, [](const Candidate& candidate) { return !candidate.throttled; });
    std::erase_if(candidates, [](const Candidate& candidate) { return candidate.throttled; });
    return {nearest_first(std::move(candidates)), nearest_first(std::move(throttled))};
}

Verdict judge(const KnownSubject& known, const RegionAnswer<VersionFact>& latest) {
    return verdict(known, latest);
}

Verdict judge(const KnownSubject& known, const RegionAnswer<std::vector<Version>>& versions) {
    return verdict(known, versions);
}

}  // namespace sgw::routing
