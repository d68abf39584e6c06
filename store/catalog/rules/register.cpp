#include "store/catalog/rules/register.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "store/catalog/rules/compatible.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/schema/messages.hpp"

namespace sgw::catalog {
namespace {

std::string shown_context(const Subject& subject) {
    return subject.context.is_default() ? "" : Subject{subject.context, ""}.qualified();
}

Error mode_forbids(const Subject& subject, std::string_view what) {
    return errors::operation_not_permitted("Subject " + subject.qualified() + " in context " +
                                           shown_context(subject) + " is not in " +
                                           std::string(what) + " mode");
}

Result<void> check_mode(Mode mode, const Subject& subject, bool id_given) {
    BOOST_OUTCOME_TRY(require_writable(mode, subject, subject.qualified()));
    if (id_given && !takes_ids(mode)) return mode_forbids(subject, "import");
    if (!id_given && mode != Mode::readwrite) return mode_forbids(subject, "read-write");
    return boost::outcome_v2::success();
}

/// The very version that the request names, when it is what the request says: content may have
/// several ids, so that a look-up by content alone could find another version.
std::optional<AlreadyRegistered> known_exactly(const Queries& state,
                                               const Subject& subject,
                                               const Candidate& candidate,
                                               const SchemaRequest& request) {
    if (request.id < 0 || request.version <= 0) return {};
    const auto named = state.version(subject, Version{request.version});
    if (!named || named->deleted || named->id.value != request.id) return {};
    auto content = candidate.content();
    if (state.schema(subject.context, named->id) != content) return {};
    return AlreadyRegistered{*named, std::move(content), false};
}

/// The look-up that answers known schemas in every mode, before anything is checked.
std::optional<AlreadyRegistered> known_already(const Queries& state,
                                               const Subject& subject,
                                               const Candidate& candidate,
                                               const SchemaRequest& request) {
    if (auto known = known_exactly(state, subject, candidate, request)) return known;
    const bool as_latest = request.version == -1;
    std::optional<Match> match;
    if (as_latest) {
        const auto latest = state.latest(subject);
        auto stored = latest ? state.schema(subject.context, latest->id) : std::nullopt;
        if (!stored || !matches_structure(candidate, *stored, latest->what.version)) return {};
        match = Match{*latest, std::move(*stored), true};
    } else {
        match = find_version(state, subject, candidate, Deleted::leave_out);
    }
    if (!match) return {};
    const bool id_fits = request.id < 0 || request.id == match->version.id.value;
    const AlreadyRegistered known{match->version, match->content, match->by_structure};
    if (request.version <= 0 && request.version >= -1 && id_fits) return known;
    if (request.id < 0 || !id_fits) return {};
    const auto named = state.version(subject, Version{request.version});
    if (!named || named->deleted || named->id.value != request.id) return {};
    return AlreadyRegistered{*named, match->content, match->by_structure};
}

/// What the schema inherits from the version before it and from the config.
std::optional<Metadata> populated_metadata(const std::optional<Metadata>& own,
                                           const std::optional<Content>& previous,
                                           const ScopeConfig& config,
                                           std::int32_t requested_version,
                                           std::optional<Version> next) {
    auto metadata = own ? own : (previous ? previous->metadata : std::nullopt);
    metadata = merged(merged(config.default_metadata, metadata), config.override_metadata);
    const bool has_version = metadata && metadata->properties.contains(version_property);
    if (next && (requested_version != 0 || has_version)) {
        if (!metadata) metadata.emplace();
        metadata->properties[version_property] = std::to_string(next->value);
    }
    return metadata;
}

/// Nothing when there is none left.
std::optional<Version> next_version(const Queries& state, const Subject& subject) {
    const auto all = state.versions(subject, Deleted::include);
    const auto last = all.empty() ? 0 : all.back().what.version.value;
    if (last == std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return Version{last + 1};
}

Result<Version> checked_version(std::int32_t requested, std::optional<Version> next, Mode mode) {
    if (requested > 0 && (takes_ids(mode) || next == Version{requested})) return Version{requested};
    if (requested > 0) {
        return errors::invalid_schema("Version is not one more than previous version");
    }
    if (!next) return errors::versions_exhausted();
    return *next;
}

/// The look-ups that follow once metadata is inherited: they may find what the early one could not.
std::optional<AlreadyRegistered> known_after_all(const Queries& state,
                                                 const Subject& subject,
                                                 const Candidate& candidate,
                                                 const SchemaRequest& request) {
    if (request.version != 0) return {};
    const auto match = find_version(state, subject, candidate, Deleted::leave_out);
    if (!match || (request.id >= 0 && request.id != match->version.id.value)) return {};
    return AlreadyRegistered{match->version, match->content, match->by_structure};
}

std::string invalid_message(const Subject& subject,
                            const SchemaRequest& request,
                            const schema::InvalidSchema& problem) {
    std::vector<schema::RequestedReference> references;
    for (const auto& one : request.references) {
        references.push_back({one.name, one.subject, one.version});
    }
    const auto name = subject.qualified();
    return schema::invalid_schema_message(
        problem, {name, request.type, *request.text, references, request.version, request.id});
}

struct Identified {
    SchemaId id;
    bool is_new = false;
};

Result<Identified> next_id(const Queries& state,
                           const Context& context,
                           const RegistryPolicy& policy) {
    const auto highest = policy.id_scope == RegistryPolicy::IdScope::global
                             ? state.highest_id()
                             : state.highest_id(context);
    // An imported id 0 leaves the next at 2, as in a registry.
    const auto used = highest ? std::max(highest->value, 1) : 0;
    const auto last = std::max(used, policy.id_floor);
    if (last == std::numeric_limits<std::int32_t>::max()) return errors::ids_exhausted();
    return Identified{SchemaId{last + 1}, true};
}

Result<Identified> identify(const Queries& state,
                            const Registration& registration,
                            const RegistryPolicy& policy) {
    const auto& context = registration.subject.context;
    const auto same = state.ids_of(context, registration.content);
    if (!registration.given_id) {
        if (!same.empty()) return Identified{same.back(), false};
        return next_id(state, context, policy);
    }
    const auto id = *registration.given_id;
    const auto holds = state.schema(context, id);
    if (holds && *holds != registration.content) {
        return errors::operation_not_permitted(
            "Overwrite new schema with id " + std::to_string(id.value) + " in context " +
            shown_context(registration.subject) + " is not permitted.");
    }
    return Identified{id, !holds};
}

}  // namespace

bool is_blank(const std::optional<std::string>& text) {
    return !text || std::ranges::all_of(*text, [](unsigned char c) { return c <= ' '; });
}

Result<Candidate> parse_candidate(const Queries& state,
                                  const Subject& subject,
                                  const SchemaRequest& request,
                                  schema::Normalize normalize,
                                  schema::Validation validation) {
    const auto type = schema::type_from_name(request.type);
    if (!type) return errors::invalid_schema("Invalid schema type " + request.type);
    if (is_blank(request.text)) {
        const auto latest = state.latest(subject);
        const auto stored = latest ? state.schema(subject.context, latest->id) : std::nullopt;
        auto parsed = stored ? parse_stored(*stored) : std::nullopt;
        if (!parsed) return errors::invalid_schema(schema::empty_schema().reason);
        return Candidate{std::move(*parsed),
                         stored->references,
                         request.metadata ? request.metadata : stored->metadata};
    }
    auto parsed = schema::parse(*type, *request.text, {}, validation, normalize);
    if (!parsed) {
        return errors::invalid_schema(invalid_message(subject, request, parsed.error()));
    }
    auto references = normalize == schema::Normalize::yes
                          ? schema::normalized_references(request.references)
                          : request.references;
    return Candidate{std::move(parsed).value(), std::move(references), request.metadata};
}

Result<PreparedRegistration> prepare_registration(const Queries& state,
                                                  const Subject& subject,
                                                  const SchemaRequest& request,
                                                  schema::Normalize normalize,
                                                  const RegistryPolicy& policy) {
    const bool nameless = subject == context_scope(Context{});
    if (nameless || !is_valid_subject(subject)) {
        return errors::invalid_subject(nameless ? ":.:" : subject.qualified());
    }
    const auto config = effective_config(state, subject, policy.default_level);
    if (config.normalize.value_or(false)) normalize = schema::Normalize::yes;
    BOOST_OUTCOME_TRY(auto candidate,
                      parse_candidate(state, subject, request, normalize, policy.validation));
    const bool merges = config.default_metadata || config.override_metadata;
    if (!merges) {
        if (auto known = known_already(state, subject, candidate, request)) return *known;
    }
    const auto mode = effective_mode(state, subject);
    BOOST_OUTCOME_TRY(check_mode(mode, subject, request.id >= 0));
    const auto next = next_version(state, subject);
    const auto own_metadata = candidate.metadata;
    if (!takes_ids(mode)) {
        const auto latest = state.latest(subject);
        const auto previous = latest ? state.schema(subject.context, latest->id) : std::nullopt;
        candidate.metadata =
            populated_metadata(own_metadata, previous, config, request.version, next);
    }
    if (merges || candidate.metadata != own_metadata) {
        if (auto known = known_after_all(state, subject, candidate, request)) return *known;
    }
    if (!takes_ids(mode)) {
        const auto problems = incompatibilities(state, subject, candidate, config);
        if (!problems.empty()) {
            return errors::incompatible(subject, schema::join_messages(problems));
        }
    }
    BOOST_OUTCOME_TRY(const auto version, checked_version(request.version, next, mode));
    return Registration{subject,
                        candidate.content(),
                        version,
                        request.id >= 0 ? std::optional(SchemaId{request.id}) : std::nullopt,
                        state.applied()};
}

ResultOr<Result<DecidedRegistration>, Stale> decide_registration(
    const Queries& state,
    const Registration& registration,
    const RegistryPolicy& policy,
    const std::vector<RegionName>& targets) {
    using Decision = Result<DecidedRegistration>;
    if (last_change(state, registration.subject) > registration.read_at) return Stale{};
    const auto identified = identify(state, registration, policy);
    if (!identified) return Decision(identified.error());
    const auto [id, is_new] = identified.value();
    const auto held = state.version(registration.subject, registration.version);
    if (!is_new && held && !held->deleted && held->id == id) {
        return Decision(DecidedRegistration{id, {}});
    }
    Events events;
    if (is_new) {
        events.push_back(SchemaCreated{registration.subject.context, id, registration.content});
    }
    const auto replaced = held ? std::optional(held->id) : std::nullopt;
    events.push_back(VersionAdded{registration.subject, registration.version, id, replaced});
    for (const auto& region : targets) {
        events.push_back(DeploymentChanged{
            region, {registration.subject, registration.version}, DeploymentState::pending, ""});
    }
    return Decision(DecidedRegistration{id, std::move(events)});
}

}  // namespace sgw::catalog
