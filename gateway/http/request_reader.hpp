// Reads requests from a connection, within its bounds and deadlines. Internal to the server; on the
// connection's thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>

#include "gateway/http/guard.hpp"
#include "gateway/http/session.hpp"

namespace sgw::gateway::http {

/// A request as far as it came: complete, or refused.
struct Incoming {
    Request request;
    std::optional<Rejection> rejection;
    Persistence persistence = Persistence::close;
    int minor_version = 1;
};

enum class Arrival { bytes, closed, late };

inline constexpr std::size_t body_chunk = std::size_t{16} * 1024;  // bytes read at a time

/// Into the session's buffer, until the deadline that the session is armed with.
boost::asio::awaitable<Arrival> read_some(Session& session, std::size_t most);

/// Waits for the first byte of a request. False: there will be no further request.
boost::asio::awaitable<bool> wait_for_request(Session& session);

/// Status 0 of the rejection: the client is gone.
boost::asio::awaitable<Incoming> read_request(Session& session);

}  // namespace sgw::gateway::http
