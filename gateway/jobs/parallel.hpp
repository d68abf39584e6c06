// Several items of work at a time on one context, and an end that can be waited for.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <string>

namespace sgw::gateway::jobs {

enum class GoOn { yes, no };

/// Runs `work(0)`, `work(1)`, .. up to `count`, at most `lanes` at a time, and returns when all
/// have ended: the caller may lend them what it owns. After a `no` or an exception nothing more is
/// begun; the first exception is thrown here. Call it on `executor`, which runs on one thread.
boost::asio::awaitable<void> in_parallel(
    boost::asio::any_io_executor executor,
    unsigned lanes,
    std::size_t count,
    std::function<boost::asio::awaitable<GoOn>(std::size_t)> work);

}  // namespace sgw::gateway::jobs
