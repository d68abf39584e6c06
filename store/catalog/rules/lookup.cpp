#include "store/catalog/rules/lookup.hpp"

#include <algorithm>

namespace sgw::catalog {
namespace {

/// Equal but for the version property: one side may lack it, and the candidate's must name the
/// stored version.
bool same_metadata(std::optional<Metadata> candidate,
                   std::optional<Metadata> stored,
                   Version version) {
    const auto take = [](std::optional<Metadata>& metadata) -> std::optional<std::string> {
        if (!metadata) return std::nullopt;
        auto node = metadata->properties.extract(version_property);
        if (*metadata == Metadata{}) metadata.reset();
        return node.empty() ? std::nullopt : std::optional(node.mapped());
    };
    if (candidate == stored) return true;
    const auto wanted = take(candidate);
    const auto held = take(stored);
    if (wanted && held && *wanted != *held) return false;
    if (wanted && !held && *wanted != std::to_string(version.value)) return false;
    return (wanted || held) && candidate == stored;
}

std::optional<Match> find_by_content(const Queries& state,
                                     const Subject& subject,
                                     const Candidate& candidate,
                                     Deleted deleted) {
    const auto content = candidate.content();
    const auto ids = state.ids_of(subject.context, content);
    if (ids.empty()) return std::nullopt;
    const auto records = state.versions(subject, deleted);
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        if (std::ranges::find(ids, record->id) != ids.end()) return Match{*record, content, false};
    }
    return std::nullopt;
}

std::optional<Match> find_once(const Queries& state,
                               const Subject& subject,
                               const Candidate& candidate,
                               Deleted deleted) {
    auto found = find_by_content(state, subject, candidate, deleted);
    return found ? found : find_by_structure(state, subject, candidate, deleted);
}

}  // namespace

Content Candidate::content() const {
    return {schema.type(), schema.canonical_text(), references, metadata, ""};
}

std::optional<schema::Schema> parse_stored(const Content& content) {
    auto parsed = schema::parse(content.type, content.text);
    return parsed ? std::optional(std::move(parsed).value()) : std::nullopt;
}

bool matches_structure(const Candidate& candidate, const Content& stored, Version version) {
    if (stored.type != candidate.schema.type() || stored.references != candidate.references ||
        !same_metadata(candidate.metadata, stored.metadata, version)) {
        return false;
    }
    if (stored.text == candidate.schema.canonical_text()) return true;
    const auto parsed = parse_stored(stored);
    return parsed && schema::same_structure(candidate.schema, *parsed);
}

std::optional<Match> find_by_structure(const Queries& state,
                                       const Subject& subject,
                                       const Candidate& candidate,
                                       Deleted deleted) {
    const auto records = state.versions(subject, deleted);
    for (auto record = records.rbegin(); record != records.rend(); ++record) {
        auto stored = state.schema(subject.context, record->id);
        if (stored && matches_structure(candidate, *stored, record->what.version)) {
            return Match{*record, std::move(*stored), true};
        }
    }
    return std::nullopt;
}

std::optional<Match> find_version(const Queries& state,
                                  const Subject& subject,
                                  const Candidate& candidate,
                                  Deleted deleted) {
    if (auto found = find_once(state, subject, candidate, deleted)) return found;
    const auto latest = state.latest(subject);
    const auto stored = latest ? state.schema(subject.context, latest->id) : std::nullopt;
    if (!stored || !stored->metadata) return std::nullopt;
    auto inheriting = candidate;
    inheriting.metadata = merged(stored->metadata, candidate.metadata);
    if (inheriting.metadata == candidate.metadata) return std::nullopt;
    return find_once(state, subject, inheriting, deleted);
}

}  // namespace sgw::catalog
