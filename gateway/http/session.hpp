// One connection of a server: reads requests, has them answered, writes the answers, until either
// side ends it. Internal to the server; one context, touched by its thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/worker.hpp"

namespace sgw::gateway::http {

/// `turn_away`: the connection is one too many, and is told so.
enum class Admission { serve, turn_away };

/// How long a connection that has not sent its first request yet may take for it once the server
/// stops.
inline constexpr std::chrono::milliseconds stop_grace{500};

/// A connection with its buffers, listed with its worker as long as it lives.
class Session {
  public:
    Session(std::shared_ptr<Worker> owner,
            boost::asio::ip::tcp::socket socket,
            Admission admission);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const config::Limits& limits() const { return worker->shared->options.limits; }
    bool stopping() const { return worker->shared->stopping.load(std::memory_order_relaxed); }
    std::string_view received() const {
        return {static_cast<const char*>(buffer.data().data()), buffer.size()};
    }
    void arm(Clock::time_point deadline) {
        connection.deadline = deadline;
        connection.expired = false;
    }
    void disarm() { arm(Clock::time_point::max()); }

    std::shared_ptr<Worker> worker;
    Connection connection;
    BodyBudget::Share body_share;  // of the request that is being read or answered
    std::string peer;
    boost::beast::flat_buffer buffer;
    std::string out;

  private:
    Admission admission_;
};

/// The life of a connection.
boost::asio::awaitable<void> converse(std::shared_ptr<Worker> worker,
                                      boost::asio::ip::tcp::socket socket,
                                      Admission admission);

}  // namespace sgw::gateway::http
