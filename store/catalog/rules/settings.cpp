#include "store/catalog/rules/settings.hpp"

#include <algorithm>

#include "store/catalog/rules/scope.hpp"

namespace sgw::catalog {
namespace {

bool is_top_level(const Subject& scope) {
    return scope == context_scope(Context{});
}

Result<void> require_scope_writable(const Queries& state, const Subject& scope) {
    const auto shown = is_top_level(scope) ? "null" : scope.qualified();
    return require_writable(effective_mode(state, scope), scope, shown);
}

/// Whether a live subject falls under the scope; the roots cover every context.
bool has_live_subject(const Queries& state, const Subject& scope) {
    if (is_root_scope(scope)) return state.holds_live_subject(std::nullopt);
    if (scope.name.empty()) return state.holds_live_subject(scope.context);
    return state.latest(scope).has_value();
}

}  // namespace

bool is_root_scope(const Subject& scope) {
    return is_top_level(scope) || scope == server_scope();
}

ScopeConfig updated(ScopeConfig config, const ConfigUpdate& update) {
    update.alias.apply_to(config.alias);
    update.normalize.apply_to(config.normalize);
    update.validate_fields.apply_to(config.validate_fields);
    update.validate_names.apply_to(config.validate_names);
    update.validate_rules.apply_to(config.validate_rules);
    update.level.apply_to(config.level);
    update.policy.apply_to(config.policy);
    update.compatibility_group.apply_to(config.compatibility_group);
    update.default_metadata.apply_to(config.default_metadata);
    update.override_metadata.apply_to(config.override_metadata);
    return config;
}

Result<Events> set_config(const Queries& state, const Subject& scope, const ConfigUpdate& update) {
    BOOST_OUTCOME_TRY(require_scope_writable(state, scope));
    const auto stored = state.config(scope);
    auto next = updated(stored.value_or(ScopeConfig{}), update);
    if (stored == next) return Events{};
    return Events{ConfigSet{scope, std::move(next)}};
}

Result<Events> delete_config(const Queries& state, const Subject& scope) {
    const auto stored = state.config(scope);
    if (!stored && !is_root_scope(scope)) return errors::subject_not_found(scope);
    BOOST_OUTCOME_TRY(require_scope_writable(state, scope));
    if (!stored) return Events{};
    return Events{ConfigDeleted{scope}};
}

Result<Events> set_mode(const Queries& state,
                        const Subject& scope,
                        std::optional<Mode> mode,
                        Force force) {
    const auto stored = state.mode(scope);
    if (!mode) return stored ? Events{ModeDeleted{scope}} : Events{};
    if (*mode == stored) return Events{};
    const bool begins_import =
        *mode == Mode::import_mode && effective_mode(state, scope) != Mode::import_mode;
    if (begins_import && force == Force::no && has_live_subject(state, scope)) {
        return errors::operation_not_permitted("Cannot import since found existing subjects");
    }
    return Events{ModeSet{scope, *mode}};
}

Result<Events> delete_mode(const Queries& state, const Subject& scope, Recursive recursive) {
    const auto stored = state.mode(scope);
    if (!stored && !is_root_scope(scope) && recursive == Recursive::no) {
        return errors::subject_not_found(scope);
    }
    Events events;
    if (stored) events.push_back(ModeDeleted{scope});
    if (recursive == Recursive::yes && scope.name.empty()) {
        for (const auto& subject : state.scopes_with_mode(scope.context)) {
            if (subject != scope) events.push_back(ModeDeleted{subject});
        }
    }
    return events;
}

}  // namespace sgw::catalog
