#include "store/catalog/rules/compatible.hpp"

namespace sgw::catalog {
namespace {

std::optional<std::string> group_of(const std::optional<Metadata>& metadata,
                                    const std::string& property) {
    if (!metadata) return std::nullopt;
    const auto found = metadata->properties.find(property);
    return found == metadata->properties.end() ? std::nullopt : std::optional(found->second);
}

bool same_group(const ScopeConfig& config, const Candidate& candidate, const Content& stored) {
    if (!config.compatibility_group || config.compatibility_group->empty()) return true;
    return group_of(candidate.metadata, *config.compatibility_group) ==
           group_of(stored.metadata, *config.compatibility_group);
}

}  // namespace

std::vector<std::string> incompatibilities(const Queries& state,
                                           const Subject& subject,
                                           const Candidate& candidate,
                                           const ScopeConfig& config,
                                           const std::optional<VersionRecord>& against) {
    if (config.level == schema::Level::none) return {};
    const auto records =
        against ? std::vector{*against} : state.versions(subject, Deleted::leave_out);
    std::vector<schema::OldVersion> newest_first;
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        const auto stored = state.schema(subject.context, record->id);
        if (!stored || !same_group(config, candidate, *stored)) continue;
        auto parsed = parse_stored(*stored);
        if (parsed) newest_first.push_back({record->what.version.value, std::move(parsed)});
        if (!schema::is_transitive(*config.level)) break;
    }
    const std::vector<schema::OldVersion> history(newest_first.rbegin(), newest_first.rend());
    const auto validate_fields = config.validate_fields.value_or(false)
                                     ? schema::ValidateFields::yes
                                     : schema::ValidateFields::no;
    return schema::incompatibilities(candidate.schema, history, *config.level, validate_fields);
}

}  // namespace sgw::catalog
