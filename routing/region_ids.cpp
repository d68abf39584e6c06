#include "routing/region_ids.hpp"

#include "routing/difference.hpp"
#include "routing/finding.hpp"

namespace sgw::routing {

std::optional<std::string> stray(const catalog::Queries& state,
                                 const catalog::SubjectVersion& what,
                                 const VersionFact& fact) {
    const auto version = what.subject.qualified() + " version " +
                         std::to_string(what.version.value) + " under id " +
                         std::to_string(fact.id.value);
    const auto given = state.schema(what.subject.context, fact.id);
    if (!given) return version;
    const auto differs = difference(what, fact.id, *given, fact);
    if (!differs || differs->in == Difference::In::metadata) return std::nullopt;
    return version + ", which is another schema";
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
