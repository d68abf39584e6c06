#include "gateway/ack_board.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "gateway/as_value.hpp"

namespace sgw::gateway {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// Touched on the owner's context only, but for what `what` says.
struct AckBoard::Watch::State {
    State(catalog::SubjectVersion version, asio::any_io_executor context)
        : what(std::move(version)), executor(std::move(context)), timer(executor) {}

    const catalog::SubjectVersion what;
    const asio::any_io_executor executor;
    asio::steady_timer timer;
    Clock::time_point latest = Clock::time_point::max();
    bool changed = false;
};

AckBoard::Watch::Watch(AckBoard& board,
                       catalog::SubjectVersion what,
                       asio::any_io_executor executor)
    : board_(board), state_(std::make_shared<State>(std::move(what), std::move(executor))) {
    const std::lock_guard lock(board_.mutex_);
    state_->latest = board_.latest_;
    board_.waiting_.emplace(state_->what, state_);
}

AckBoard::Watch::~Watch() {
    const std::lock_guard lock(board_.mutex_);
    const auto [begin, end] = board_.waiting_.equal_range(state_->what);
    for (auto it = begin; it != end; ++it) {
        if (it->second != state_) continue;
        board_.waiting_.erase(it);
        return;
    }
}

asio::awaitable<bool> AckBoard::Watch::changed(Clock::time_point deadline) {
    const auto state = state_;
    if (!state->changed) {
        state->timer.expires_at(std::min(deadline, state->latest));
        co_await state->timer.async_wait(as_value);
    }
    co_return std::exchange(state->changed, false);
}

void AckBoard::deployment_changed(const catalog::SubjectVersion& what) {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = waiting_.equal_range(what);
    for (auto it = begin; it != end; ++it) wake(it->second);
}

void AckBoard::region_changed() {
    const std::lock_guard lock(mutex_);
    for (const auto& [what, state] : waiting_) wake(state);
}

void AckBoard::end_by(Clock::time_point latest) {
    const std::lock_guard lock(mutex_);
    latest_ = latest;
    for (const auto& [what, state] : waiting_) {
        asio::post(state->executor, [state = state, latest] { state->latest = latest; });
        wake(state);
    }
}

void AckBoard::wake(const std::shared_ptr<Watch::State>& state) {
    asio::post(state->executor, [state] {
        state->changed = true;
        state->timer.cancel();
    });
}

}  // namespace sgw::gateway
