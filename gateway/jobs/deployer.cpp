#include "gateway/jobs/deployer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>

#include "gateway/logging.hpp"
#include "gateway/random.hpp"
#include "routing/backoff.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::DeploymentState;
using catalog::SubjectVersion;
using routing::DeploymentStep;

constexpr unsigned max_lanes = 16;
constexpr std::chrono::seconds deployment_timeout{5};  // look, write and read back

std::optional<routing::Wanted> wanted_from(const catalog::Queries& state,
                                           const SubjectVersion& what) {
    const auto record = state.version(what.subject, what.version);
    if (!record) return std::nullopt;
    auto content = state.schema(what.subject.context, record->id);
    if (!content) return std::nullopt;
    return routing::Wanted{what, record->id, std::move(*content)};
}

}  // namespace

Deployer::Deployer(Registry& registry,
                   Region& region,
                   asio::io_context& control,
                   std::function<void()> prepare_again)
    : registry_(registry),
      region_(region),
      control_(control),
      prepare_again_(std::move(prepare_again)) {}

asio::awaitable<void> Deployer::load() {
    auto query = [&](const catalog::Queries& state) {
        return state.work(region_.name(), std::numeric_limits<std::size_t>::max());
    };
    for (unsigned attempt = 1; !stopping_; ++attempt) {
        try {
            const auto found = co_await ask(registry_, std::ref(query));
            for (const auto& what : found) add(what);
            break;
        } catch (const catalog::ViewUnreadable& failure) {
            log_failure(failure.what());
        }
        co_await pause(attempt);
    }
    start_lanes();
}

void Deployer::enqueue(const SubjectVersion& what) {
    asio::post(control_, [this, what] {
        add(what);
        start_lanes();
    });
}

void Deployer::wake() {
    attempts_.clear();
    for (auto& [subject, timer] : backing_off_) timer.cancel();
    start_lanes();
}

void Deployer::add(const SubjectVersion& what) {
    work_[what.subject].insert(what.version);
    if (busy_.insert(what.subject).second) ready_.push_back(what.subject);
}

void Deployer::start_lanes() {
    if (stopping_ || !routing::drives(region_.name()) || !region_.may_deploy()) return;
    while (lanes_ < max_lanes && starting_ < ready_.size()) {
        ++lanes_;
        ++starting_;
        spawn(control_.get_executor(), lane(), "deployer " + region_.name().value);
    }
}

asio::awaitable<void> Deployer::lane() {
    --starting_;
    while (!stopping_ && !ready_.empty() && region_.may_deploy()) {
        const auto subject = ready_.front();
        ready_.pop_front();
        const auto outcome = co_await deploy_subject(subject);
        if (outcome == Outcome::done) {
            work_.erase(subject);
            busy_.erase(subject);
            attempts_.erase(subject);
        } else {
            spawn(control_.get_executor(),
                  retry_later(subject, ++attempts_[subject]),
                  "deployer retry " + region_.name().value);
        }
    }
    --lanes_;
}

asio::awaitable<Deployer::Outcome> Deployer::deploy_subject(Subject subject) {
    auto& versions = work_[subject];
    while (!versions.empty()) {
        // Taken out first: what is enqueued again meanwhile is deployed again.
        const SubjectVersion what{subject, *versions.begin()};
        versions.erase(versions.begin());
        auto outcome = Outcome::later;
        try {
            outcome = co_await deploy(what);
        } catch (const catalog::ViewUnreadable& failure) {
            log_failure(failure.what());
        }
        if (outcome == Outcome::later) {
            versions.insert(what.version);
            co_return outcome;
        }
        missing_since_.erase(what);
    }
    co_return Outcome::done;
}

void Deployer::log_failure(std::string_view reason) const {
    log_event(
        Level::error, "deployer_failed", {{"region", region_.name().value}, {"reason", reason}});
}

