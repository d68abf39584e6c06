#include "gateway/api/settings_writes.hpp"

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "gateway/api/body.hpp"
#include "gateway/api/json_text.hpp"
#include "gateway/api/render.hpp"
#include "gateway/api/write_failure.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/catalog/rules/settings.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Events;
using catalog::Queries;

/// What a settings command does, and the body that answers it, from one and the same state.
struct Change {
    Events events;
    std::string body;
};
using Decide = std::function<Result<Change>(const Queries&)>;

/// Settings are decided in the writer whole: cheap, and never stale.
asio::awaitable<Answered> commit_change(Services& services, const Call& call, Decide decide) {
    const auto outcome = std::make_shared<std::optional<Result<Change>>>();
    catalog::Command command{call.origin(),
                             [outcome, decide = std::move(decide)](
                                 const Queries& state) -> ResultOr<Events, catalog::Stale> {
                                 *outcome = decide(state);
                                 return **outcome ? (*outcome)->value().events : Events{};
                             },
                             call.request.deadline,
                             call.request.body.size()};
    const auto committed = co_await commit(services.writer, std::move(command));
    if (!committed) co_return write_error(committed.error());
    if (!**outcome) co_return (*outcome)->error();
    co_return Answer::of((*outcome)->value().body);
}

Result<void> require_valid_scope(const Call& call) {
    const auto scope = call.subject();
    const bool named = call.has_subject() && scope != catalog::server_scope();
    if (named && !catalog::is_valid_subject(scope)) {
        return errors::invalid_subject(call.parameters.at("subject"));
    }
    return boost::outcome_v2::success();
}

std::string mode_echo(const ModeUpdate& update) {
    nlohmann::ordered_json body;
    body["mode"] = update.mode ? nlohmann::ordered_json(*update.mode) : nullptr;
    return json_text(body);
}

struct WantedMode {
    ModeUpdate update;
    std::optional<catalog::Mode> mode;
};

Result<WantedMode> wanted_mode(const Call& call) {
    BOOST_OUTCOME_TRY(
        const auto update,
        parse_mode_update(call.request.body,
                          call.has_subject() ? "updateMode.arg2" : "updateTopLevelMode.arg1"));
    BOOST_OUTCOME_TRY(require_valid_scope(call));
    if (!update.present) return errors::invalid_mode();
    if (!update.mode) return WantedMode{update, std::nullopt};
    const auto mode = catalog::mode_from_name(*update.mode);
    if (!mode) return errors::invalid_mode();
    if (*mode == catalog::Mode::forward && call.subject() != catalog::server_scope()) {
        return errors::forward_mode_only_global();
    }
    return WantedMode{update, mode};
}

}  // namespace

asio::awaitable<Answered> put_config(Services& services, const Call& call) {
    auto parse = [&] {
        return parse_config_update(
            call.request.body,
            call.has_subject() ? "updateSubjectLevelConfig.arg2" : "updateTopLevelConfig.arg1");
    };
    auto update =
        co_await offload_if_large(services.pool, call.request.body.size(), std::ref(parse));
    if (!update) co_return update.error();
    if (const auto valid = require_valid_scope(call); !valid) co_return valid.error();
    Decide decide = [scope = call.subject(),
                     update = std::move(update).value()](const Queries& state) -> Result<Change> {
        BOOST_OUTCOME_TRY(auto events, catalog::set_config(state, scope, update));
        const auto stored = state.config(scope).value_or(catalog::ScopeConfig{});
        return Change{std::move(events), render_config_update(catalog::updated(stored, update))};
    };
    co_return co_await commit_change(services, call, std::move(decide));
}

asio::awaitable<Answered> delete_config(Services& services, const Call& call) {
    Decide decide = [scope = call.subject(), level = services.policy.default_level](
                        const Queries& state) -> Result<Change> {
        BOOST_OUTCOME_TRY(auto events, catalog::delete_config(state, scope));
        auto stored = state.config(scope).value_or(catalog::ScopeConfig{});
        if (!stored.level) stored.level = level;
        return Change{std::move(events), render_config(stored)};
    };
    co_return co_await commit_change(services, call, std::move(decide));
}

asio::awaitable<Answered> put_mode(Services& services, const Call& call) {
    auto parse = [&] { return wanted_mode(call); };
    auto wanted =
        co_await offload_if_large(services.pool, call.request.body.size(), std::ref(parse));
    if (!wanted) co_return wanted.error();
    const auto force = call.flag("force") ? catalog::Force::yes : catalog::Force::no;
    Decide decide = [scope = call.subject(), wanted = std::move(wanted).value(), force](
                        const Queries& state) -> Result<Change> {
        BOOST_OUTCOME_TRY(auto events, catalog::set_mode(state, scope, wanted.mode, force));
        return Change{std::move(events), mode_echo(wanted.update)};
    };
    co_return co_await commit_change(services, call, std::move(decide));
}

asio::awaitable<Answered> delete_mode(Services& services, const Call& call) {
    const auto recursive =
        call.flag("recursive") ? catalog::Recursive::yes : catalog::Recursive::no;
    Decide decide = [scope = call.subject(), recursive](const Queries& state) -> Result<Change> {
        BOOST_OUTCOME_TRY(auto events, catalog::delete_mode(state, scope, recursive));
        const auto mode = catalog::shown_mode(state, scope);
        if (!mode && !catalog::is_root_scope(scope)) return Change{std::move(events), "{}"};
        return Change{std::move(events), render_mode(mode.value_or(catalog::Mode::readwrite))};
    };
    co_return co_await commit_change(services, call, std::move(decide));
}

}  // namespace sgw::gateway::api
