#include "gateway/jobs/deployer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <limits>
#include <memory>

#include "gateway/as_value.hpp"
#include "gateway/logging.hpp"
#include "gateway/random.hpp"
#include "routing/backoff.hpp"
#include "routing/bookings.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::DeploymentState;
using catalog::SubjectVersion;
using routing::DeploymentStep;

constexpr std::chrono::seconds deployment_timeout{5};  // look, write and read back

std::optional<routing::Wanted> wanted_from(const catalog::Queries& state,
                                           const SubjectVersion& what) {
    const auto record = state.version(what.subject, what.version);
    if (!record) return std::nullopt;
    auto content = state.schema(what.subject.context, record->id);
    if (!content) return std::nullopt;
    return routing::Wanted{what, record->id, std::move(*content)};
}

routing::DeployQueue::Policy queue_policy(const config::Deploy& deploy) {
    routing::DeployQueue::Policy policy;
    policy.retry_initial = deploy.retry_initial;
    policy.retry_max = deploy.retry_max;
    return policy;
}

}  // namespace

Deployer::Deployer(Services& services,
                   Region& region,
                   asio::io_context& control,
                   std::function<void()> prepare_again)
    : services_(services),
      region_(region),
      control_(control),
      prepare_again_(std::move(prepare_again)),
      queue_(queue_policy(services.config.deploy)),
      timer_(control) {}

asio::awaitable<void> Deployer::run() {
    if (!routing::drives(region_.name())) co_return;
    co_await load();
    while (!stopping_) {
        start_due();
        timer_.expires_at(next_look());
        co_await timer_.async_wait(as_value);
    }
}

void Deployer::enqueue(const SubjectVersion& what) {
    asio::post(control_, [this, what] {
        queue_.add(what);
        timer_.cancel();
    });
}

void Deployer::wake() {
    queue_.wake();
    timer_.cancel();
}

