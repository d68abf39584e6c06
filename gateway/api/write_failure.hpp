// What follows a write that did not go through: another attempt after a jittered pause where what
// it rested on had changed, else a 503 that says what is known. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "store/catalog/writer.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

inline constexpr unsigned max_write_attempts = 30;

/// Waits a little before attempt `attempt` + 1.
boost::asio::awaitable<void> pause_before_retry(unsigned attempt);

/// 503 with the reason why nothing could be written, or why nobody knows yet.
Error write_error(const catalog::WriteFailure& failure);

}  // namespace sgw::gateway::api
