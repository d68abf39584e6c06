#include "routing/comparison.hpp"

#include <algorithm>
#include <set>

#include "routing/region_mapping.hpp"

namespace sgw::routing {

std::vector<HeldSubject> all_held(const catalog::Queries& state, const RegionName& region) {
    std::vector<HeldSubject> found;
    state.each_deployment([&](const catalog::Deployment& deployment) {
        if (deployment.region == region && catalog::is_there(deployment.state)) {
            const auto& subject = deployment.what.subject;
            if (found.empty() || found.back().subject != subject) found.push_back({subject, {}});
            found.back().versions.push_back(deployment.what);
        }
        return catalog::KeyValues::Scan::go_on;
    });
    return found;
}

Compared compare(std::vector<HeldSubject> held, const std::vector<std::string>& names) {
    const std::set<std::string> listed(names.begin(), names.end());
    Compared compared;
    for (auto& one : held) {
        const auto name = one.subject.qualified();
        if (listed.contains(name) || listed.contains(path_segment(name))) {
            compared.listed.push_back(std::move(one));
        } else {
            compared.gone.insert(compared.gone.end(), one.versions.begin(), one.versions.end());
        }
    }
    return compared;
}

std::optional<Versions> missing(const HeldSubject& held,
                                const RegionAnswer<std::vector<Version>>& answer) {
    if (std::holds_alternative<Absent>(answer)) return held.versions;
    const auto* listed = std::get_if<std::vector<Version>>(&answer);
    if (listed == nullptr) return std::nullopt;
    auto gone = held.versions;
    std::erase_if(gone, [&](const catalog::SubjectVersion& what) {
        return std::ranges::find(*listed, what.version) != listed->end();
    });
    return gone;
}

}  // namespace sgw::routing
