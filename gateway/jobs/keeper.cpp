#include "gateway/jobs/keeper.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "gateway/as_value.hpp"
#include "gateway/jobs/asking.hpp"
#include "gateway/logging.hpp"
#include "gateway/random.hpp"
#include "routing/backoff.hpp"

namespace sgw::gateway::jobs {

using routing::Contact;

Keeper::Keeper(Services& services, Region& region, asio::io_context& control, Deployer& deployer)
    : services_(services),
      region_(region),
      deployer_(deployer),
      preparer_(services, region),
      reconciler_(
          services,
          region,
          control.get_executor(),
          [this](routing::Keeping::SweepEnd end) { keeping_.sweep_ended(end); },
          [this](const catalog::SubjectVersion& what) { deployer_.enqueue(what); }),
      timer_(control) {}

asio::awaitable<void> Keeper::run() {
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
    timer_.cancel();
    reconciler_.stop();
}

void Keeper::prepare_again() {
    if (keeping_.write_was_refused() == routing::Keeping::NextRound::in_time) return;
    round_is_due_ = true;
    timer_.cancel();
}

asio::awaitable<void> Keeper::round() {
    round_is_due_ = false;
    co_await make_contact();
    if (stopping_) co_return;
    const auto duties = keeping_.after_contact(now());
    if (duties.deploy) deployer_.wake();
    if (duties.inspect) reconciler_.inspect(region_.take_suspects());
    if (duties.sweep != routing::Sweep::none) reconciler_.sweep(duties.sweep);
    if (duties.ask_canary) co_await ask_canary();
}

asio::awaitable<void> Keeper::make_contact() {
    prepare_in_.reset();
    auto contact = keeping_.begin_round(now());
    if (contact == Contact::verify) {
        const bool ours = co_await preparer_.still_ours();
        if (!ours) contact = Contact::prepare;
    }
    if (contact == Contact::prepare) co_await prepare();
    if (contact == Contact::probe) co_await probe();
}

asio::awaitable<void> Keeper::prepare() {
    using End = routing::Keeping::PreparationEnd;
    keeping_.preparing();
    prepare_in_ = co_await preparer_.prepare();
    const bool is_judged = routing::is_verdict(region_.status().admission);
    keeping_.prepared(prepare_in_ ? End::looks_again : is_judged ? End::verdict : End::nothing);
}

asio::awaitable<void> Keeper::probe() {
    auto& upstream = services_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    const auto deadline = answer_deadline(services_);
    const Subject top_level;
    const auto mode =
        co_await upstream.mode_in_force(top_level, deadline, Upstream::Purpose::probe);
    if (std::holds_alternative<routing::Failed>(mode)) preparer_.forget_looks();
}

asio::awaitable<void> Keeper::ask_canary() {
    auto choose = [&](const catalog::Queries& state) -> std::optional<routing::Held> {
        canary_ = routing::next_canary(state, region_.name(), canary_);
        return canary_ ? routing::held(state, region_.name(), *canary_) : std::nullopt;
    };
    const auto held = co_await ask(services_, std::ref(choose));
    if (!held) co_return;
    auto& upstream = services_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    const auto deadline = answer_deadline(services_);
    const auto& what = held->wanted.what;
    const auto answer = co_await upstream.version(what, deadline, Upstream::Purpose::probe);
    auto judge = [&] {
        const bool differs = routing::contradicts(*held, answer);
        return std::pair(differs, differs || routing::finding(*held, answer));
    };
    const auto [differs, is_suspect] =
        co_await offload_if_large(services_.pool, routing::text_bytes(answer), std::ref(judge));
    if (differs) services_.metrics.region(region_.name()).findings->Increment();
    if (is_suspect) region_.suspect(what.subject);
    if (differs && std::holds_alternative<routing::Absent>(answer)) keeping_.canary_is_missing();
}

asio::awaitable<void> Keeper::pause() {
    if (std::exchange(round_is_due_, false)) co_return;
    std::chrono::nanoseconds time =
        routing::jittered(services_.config.health.interval, random_fraction());
    if (prepare_in_) time = std::min(time, *prepare_in_);
    timer_.expires_after(time);
    co_await timer_.async_wait(as_value);
}

routing::RegionNow Keeper::now() const {
    const auto status = region_.status();
    return {.reachable = status.reachable,
            .admission = status.admission,
            .may_deploy = region_.may_deploy(),
            .is_suspected = region_.is_suspected(),
            .has_unread = reconciler_.has_unread(),
            .deployed = deployer_.deployed()};
}

}  // namespace sgw::gateway::jobs
