#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <future>

#include "tests/gateway/http/server_requests.hpp"

namespace sgw::gateway::http::test {
namespace {

TEST(Accepting, SurvivesRunningOutOfDescriptors) {
    const RunningServer running(echo);
    const int waiting = ::socket(AF_INET, SOCK_STREAM, 0);
    RawSocket client(waiting);
    rlimit usual{};
    getrlimit(RLIMIT_NOFILE, &usual);
    rlimit exhausted = usual;
    exhausted.rlim_cur = 3;
    setrlimit(RLIMIT_NOFILE, &exhausted);
    const bool connected = client.connect_to(running.port());
    const bool failed = eventually([&] { return running.server->stats().accept_errors > 0; });
    setrlimit(RLIMIT_NOFILE, &usual);
    EXPECT_TRUE(connected);
    EXPECT_TRUE(failed);
    client.send(get("/"));
    EXPECT_EQ(status_of(client.read_answer()), 200);
    EXPECT_LT(running.server->stats().accept_errors, 100U) << "it spins";
}

TEST(Listening, NamesThePortInUse) {
    const RunningServer running(echo);
    ServerOptions options;
    options.endpoint.port = running.port();
    Runtime runtime({});
    asio::io_context* const context = &runtime.worker(0);
    const auto second = Server::start({&context, 1}, options, echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().reason,
              "cannot listen on 127.0.0.1:" + std::to_string(running.port()) +
                  ": Address already in use");
    options.endpoint.host = "nowhere";
    EXPECT_EQ(Server::start({&context, 1}, options, echo).error().reason,
              "cannot listen on nowhere: not an IP address");
}

TEST(Listening, TakesItsPortAgainAtOnce) {
    std::uint16_t port = 0;
    {
        const RunningServer running(echo);
        port = running.port();
        auto client = running.connect();
        // The side that ends the connection keeps it in TIME_WAIT.
        client.send(get("/", "Connection: close\r\n"));
        client.read_to_end();
    }
    ServerOptions options;
    options.endpoint.port = port;
    const RunningServer again(echo, options);
    EXPECT_EQ(again.port(), port);
}

TEST(Listening, WorksOnIpv6) {
    ServerOptions options;
    options.endpoint.host = "::1";
    Runtime runtime({});
    asio::io_context* const context = &runtime.worker(0);
    const auto server = Server::start({&context, 1}, options, echo);
    if (!server) {
        GTEST_SKIP() << server.error().reason;
    }
    EXPECT_NE(server.value()->port(), 0);
    runtime.start();
}

bool accepts_connections(std::uint16_t port) {
    RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return socket.connect_to(port);
}

TEST(Stop, AnswersWhatIsInFlightAndEndsTheRest) {
    RunningServer running(slow_echo);
    auto busy = running.connect();
    auto idle = running.connect();
    idle.send(get("/0"));
    idle.read_answer();
    busy.send(get("/150") + get("/0"));
    ASSERT_TRUE(eventually([&] { return running.server->stats().requests == 2; }));
    auto stopped = std::async(std::launch::async, [&] { return running.server->stop(); });
    EXPECT_EQ(idle.read_to_end(), "");
    const auto answer = busy.read_to_end();
    EXPECT_EQ(body_of(answer), "/150");
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    { const auto gone = std::move(busy); }
    EXPECT_TRUE(stopped.get());
    EXPECT_EQ(running.server->stats().connections_open, 0U);
    EXPECT_FALSE(accepts_connections(running.port()));
}

TEST(Stop, ServesAConnectionThatWasJustMade) {
    RunningServer running(echo);
    auto fresh = running.connect();
    ASSERT_TRUE(eventually([&] { return running.server->stats().connections_open == 1; }));
    auto stopped = std::async(std::launch::async, [&] { return running.server->stop(); });
    ASSERT_TRUE(eventually([&] { return !accepts_connections(running.port()); }));
    fresh.send(get("/a"));
    const auto answer = fresh.read_to_end();
    EXPECT_EQ(body_of(answer), "GET /a ");
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    { const auto gone = std::move(fresh); }
    EXPECT_TRUE(stopped.get());
}

TEST(Stop, LetsAHalfSentRequestBeFinished) {
    RunningServer running(echo);
    auto client = running.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    ASSERT_TRUE(eventually([&] { return running.server->stats().bytes_received > 0; }));
    auto stopped = std::async(std::launch::async, [&] { return running.server->stop(); });
    client.send("bc");
    EXPECT_EQ(body_of(client.read_answer()), "POST / abc");
    { const auto gone = std::move(client); }
    EXPECT_TRUE(stopped.get());
}

TEST(Stop, ForcesWhatDoesNotEnd) {
    ServerOptions options;
    options.shutdown_timeout = milliseconds(50);
    RunningServer running(slow_echo, options);
    auto client = running.connect();
    client.send(get("/400"));
    ASSERT_TRUE(eventually([&] { return running.server->stats().requests == 1; }));
    const auto start = Clock::now();
    EXPECT_FALSE(running.server->stop());
    EXPECT_LT(Clock::now() - start, milliseconds(1500));
    EXPECT_TRUE(client.ends_within(patience));
}

TEST(Stop, TakesNoTimeWhenNothingIsGoingOn) {
    RunningServer running(echo);
    std::vector<RawSocket> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(running.connect());
        clients.back().send(get("/"));
        clients.back().read_answer();
    }
    const auto start = Clock::now();
    EXPECT_TRUE(running.server->stop());
    EXPECT_LT(Clock::now() - start, milliseconds(1000));
}

}  // namespace
}  // namespace sgw::gateway::http::test
