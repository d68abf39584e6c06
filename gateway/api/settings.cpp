#include "gateway/api/settings.hpp"

#include "gateway/api/render.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/catalog/rules/settings.hpp"

namespace sgw::gateway::api {

using catalog::Queries;

Result<std::string> get_config(const Call& call,
                               const Queries& state,
                               const catalog::RegistryPolicy& policy) {
    const auto scope = call.subject();
    if (call.flag("defaultToGlobal")) {
        return render_config(catalog::effective_config(state, scope, policy.default_level));
    }
    auto config = state.config(scope);
    if (!config && !catalog::is_root_scope(scope)) {
        return errors::subject_level_compatibility_not_configured(scope);
    }
    if (!config) config.emplace();
    if (!config->level) config->level = policy.default_level;
    return render_config(*config);
}

Result<std::string> get_mode(const Call& call, const Queries& state) {
    const auto scope = call.subject();
    if (call.flag("defaultToGlobal")) return render_mode(catalog::effective_mode(state, scope));
    const auto mode = catalog::shown_mode(state, scope);
    if (!mode && !catalog::is_root_scope(scope)) {
        return errors::subject_level_mode_not_configured(scope);
    }
    return render_mode(mode.value_or(catalog::Mode::readwrite));
}

}  // namespace sgw::gateway::api
