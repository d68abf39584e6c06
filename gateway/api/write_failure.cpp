#include "gateway/api/write_failure.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "gateway/as_value.hpp"
#include "gateway/random.hpp"
#include "routing/backoff.hpp"

namespace sgw::gateway::api {

namespace asio = boost::asio;
using std::chrono::milliseconds;

asio::awaitable<void> pause_before_retry(unsigned attempt) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(
        routing::backoff(attempt, milliseconds{1}, milliseconds{50}, random_fraction()));
    co_await timer.async_wait(as_value);
}

Error write_error(const catalog::WriteFailure& failure) {
    if (failure.kind == catalog::WriteFailure::Kind::stale) {
        return errors::unavailable("Too many concurrent changes, try again");
    }
    if (failure.kind == catalog::WriteFailure::Kind::unknown) {
        return errors::unavailable("Whether this is stored is not known yet: " + failure.reason +
                                   "; the same call may be repeated");
    }
    return errors::unavailable("The registry cannot be written now: " + failure.reason);
}

}  // namespace sgw::gateway::api
