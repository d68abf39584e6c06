// Waits until a registration is in as many regions as the configuration asks for, or until waiting
// is of no use. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "gateway/services.hpp"

namespace sgw::gateway {

/// Whether the acknowledgement holds, at the latest by the deadline.
boost::asio::awaitable<bool> acknowledged(Services& services,
                                          catalog::SubjectVersion what,
                                          std::chrono::steady_clock::time_point deadline);

}  // namespace sgw::gateway
