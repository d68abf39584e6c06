// One value that another thread hands over, awaited no longer than until a deadline. Copies share
// it. put: any thread, at most once; take: on the context that it was made for, one at a time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/as_value.hpp"

namespace sgw::gateway {

template <class Value>
class Mailbox {
  public:
    explicit Mailbox(boost::asio::any_io_executor executor)
        : state_(std::make_shared<State>(std::move(executor))) {}

    void put(Value value) const {
        boost::asio::post(state_->executor, [state = state_, value = std::move(value)]() mutable {
            state->value.emplace(std::move(value));
            state->timer.cancel();
        });
    }

    /// Nothing: it was not there by the deadline. What comes later is dropped.
    boost::asio::awaitable<std::optional<Value>> take(
        std::chrono::steady_clock::time_point deadline) const {
        const auto state = state_;
        if (!state->value) {
            state->timer.expires_at(deadline);
            co_await state->timer.async_wait(as_value);
        }
        co_return std::exchange(state->value, std::nullopt);
    }

    bool operator==(const Mailbox&) const = default;

  private:
    /// Touched on its executor only.
    struct State {
        explicit State(boost::asio::any_io_executor context)
            : executor(std::move(context)), timer(executor) {}

        const boost::asio::any_io_executor executor;
        boost::asio::steady_timer timer;
        std::optional<Value> value;
    };

    std::shared_ptr<State> state_;
};

}  // namespace sgw::gateway
