// A schema's metadata (tags, properties, sensitive names): stored, merged, and part of a schema's
// identity. Pure values. Source of order and hashing: the Schema Registry REST API, release 8.1.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sgw::catalog {

struct Metadata {
    std::map<std::string, std::set<std::string>> tags;  // by path within the schema
    std::map<std::string, std::string> properties;
    std::set<std::string> sensitive;  // names of properties that hold secrets

    bool operator==(const Metadata&) const = default;
};

/// The property that a registration with an explicit version leaves behind.
inline constexpr const char* version_property = "confluent:version";

/// `low` with everything that `high` has laid over it; absent only when both are.
std::optional<Metadata> merged(const std::optional<Metadata>& low,
                               const std::optional<Metadata>& high);

/// The bytes that enter the fingerprint; empty for absent metadata, not for empty metadata.
std::string hashed_bytes(const std::optional<Metadata>& metadata);

/// Empty members are left out, as in answers.
nlohmann::ordered_json to_json(const Metadata& metadata);
Metadata metadata_from_json(const nlohmann::ordered_json& json);

}  // namespace sgw::catalog
