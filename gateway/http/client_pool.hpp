// Calls one region: kept-alive connections to its URLs, bounded in number, with a bounded queue
// before them. A call never outlives its deadline, time in the queue included; what comes of it
// says how long it stood there. A connection that was not read to the exact end of an answer is
// never used again.
//
// One pool belongs to one context: call and the destructor run on its thread (or after it ended);
// stats: any thread. Decides nothing about retries beyond one: a kept-alive connection that turns
// out to be dead. Whatever is sent may therefore arrive twice: requests are idempotent.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "gateway/http/address_book.hpp"
#include "gateway/http/message.hpp"
#include "store/result.hpp"

namespace sgw::gateway::http {

struct UpstreamRequest {
    std::string method = "GET";
    std::string target = "/";  // encoded path and query; the URL's path is put before it
    Headers headers;  // beside Host, Content-Length, Authorization; hop-by-hop ones are dropped
    std::string body;
};

struct UpstreamResponse {
    int status = 0;
    Headers headers;  // without hop-by-hop ones
    std::string body;
    std::chrono::nanoseconds queued{0};  // of the call's time, which the region did not have
};

/// How far a call came.
enum class Stage {
    queue,  // no connection became free, or too many calls wait for one
    resolve,
    connect,
    write,
    read,       // no answer, or half of one
    parse,      // the answer is not HTTP
    too_large,  // the answer exceeds the bounds
};

std::string_view stage_name(Stage stage);

struct UpstreamError {
    Stage stage = Stage::connect;
    bool timed_out = false;              // the deadline ended it
    std::string message;                 // without the stage's name
    std::chrono::nanoseconds queued{0};  // of the call's time, which the region did not have
};

/// What a call does that finds all connections taken.
enum class WhenBusy {
    wait,
    exceed,  // takes one more: for the few calls that find out how the region is
};

using UpstreamResult = ResultOr<UpstreamResponse, UpstreamError>;

struct ClientPoolOptions {
    std::vector<config::Url> urls;  // the first that can be connected to and answers
    std::optional<config::BasicAuth> basic_auth;
    std::size_t connections = 64;
    std::size_t queue = 1024;
    std::size_t body_bytes = std::size_t{16} * 1024 * 1024;
    std::uint32_t header_bytes = std::uint32_t{16} * 1024;
    std::chrono::milliseconds idle_timeout{20'000};  // then an unused connection is closed
};

/// Since start, but for what says "now". Written by the pool's thread.
struct ClientPoolStats {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::uint64_t> failures{0};
    std::atomic<std::uint64_t> overloads{0};  // the queue was full
    std::atomic<std::uint64_t> connects{0};
    std::atomic<std::uint64_t> connect_failures{0};
    std::atomic<std::uint64_t> stale_connections{0};  // kept alive by us, ended by the peer
    std::atomic<std::uint64_t> active{0};             // calls with a connection, now
    std::atomic<std::uint64_t> waiting{0};            // calls in the queue, now
    std::atomic<std::uint64_t> idle{0};               // unused connections, now
};

class ClientPool {
  public:
    ClientPool(boost::asio::any_io_executor executor,
               ClientPoolOptions options,
               std::shared_ptr<AddressBook> addresses);
    ~ClientPool();
    ClientPool(const ClientPool&) = delete;
    ClientPool& operator=(const ClientPool&) = delete;

    boost::asio::awaitable<UpstreamResult> call(UpstreamRequest request,
                                                Clock::time_point deadline,
                                                WhenBusy when_busy = WhenBusy::wait);

    const ClientPoolStats& stats() const;

  private:
    struct State;

    std::shared_ptr<State> state_;  // shared with the calls that are under way
};

}  // namespace sgw::gateway::http
