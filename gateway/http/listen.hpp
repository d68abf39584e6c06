// Listening sockets: finds a port in use before SO_REUSEPORT would hide it, then opens one socket
// per worker on the same port. Called at start by one thread; blocks on nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "store/result.hpp"

namespace sgw::gateway::http {

/// Why an endpoint cannot be listened on, with the endpoint and the system's words.
struct ListenError {
    std::string reason;
};

/// Whether it could be listened on at this moment; takes nothing.
ResultOr<void, ListenError> check_free(const config::Endpoint& endpoint);

/// One acceptor per context, all on one port (the one chosen by the system where the endpoint says
/// 0).
ResultOr<std::vector<boost::asio::ip::tcp::acceptor>, ListenError> listen_on(
    const config::Endpoint& endpoint, std::span<boost::asio::io_context* const> contexts);

/// Raises the limit of open files to the hard limit and answers what holds now.
std::size_t raise_open_files();

}  // namespace sgw::gateway::http
