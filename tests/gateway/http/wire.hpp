// Raw bytes over real loopback sockets: a client and a listener that do exactly what a test tells
// them, however wrong. Blocking, with a deadline on every wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/http/server.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway::http::test {

using std::chrono::milliseconds;

/// Longer than anything here takes, shorter than a person's patience.
inline constexpr milliseconds patience{10'000};

/// One end of a TCP connection.
class RawSocket {
  public:
    explicit RawSocket(int descriptor) : descriptor_(descriptor) {}
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&& other) noexcept;
    ~RawSocket();

    static RawSocket connect(std::uint16_t port, int receive_buffer = 0);

    /// Connects a socket that is not yet. False: refused.
    bool connect_to(std::uint16_t port);

    /// False: the peer does not take it any more.
    bool send(std::string_view bytes);

    /// Everything until the peer ends the connection (or `wait` is over: then the test fails).
    std::string read_to_end(milliseconds wait = patience);

    /// Until `needle` has come; fails the test when it does not.
    std::string read_until(std::string_view needle, milliseconds wait = patience);

    /// One answer with a Content-Length (or none).
    std::string read_answer(milliseconds wait = patience);

    /// Whether the peer ends the connection within `wait`; what comes before is dropped.
    bool ends_within(milliseconds wait);

    void end_sending();
    /// Ends it with a reset.
    void reset();
    int descriptor() const { return descriptor_; }

  private:
    /// Appends what comes next to `received_`. False: ended, or nothing came in time.
    bool receive(std::chrono::steady_clock::time_point until);

    int descriptor_ = -1;
    std::string received_;
    bool ended_ = false;
};

/// Accepts connections on a free port of 127.0.0.1 and runs `script` for each, in a thread of its
/// own.
class RawListener {
  public:
    using Script = std::function<void(RawSocket&, int connection)>;

    explicit RawListener(Script script);
    ~RawListener();

    std::uint16_t port() const { return port_; }
    int accepted() const { return accepted_; }

  private:
    void accept_all();

    Script script_;
    int descriptor_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<int> accepted_{0};
    std::thread thread_;
};

/// A server on a runtime of its own.
class RunningServer {
  public:
    explicit RunningServer(Handler handler, ServerOptions options = {}, unsigned threads = 2);
    ~RunningServer();

    RawSocket connect() const { return RawSocket::connect(port()); }
    std::uint16_t port() const { return server->port(); }

    Runtime runtime;
    std::unique_ptr<Server> server;
};

/// Answers 200 with "METHOD TARGET BODY".
boost::asio::awaitable<Response> echo(const Request& request);

/// Polls until `condition` holds; false after `wait`.
bool eventually(const std::function<bool()>& condition, milliseconds wait = patience);

/// The status of an answer's first line; 0 if it has none.
int status_of(std::string_view answer);
/// A header's value, "" if it is absent.
std::string header_of(std::string_view answer, std::string_view name);
std::string body_of(std::string_view answer);

}  // namespace sgw::gateway::http::test
