#include "gateway/api/register.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "gateway/acknowledge.hpp"
#include "gateway/api/body.hpp"
#include "gateway/api/render.hpp"
#include "gateway/api/write_failure.hpp"
#include "routing/claim.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::AlreadyRegistered;
using catalog::PreparedRegistration;
using catalog::Registration;
using Clock = std::chrono::steady_clock;

struct Prepared {
    PreparedRegistration registration;
    log::Sequence read_at = 0;
};

struct Registered {
    catalog::VersionRecord version;
    catalog::Content content;
    Times times = Times::hide;
};

Result<Prepared> prepare(const Services& services,
                         const Call& call,
                         const catalog::Queries& state) {
    BOOST_OUTCOME_TRY(const auto request, parse_schema_request(call.request.body, "register.arg5"));
    const auto normalize = call.flag("normalize") ? schema::Normalize::yes : schema::Normalize::no;
    BOOST_OUTCOME_TRY(
        auto registration,
        catalog::prepare_registration(state, call.subject(), request, normalize, services.policy));
    return Prepared{std::move(registration), state.applied()};
}

/// Until no region stands in the way, or for as long as looking regions through takes when they are
/// seen for the first time: a client that comes right after the start is not sent away.
asio::awaitable<std::optional<routing::RegistrationBlock>> registration_block(
    Services& services, Subject subject, Clock::time_point latest) {
    const auto& health = services.config.health;
    const auto deadline = std::min(Clock::now() + health.settle + health.timeout, latest);
    const auto executor = co_await asio::this_coro::executor;
    AckBoard::Watch watch(services.acks, {std::move(subject), Version{}}, executor);
    while (true) {
        auto block = services.regions.registration_block();
        if (!block || !block->is_passing) co_return block;
        const bool changed = co_await watch.changed(deadline);
        if (!changed) co_return block;
    }
}

/// Why the gateway itself keeps a new schema out.
asio::awaitable<Result<void>> require_open(Services& services,
                                           Subject subject,
                                           Clock::time_point deadline) {
    if (services.regions.empty()) co_return boost::outcome_v2::success();
    if (subject.context.name == routing::claim_context) {
        co_return errors::operation_not_permitted("Context " + subject.context.name +
                                                  " is reserved for schema-gateway's own marks");
    }
    const auto block = co_await registration_block(services, std::move(subject), deadline);
    if (block) co_return errors::unavailable(block->reason);
    co_return boost::outcome_v2::success();
}

/// What the writer decided, filled in on its thread before the commit is answered.
using Outcome = std::shared_ptr<std::optional<Result<catalog::DecidedRegistration>>>;

catalog::Command command_for(const Services& services,
                             const Call& call,
                             const Registration& registration,
                             const Outcome& outcome) {
    auto decide =
        [&policy = services.policy, registration, outcome, targets = services.regions.names()](
            const catalog::Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
        BOOST_OUTCOME_TRY(auto decided,
                          catalog::decide_registration(state, registration, policy, targets));
        *outcome = decided;
        return decided ? decided.value().events : catalog::Events{};
    };
    return {call.origin(), std::move(decide), call.request.deadline, call.request.body.size()};
}

Answered unacknowledged(const catalog::VersionRecord& version) {
    return errors::unavailable("Schema is stored under id " + std::to_string(version.id.value) +
                               " but not enough regions have it yet; registering it again is safe");
}

asio::awaitable<Answer> render(Services& services, const Registered& registered) {
    auto render_now = [&] {
        return render_registered(registered.version, registered.content, registered.times);
    };
    auto body = co_await offload_if_large(
        services.pool, registered.content.text.size(), std::ref(render_now));
    co_return Answer::of(std::move(body), Source::view);
}

/// The answer once the acknowledgement holds, or at once when the configuration accepts what the
/// catalog has.
asio::awaitable<Answered> answer_new(Services& services, const Call& call, Registered registered) {
    const auto& deploy = services.config.deploy;
    if (!services.regions.empty()) {
        const auto deadline = std::min(Clock::now() + deploy.ack_timeout, call.request.deadline);
        const bool reached = co_await acknowledged(services, registered.version.what, deadline);
        if (!reached && deploy.on_timeout == config::OnTimeout::fail) {
            co_return unacknowledged(registered.version);
        }
    }
    co_return co_await render(services, registered);
}

/// A known schema is answered at once, but where it never reached its acknowledgement it waits for
/// it again.
asio::awaitable<Answered> answer_known(Services& services,
                                       const Call& call,
                                       AlreadyRegistered known,
                                       log::Sequence read_at) {
    const bool waits = services.config.deploy.on_timeout == config::OnTimeout::fail;
    Registered registered{
        known.version, std::move(known.content), known.show_time ? Times::show : Times::hide};
    if (waits) co_return co_await answer_new(services, call, std::move(registered));
    auto answer = co_await render(services, registered);
    services.cache.insert(AnswerCache::tag(call.subject()), call.cache_key(), answer.body, read_at);
    co_return answer;
}

}  // namespace

asio::awaitable<Answered> register_schema(Services& services, const Call& call) {
    auto prepare_now = [&](const catalog::Queries& state) {
        return prepare(services, call, state);
    };
    for (unsigned attempt = 1; attempt <= max_write_attempts; ++attempt) {
        auto prepared = co_await ask(services, std::ref(prepare_now), turn_of(call));
        if (!prepared) co_return prepared.error();
        if (auto* known = std::get_if<AlreadyRegistered>(&prepared.value().registration)) {
            auto found = std::move(*known);
            co_return co_await answer_known(
                services, call, std::move(found), prepared.value().read_at);
        }
        const auto& registration = std::get<Registration>(prepared.value().registration);
        const auto open =
            co_await require_open(services, registration.subject, call.request.deadline);
        if (!open) co_return open.error();
        const auto outcome = std::make_shared<Outcome::element_type>();
        auto command = command_for(services, call, registration, outcome);
        const auto committed = co_await commit(services.writer, std::move(command));
        if (committed) {
            const auto& decided = **outcome;
            if (!decided) co_return decided.error();
            catalog::VersionRecord version{
                {registration.subject, registration.version}, decided.value().id, 0, false};
            Registered registered{std::move(version), registration.content, Times::hide};
            co_return co_await answer_new(services, call, std::move(registered));
        }
        if (committed.error().kind != catalog::WriteFailure::Kind::stale) {
            co_return write_error(committed.error());
        }
        co_await pause_before_retry(attempt);
    }
    co_return write_error({catalog::WriteFailure::Kind::stale, ""});
}

}  // namespace sgw::gateway::api