void Deployer::stop() {
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> Deployer::load() {
    auto query = [&](const catalog::Queries& state) {
        return state.work(region_.name(), std::numeric_limits<std::size_t>::max());
    };
    for (unsigned attempt = 1; !stopping_; ++attempt) {
        try {
            const auto found = co_await ask(services_, std::ref(query));
            for (const auto& what : found) queue_.add(what);
            co_return;
        } catch (const catalog::ViewUnreadable& failure) {
            log_failure(failure.what());
        }
        co_await pause(attempt);
    }
}

void Deployer::start_due() {
    if (const auto until = region_.throttled_until()) queue_.hold_until(*until);
    while (!stopping_ && region_.may_deploy()) {
        auto next = queue_.take(Clock::now());
        if (!next) return;
        spawn(
            control_.get_executor(), attempt(std::move(*next)), "deployer " + region_.name().value);
    }
}

Deployer::Clock::time_point Deployer::next_look() const {
    // Not every change of what a region may get is told: one between two probes is not.
    const auto at_the_latest = Clock::now() + services_.config.deploy.retry_max;
    const auto due = queue_.next_due();
    return due && region_.may_deploy() ? *due : at_the_latest;
}

asio::awaitable<void> Deployer::attempt(SubjectVersion what) {
    auto outcome = Outcome::later;
    try {
        outcome = co_await deploy(what);
    } catch (const std::exception& failure) {
        log_failure(failure.what());
    }
    switch (outcome) {
        case Outcome::done:
            queue_.done(what);
            break;
        case Outcome::later:
            queue_.retry(what, Clock::now(), random_fraction());
            break;
        case Outcome::refused:
            queue_.refused(what, Clock::now(), random_fraction());
            break;
    }
    timer_.cancel();
}

void Deployer::log_failure(std::string_view reason) const {
    log_event(
        Level::error, "deployer_failed", {{"region", region_.name().value}, {"reason", reason}});
}

asio::awaitable<void> Deployer::pause(unsigned attempt) {
    const auto& deploy = services_.config.deploy;
    timer_.expires_after(
        routing::backoff(attempt, deploy.retry_initial, deploy.retry_max, random_fraction()));
    co_await timer_.async_wait(as_value);
}

asio::awaitable<Deployer::Outcome> Deployer::deploy(SubjectVersion what) {
    auto query = [&](const catalog::Queries& state) { return wanted_from(state, what); };
    auto found = co_await ask(services_, std::ref(query));
    if (!found) co_return Outcome::done;  // no longer wanted
    const auto wanted = std::move(*found);
    const auto step = co_await bring(wanted);
    co_return co_await conclude(wanted, step);
}

asio::awaitable<DeploymentStep> Deployer::bring(routing::Wanted wanted) {
    auto& upstream = services_.regions.upstream(control_.get_executor(), region_.name());
    const auto deadline = Clock::now() + deployment_timeout;
    constexpr auto traffic = Upstream::Purpose::traffic;
    const auto looked = co_await upstream.version(wanted.what, deadline, traffic);
    auto compare = [&] { return routing::after_look(wanted, looked); };
    auto step =
        co_await offload_if_large(services_.pool, routing::text_bytes(looked), std::ref(compare));
    if (!std::holds_alternative<routing::Write>(step)) co_return step;
    const auto written = co_await upstream.write(wanted, deadline);
    step = routing::after_write(wanted, written);
    if (!std::holds_alternative<routing::ReadBack>(step)) co_return step;
    const auto fact = std::get<routing::WrittenFact>(written);
    co_return co_await read_back(wanted, fact, deadline);
}

asio::awaitable<DeploymentStep> Deployer::read_back(const routing::Wanted& wanted,
                                                    const routing::WrittenFact& written,
                                                    Clock::time_point deadline) {
    auto& upstream = services_.regions.upstream(control_.get_executor(), region_.name());
    constexpr auto traffic = Upstream::Purpose::traffic;
    const auto held = co_await upstream.version(wanted.what, deadline, traffic);
    const bool missing = std::holds_alternative<routing::Absent>(held);
    const auto missing_for =
        missing ? queue_.missing_for(wanted.what, Clock::now()) : std::chrono::nanoseconds{0};
    auto compare = [&] { return routing::after_read_back(wanted, written, held, missing_for); };
    auto step =
        co_await offload_if_large(services_.pool, routing::text_bytes(held), std::ref(compare));
    const auto* fold = std::get_if<routing::CheckFold>(&step);
    if (fold == nullptr) co_return step;
    const auto id = fold->id;
    const routing::IdQuestion question{id, std::nullopt};
    const auto folded = co_await upstream.schema(question, deadline);
    co_return routing::after_fold_check(id, folded, missing_for);
}

asio::awaitable<Deployer::Outcome> Deployer::conclude(routing::Wanted wanted, DeploymentStep step) {
    if (routing::is_finding(step)) {
        services_.metrics.region(region_.name()).findings->Increment();
    }
    if (const auto* said = std::get_if<routing::Contradicted>(&step)) {
        step = routing::after_contradiction(*said, queue_.contradicted(wanted.what, said->reason));
    }
    if (const auto* settled = std::get_if<routing::Settled>(&step)) {
        const auto state = settled->state;
        const auto reason = settled->reason;
        const auto booked = co_await book(wanted, state, reason);
        const bool is_news = !booked.events.empty();
        if (is_news && catalog::is_there(state)) ++deployed_;
        if (is_news && state == DeploymentState::conflict) log_conflict(wanted.what, reason);
        co_return booked.failure ? Outcome::later : Outcome::done;
    }
    if (const auto* later = std::get_if<routing::RetryLater>(&step)) {
        const auto reason = later->reason;
        co_await book(wanted, DeploymentState::failed, reason);
    }
    if (const auto* refused = std::get_if<routing::NotImport>(&step)) {
        const auto reason = refused->reason;
        co_await book(wanted, DeploymentState::failed, reason);
        region_.refuse_write(wanted.what.subject, reason);
        prepare_again_();
        co_return Outcome::refused;
    }
    co_return Outcome::later;
}

void Deployer::log_conflict(const SubjectVersion& what, std::string_view reason) const {
    log_event(Level::error,
              "deployment_conflict",
              {{"region", region_.name().value},
               {"subject", what.subject.qualified()},
               {"version", what.version.value},
               {"reason", reason}});
}

asio::awaitable<Booked> Deployer::book(routing::Wanted wanted,
                                       DeploymentState state,
                                       std::string reason) {
    Decide decide = [region = region_.name(), wanted, state, reason](const catalog::Queries& now) {
        return routing::book_outcome(now, region, wanted, state, reason);
    };
    co_return co_await book_one(services_.writer, std::move(decide));
}

}  // namespace sgw::gateway::jobs