asio::awaitable<void> Deployer::pause(unsigned attempt) {
    const auto& deploy = registry_.config.deploy;
    asio::steady_timer timer(control_);
    timer.expires_after(
        routing::backoff(attempt, deploy.retry_initial, deploy.retry_max, random_fraction()));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Deployer::retry_later(Subject subject, unsigned attempt) {
    const auto& deploy = registry_.config.deploy;
    auto& timer = backing_off_.try_emplace(subject, control_).first->second;
    timer.expires_after(
        routing::backoff(attempt, deploy.retry_initial, deploy.retry_max, random_fraction()));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    backing_off_.erase(subject);
    ready_.push_back(std::move(subject));
    start_lanes();
}

asio::awaitable<Deployer::Outcome> Deployer::deploy(SubjectVersion what) {
    auto query = [&](const catalog::Queries& state) { return wanted_from(state, what); };
    auto found = co_await ask(registry_, std::ref(query));
    if (!found) co_return Outcome::done;  // no longer wanted
    const auto wanted = std::move(*found);
    const auto step = co_await bring(wanted);
    co_return co_await conclude(wanted, step);
}

asio::awaitable<DeploymentStep> Deployer::bring(routing::Wanted wanted) {
    auto& upstream = registry_.regions.upstream(control_.get_executor(), region_.name());
    const auto deadline = std::chrono::steady_clock::now() + deployment_timeout;
    constexpr auto traffic = Upstream::Purpose::traffic;
    const auto looked = co_await upstream.version(wanted.what, deadline, traffic);
    auto step = routing::after_look(wanted, looked);
    if (!std::holds_alternative<routing::Write>(step)) co_return step;
    const auto written = co_await upstream.write(wanted, deadline);
    step = routing::after_write(wanted, written);
    if (!std::holds_alternative<routing::ReadBack>(step)) co_return step;
    const auto read_back = co_await upstream.version(wanted.what, deadline, traffic);
    const bool missing = std::holds_alternative<routing::Absent>(read_back);
    const auto missing_for = missing ? note_missing(wanted.what) : std::chrono::nanoseconds{0};
    const auto fact = std::get<routing::WrittenFact>(written);
    step = routing::after_read_back(wanted, fact, read_back, missing_for);
    const auto* fold = std::get_if<routing::CheckFold>(&step);
    if (fold == nullptr) co_return step;
    const auto id = fold->id;
    const auto held = co_await upstream.schema(id, deadline);
    co_return routing::after_fold_check(id, held);
}

std::chrono::nanoseconds Deployer::note_missing(const SubjectVersion& what) {
    const auto now = std::chrono::steady_clock::now();
    return now - missing_since_.try_emplace(what, now).first->second;
}

asio::awaitable<Deployer::Outcome> Deployer::conclude(routing::Wanted wanted, DeploymentStep step) {
    if (const auto* settled = std::get_if<routing::Settled>(&step)) {
        const auto state = settled->state;
        const auto reason = settled->reason;
        if (state == DeploymentState::conflict) {
            log_event(Level::error,
                      "deployment_conflict",
                      {{"region", region_.name().value},
                       {"subject", wanted.what.subject.qualified()},
                       {"version", wanted.what.version.value},
                       {"reason", reason}});
        }
        const bool booked = co_await book(wanted, state, reason);
        co_return booked ? Outcome::done : Outcome::later;
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
    }
    co_return Outcome::later;
}

asio::awaitable<bool> Deployer::book(routing::Wanted wanted,
                                     DeploymentState state,
                                     std::string reason) {
    catalog::Command command{
        {"schema-gateway", "", "", ""},
        [region = region_.name(), wanted, state, reason](
            const catalog::Queries& now) -> ResultOr<catalog::Events, catalog::Stale> {
            const auto record = now.version(wanted.what.subject, wanted.what.version);
            const auto deployment = now.deployment(wanted.what, region);
            const bool is_other = !record || record->id != wanted.id;
            const bool is_same =
                deployment && deployment->state == state && deployment->reason == reason;
            if (is_other || is_same) return catalog::Events{};
            return catalog::Events{catalog::DeploymentChanged{region, wanted.what, state, reason}};
        }};
    const auto committed = co_await commit(registry_.writer, std::move(command));
    co_return bool(committed);
}

}  // namespace sgw::gateway::jobs
