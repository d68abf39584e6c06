// The threads of a server and what they share. Internal to the server. A worker and its connections
// belong to one context and are touched by its thread only, but for what says otherwise.
//
// Deadlines: an operation that waits for the peer runs under Connection::deadline; a sweep of the
// worker over all its connections cancels what is late, so that a connection needs no timer of its
// own.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <condition_variable>
#include <cstdint>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/http/body_budget.hpp"
#include "gateway/http/server.hpp"

namespace sgw::gateway::http {

/// One worker's share of ServerStats; written by its thread, read by any.
struct alignas(64) Counters {
    using Count = std::atomic<std::uint64_t>;
    Count accepted{0}, rejected{0}, accept_errors{0};
    Count requests{0}, handler_failures{0}, bad_requests{0}, headers_too_large{0}, uris_too_long{0};
    Count bodies_too_large{0}, bodies_turned_away{0}, request_timeouts{0}, idle_timeouts{0},
        write_timeouts{0};
    Count bytes_received{0}, bytes_sent{0};
};

/// Only its own thread writes a counter, so no read-modify-write is needed.
inline void count(Counters::Count& counter, std::uint64_t by = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

/// What the workers of a server share; constant, or safe from any thread.
struct ServerShared {
    ServerOptions options;
    Handler handler;
    std::atomic<std::size_t> open{0};  // connections admitted
    std::atomic<bool> stopping{false};
    BodyBudget bodies;

    /// Coroutines that stop has to wait for.
    void task_started();
    void task_ended();
    /// False: some were still running then.
    bool wait_for_tasks(Clock::time_point until);

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t tasks_ = 0;
};

enum class Phase { idle, busy };

struct Connection : boost::intrusive::list_base_hook<> {
    explicit Connection(boost::asio::ip::tcp::socket&& connected) : socket(std::move(connected)) {}

    boost::asio::ip::tcp::socket socket;
    Clock::time_point deadline = Clock::time_point::max();
    bool expired = false;       // the deadline passed and the socket's operations were cancelled
    Phase phase = Phase::idle;  // idle: waits for the first byte of a request
    bool fresh = true;          // no request yet
};

struct Worker {
    Worker(std::shared_ptr<ServerShared> all, boost::asio::ip::tcp::acceptor&& listening)
        : shared(std::move(all)),
          acceptor(std::move(listening)),
          sweep_timer(acceptor.get_executor()) {}

    /// The Date header of now; rendered once a second.
    const std::string& date();

    Counters counters;
    std::shared_ptr<ServerShared> shared;
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer sweep_timer;
    boost::intrusive::list<Connection> connections;
    std::size_t live = 0;         // coroutines that converse, started or about to
    std::size_t turned_away = 0;  // connections over the limit that are being told so

  private:
    std::time_t date_second_ = 0;
    std::string date_;
};

}  // namespace sgw::gateway::http
