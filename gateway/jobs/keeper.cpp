#include "gateway/jobs/keeper.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/jobs/preparer.hpp"
#include "gateway/jobs/reconciler.hpp"
#include "gateway/logging.hpp"
#include "gateway/random.hpp"
#include "routing/backoff.hpp"

namespace sgw::gateway::jobs {
namespace {

using routing::Admission;

/// A region that was denied is looked at again now and then only: its whole listing may be read for
/// it.
constexpr unsigned rounds_between_denied_preparations = 5;

bool is_denied(Admission admission) {
    return admission == Admission::claimed_by_other || admission == Admission::unadopted ||
           admission == Admission::not_import;
}

}  // namespace

Keeper::Keeper(Registry& registry, Region& region, std::function<void()> deploy)
    : registry_(registry), region_(region), deploy_(std::move(deploy)) {}

asio::awaitable<void> Keeper::run() {
    timer_.emplace(co_await asio::this_coro::executor);
    while (!stopping_) {
        if (routing::drives(region_.name())) {
            try {
                co_await round();
            } catch (const std::exception& failure) {
                log_event(Level::error,
                          "region_round_failed",
                          {{"region", region_.name().value}, {"reason", failure.what()}});
            }
        }
        co_await pause();
    }
}

void Keeper::stop() {
    stopping_ = true;
    if (timer_) timer_->cancel();
}

void Keeper::prepare_again() {
    rounds_since_preparation_ = rounds_between_denied_preparations;
    was_deploying_ = false;
    if (timer_) timer_->cancel();
}

asio::awaitable<void> Keeper::round() {
    const bool denied = is_denied(region_.status().admission);
    const bool due = ++rounds_since_preparation_ > rounds_between_denied_preparations;
    const bool claimed = region_.status().admission == Admission::claimed;
    const bool down_before = region_.status().reachable == routing::Up::no;
    // Before the probe, whose success lets a region without a leader be tried again.
    if (!region_.may_deploy()) was_deploying_ = false;
    if (claimed) {
        const bool ours = co_await still_ours(registry_, region_);
        if (!ours) co_await prepare();
    } else if (!denied || due) {
        co_await prepare();
    } else {
        co_await probe_only();
    }
    if (!region_.may_deploy()) was_deploying_ = false;
    const auto status = region_.status();
    if (status.reachable == routing::Up::no) {
        was_down_ = true;
        co_return;
    }
    if (status.admission != Admission::claimed || status.reachable != routing::Up::yes) co_return;
    const bool returned = std::exchange(was_down_, false) || down_before;
    const bool suspected = region_.take_suspicion();
    const bool deploying = region_.may_deploy();
    if (deploying && (!std::exchange(was_deploying_, true) || returned)) deploy_();
    const bool canary_lives = co_await canary_is_there();
    const bool distrusted = returned || suspected || !canary_lives;
    if (distrusted || reconcile_due_) co_await reconcile_after(distrusted);
}

asio::awaitable<void> Keeper::prepare() {
    rounds_since_preparation_ = 0;
    reconcile_due_ = true;
    co_await prepare_region(registry_, region_);
}

asio::awaitable<void> Keeper::probe_only() {
    auto& upstream = registry_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    const auto deadline = std::chrono::steady_clock::now() + registry_.config.health.timeout;
    const Subject top_level;
    co_await upstream.mode_in_force(top_level, deadline, Upstream::Purpose::probe);
}

asio::awaitable<bool> Keeper::canary_is_there() {
    canary_ = co_await next_canary(registry_, region_.name(), canary_);
    if (!canary_) co_return true;
    auto& upstream = registry_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    const auto deadline = std::chrono::steady_clock::now() + registry_.config.health.timeout;
    const auto answer = co_await upstream.version(*canary_, deadline, Upstream::Purpose::probe);
    co_return !std::holds_alternative<routing::Absent>(answer);
}

asio::awaitable<void> Keeper::reconcile_after(bool outage) {
    const auto thoroughness = outage ? Thoroughness::versions : Thoroughness::subjects;
    co_await plan_missing(registry_, region_.name());
    reconcile_due_ = !co_await reconcile(registry_, region_, thoroughness);
    if (reconcile_due_ && outage) was_down_ = true;  // not finished: once more, and thoroughly
}

asio::awaitable<void> Keeper::pause() {
    timer_->expires_after(routing::jittered(registry_.config.health.interval, random_fraction()));
    co_await timer_->async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace sgw::gateway::jobs
