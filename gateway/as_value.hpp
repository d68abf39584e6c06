// How our coroutines wait: `const auto [error, ...] = co_await timer.async_wait(as_value)`, an
// error as a value instead of an exception.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sgw::gateway {

inline constexpr auto as_value = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace sgw::gateway
