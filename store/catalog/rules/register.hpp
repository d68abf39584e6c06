// One registration, in two pure halves. prepare_registration does what is slow (parse, look-ups,
// compatibility) against a snapshot; decide_registration runs in the writer, re-checks only whether
// something it rests on changed since, and allocates version and id. Pure over their snapshot:
// block on it, throw ViewUnreadable; any thread. Source of the order of checks: the Schema Registry
// REST API, 8.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/rules/lookup.hpp"
#include "store/catalog/writer.hpp"
#include "store/error.hpp"

namespace sgw::catalog {

/// A schema as a request brings it.
struct SchemaRequest {
    std::optional<std::string> text;  // absent or blank: the subject's latest
    std::string type = "AVRO";
    std::vector<schema::Reference> references;
    std::optional<Metadata> metadata;
    std::int32_t version = 0;  // 0: any; -1: as the latest; above: exactly this one
    std::int32_t id = -1;      // below 0: none given
};

/// Whether there is no text to speak of.
bool is_blank(const std::optional<std::string>& text);

/// What the configuration says about schemas and ids.
struct RegistryPolicy {
    using IdScope = config::IdScope;

    schema::Level default_level = schema::Level::backward;
    schema::Validation validation = schema::Validation::standard;
    IdScope id_scope = IdScope::context;
    std::int32_t id_floor = 0;
};

/// The subject holds the schema: nothing is to be written.
struct AlreadyRegistered {
    VersionRecord version;
    Content content;
    bool show_time = false;
};

/// To be written, if nothing that it rests on changes.
struct Registration {
    Subject subject;
    Content content;
    Version version;
    std::optional<SchemaId> given_id;
    log::Sequence read_at = 0;
};

using PreparedRegistration = std::variant<AlreadyRegistered, Registration>;

/// Parses what came with the request; a missing text is that of the subject's latest version.
/// 42201 when it is no schema. `normalize` also makes the reference list normal.
Result<Candidate> parse_candidate(const Queries& state,
                                  const Subject& subject,
                                  const SchemaRequest& request,
                                  schema::Normalize normalize,
                                  schema::Validation validation);

Result<PreparedRegistration> prepare_registration(const Queries& state,
                                                  const Subject& subject,
                                                  const SchemaRequest& request,
                                                  schema::Normalize normalize,
                                                  const RegistryPolicy& policy);

/// No events: the subject holds it just so.
struct DecidedRegistration {
    SchemaId id;
    Events events;
};

/// `targets`: the regions to deploy to. Stale when the subject or its settings changed; an Error
/// when the id means something else or none is left.
ResultOr<Result<DecidedRegistration>, Stale> decide_registration(
    const Queries& state,
    const Registration& registration,
    const RegistryPolicy& policy,
    const std::vector<RegionName>& targets);

}  // namespace sgw::catalog
