// What a region says that it holds under a version against what it should hold: the one comparison
// for reads, deployments, canaries and second looks. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "routing/region_answer.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

struct Difference {
    enum class In {
        version,   // the answer is about another one
        schema,    // subject, id, type, text or references
        metadata,  // which registries exist that drop
    };
    In in = In::schema;
    std::string reason;
};

/// The first difference, from the worst down; nothing when the region holds what it should.
std::optional<Difference> difference(const catalog::SubjectVersion& what,
                                     SchemaId id,
                                     const catalog::Content& content,
                                     const VersionFact& fact);

}  // namespace sgw::routing
