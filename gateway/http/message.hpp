// Requests and answers as plain values: what lies between the wire (server, client_pool) and
// everything that decides. No Beast here, so that only the wire's own files pay for it. Any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sgw::gateway::http {

using Clock = std::chrono::steady_clock;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name (ASCII case-insensitive), or nullptr.
const std::string* find_header(const Headers& headers, std::string_view name);

struct Request {
    std::string method;  // as sent: "GET", "FOO"
    std::string target;  // origin-form, not decoded: "/subjects/a%2Fb/versions?deleted=true"
    Headers headers;     // as sent, in order; trailers of a chunked body are dropped
    std::string body;
    std::string peer;            // address of the client, without port
    std::string request_id;      // the caller's or a fresh UUID
    Clock::time_point received;  // its first byte
    Clock::time_point deadline;  // for the answer
    /// Whether the client has ended the connection, or its half of it (then it may still read). A
    /// system call, on the connection's thread. Empty: nobody knows.
    std::function<bool()> client_ended;
};

struct Response {
    int status = 200;
    std::string content_type;  // empty: no Content-Type header
    Headers headers;  // beside what the server adds: Date, Content-Length, Connection, X-Request-ID
    /// Shared: a cached answer is never copied. For HEAD the body of GET; it is not sent.
    std::shared_ptr<const std::string> body;
    bool close = false;  // end the connection after this answer
};

/// Answers one request. The request outlives the coroutine. Has to keep the deadline by itself.
/// Must not throw; what it throws is reported, counted and answered as 500.
using Handler = std::function<boost::asio::awaitable<Response>(const Request&)>;

}  // namespace sgw::gateway::http
