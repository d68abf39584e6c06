// PUT and DELETE of config and mode: what they check, and the events that follow. Pure over its
// snapshot: blocks on it, throws ViewUnreadable; any thread, the writer's by use. Source of checks,
// order and texts: the Schema Registry REST API, release 8.1.
#pragma once

#include <optional>
#include <string>

#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"
#include "store/error.hpp"

namespace sgw::catalog {

/// A field of a PUT config body: absent keeps, null clears, a value sets.
template <class T>
struct Update {
    bool present = false;
    std::optional<T> value;

    void apply_to(std::optional<T>& field) const {
        if (present) field = value;
    }
};

struct ConfigUpdate {
    Update<std::string> alias;
    Update<bool> normalize;
    Update<bool> validate_fields;
    Update<bool> validate_names;
    Update<bool> validate_rules;
    Update<schema::Level> level;
    Update<CompatibilityPolicy> policy;
    Update<std::string> compatibility_group;
    Update<Metadata> default_metadata;
    Update<Metadata> override_metadata;
};

ScopeConfig updated(ScopeConfig config, const ConfigUpdate& update);

Result<Events> set_config(const Queries& state, const Subject& scope, const ConfigUpdate& update);
Result<Events> delete_config(const Queries& state, const Subject& scope);

enum class Force { no, yes };

/// No mode: the setting is removed.
Result<Events> set_mode(const Queries& state,
                        const Subject& scope,
                        std::optional<Mode> mode,
                        Force force);

enum class Recursive { no, yes };

Result<Events> delete_mode(const Queries& state, const Subject& scope, Recursive recursive);

/// A scope that always exists: the top level and the server.
bool is_root_scope(const Subject& scope);

}  // namespace sgw::catalog
