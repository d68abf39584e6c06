// Mode and config of a scope (a subject, a context, the server), as stored. Pure values.
// Source of names and meaning: the Schema Registry REST API, release 8.1.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "store/catalog/metadata.hpp"
#include "store/schema/schema.hpp"
#include "store/types.hpp"

namespace sgw::catalog {

enum class Mode { readwrite, readonly, readonly_override, import_mode, forward };

/// "READWRITE", ...; parsing is case-insensitive.
std::string_view mode_name(Mode mode);
std::optional<Mode> mode_from_name(std::string_view text);

/// Whether writes carry their own ids in this mode.
inline bool takes_ids(Mode mode) {
    return mode == Mode::import_mode || mode == Mode::forward;
}

enum class CompatibilityPolicy { strict, lenient };

std::string_view policy_name(CompatibilityPolicy policy);
std::optional<CompatibilityPolicy> policy_from_name(std::string_view text);

/// An unset field means: nothing configured here. Empty strings are stored as such.
struct ScopeConfig {
    std::optional<std::string> alias;
    std::optional<bool> normalize;
    std::optional<bool> validate_fields;
    std::optional<bool> validate_names;
    std::optional<bool> validate_rules;
    std::optional<schema::Level> level;
    std::optional<CompatibilityPolicy> policy;
    std::optional<std::string> compatibility_group;
    std::optional<Metadata> default_metadata;
    std::optional<Metadata> override_metadata;

    bool operator==(const ScopeConfig&) const = default;
};

/// With every stored field in the order of answers; the level's key is "compatibility".
/// Reading throws what the JSON library throws on a wrong shape, and std::bad_optional_access on an
/// unknown word.
nlohmann::ordered_json to_json(const ScopeConfig& config);
ScopeConfig config_from_json(const nlohmann::ordered_json& json);

/// The scope of the whole server, the fallback below every context.
Subject server_scope();
/// The scope of a context; of the default context it is the top level.
Subject context_scope(const Context& context);

}  // namespace sgw::catalog
