// Serves HTTP/1.1 and 1.0 on one endpoint: one acceptor per context, and a connection stays on the
// context that accepted it. Keeps the limits, refuses what is ambiguous (guard.hpp), frames bodies,
// and hands each complete request to the handler; answers go out in the order of the requests.
//
// start, stop and the destructor: one thread, not one of the contexts'. port and stats: any. The
// handler runs on the connection's context. Never decodes a target, never looks into a body.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "gateway/http/listen.hpp"
#include "gateway/http/message.hpp"
#include "store/result.hpp"

namespace sgw::gateway::http {

struct ServerOptions {
    config::Endpoint endpoint;
    config::Limits limits;
    std::chrono::milliseconds shutdown_timeout{10'000};
    // How long a connection that we end is read on, so that the client gets to read the last
    // answer.
    std::chrono::milliseconds linger{1'000};
    // Told of exceptions of the handler. Any context's thread, must not throw.
    std::function<void(std::string_view what)> on_handler_failure;
};

/// Since start, but for connections_open.
struct ServerStats {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_rejected = 0;  // over limits.connections
    std::uint64_t accept_errors = 0;
    std::uint64_t requests = 0;  // that reached the handler
    std::uint64_t handler_failures = 0;
    std::uint64_t bad_requests = 0;  // 400, 417, 505
    std::uint64_t headers_too_large = 0;
    std::uint64_t uris_too_long = 0;
    std::uint64_t bodies_too_large = 0;
    std::uint64_t request_timeouts = 0;
    std::uint64_t idle_timeouts = 0;
    std::uint64_t write_timeouts = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
};

struct ServerShared;
struct Worker;

class Server {
  public:
    /// Raises the limit of open files and listens; nothing is answered before the contexts run.
    static ResultOr<std::unique_ptr<Server>, ListenError> start(
        std::span<boost::asio::io_context* const> contexts, ServerOptions options, Handler handler);

    /// Stops if that was not done.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// The port listened on, also where the options said 0.
    std::uint16_t port() const { return port_; }

    ServerStats stats() const;

    /// Stops accepting, answers what is in flight with `Connection: close`, closes idle
    /// connections; closes the rest at the deadline (without one, after shutdown_timeout). Blocks
    /// until then; the contexts have to run. True: all were answered.
    bool stop();
    bool stop(std::chrono::steady_clock::time_point deadline);

  private:
    Server() = default;

    std::uint16_t port_ = 0;
    std::shared_ptr<ServerShared> shared_;
    std::vector<std::shared_ptr<Worker>> workers_;
    bool stopped_ = false;
};

}  // namespace sgw::gateway::http
