// Is this schema a version of that subject already? By content first (one look-up), then by
// structure over the versions, newest first; then both again with the latest version's metadata.
// Pure over its snapshot: blocks on it, throws ViewUnreadable; any thread. Source of the order: the
// Schema Registry REST API, release 8.1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/catalog/queries.hpp"
#include "store/schema/schema.hpp"

namespace sgw::catalog {

/// A schema that came in with a request, parsed.
struct Candidate {
    schema::Schema schema;
    std::vector<schema::Reference> references;
    std::optional<Metadata> metadata;

    Content content() const;
};

struct Match {
    VersionRecord version;
    Content content;            // as stored
    bool by_structure = false;  // not byte for byte: answers then show the stored version's time
};

std::optional<Match> find_version(const Queries& state,
                                  const Subject& subject,
                                  const Candidate& candidate,
                                  Deleted deleted);

/// By structure only, over live versions.
std::optional<Match> find_by_structure(const Queries& state,
                                       const Subject& subject,
                                       const Candidate& candidate,
                                       Deleted deleted);

/// Whether the stored version is what the candidate says, as far as structure and metadata go.
bool matches_structure(const Candidate& candidate, const Content& stored, Version version);

/// A stored schema, parsed again. Nothing when it can no longer be parsed.
std::optional<schema::Schema> parse_stored(const Content& content);

}  // namespace sgw::catalog
