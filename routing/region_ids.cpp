#include "routing/region_ids.hpp"

#include "routing/difference.hpp"
#include "routing/finding.hpp"

namespace sgw::routing {

namespace {

bool is_known_conflict(const catalog::Queries& state,
                       const RegionName& region,
                       const catalog::SubjectVersion& what,
                       SchemaId id) {
    const auto record = state.version(what.subject, what.version);
    const auto deployment = state.deployment(what, region);
    return record && record->id == id && deployment &&
           deployment->state == catalog::DeploymentState::conflict;
}

}  // namespace

std::optional<std::string> stray(const catalog::Queries& state,
                                 const RegionName& region,
                                 const catalog::SubjectVersion& what,
                                 const RegionAnswer<VersionFact>& answer) {
    const auto version =
        what.subject.qualified() + " version " + std::to_string(what.version.value);
    const auto* fact = std::get_if<VersionFact>(&answer);
    if (fact == nullptr) {
        if (state.version(what.subject, what.version)) return std::nullopt;
        return version + ", which the region lists and does not tell";
    }
    const auto id = " under id " + std::to_string(fact->id.value);
    const auto given = state.schema(what.subject.context, fact->id);
    if (!given) return version + id;
    const auto differs = difference(what, fact->id, *given, *fact);
    if (!differs || differs->in == Difference::In::metadata) return std::nullopt;
    if (is_known_conflict(state, region, what, fact->id)) return std::nullopt;
    return version + id + ", which is another schema";
}

bool is_as_booked(const catalog::Queries& state,
                  const RegionName& region,
                  const Subject& subject,
                  const Ids& told) {
    Ids booked;
    for (const auto& what : held_versions(state, region, subject)) {
        const auto record = state.version(subject, what.version);
        if (record) booked.emplace(what.version, record->id);
    }
    return told == booked;
}

}  // namespace sgw::routing
