// What makes two schemas of a context the same one: type, canonical text, references, metadata and
// rule set. Pure values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/catalog/metadata.hpp"
#include "store/schema/schema.hpp"

namespace sgw::catalog {

struct Content {
    schema::Type type = schema::Type::avro;
    std::string text;  // canonical
    std::vector<schema::Reference> references;
    std::optional<Metadata> metadata;
    std::string rule_set;  // JSON text; empty: none

    bool operator==(const Content&) const = default;
};

/// The registry's own identity, shown as `guid`; says nothing about the type.
schema::Fingerprint fingerprint(const Content& content);

}  // namespace sgw::catalog
