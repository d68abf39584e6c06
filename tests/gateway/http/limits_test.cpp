#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/gateway/http/server_requests.hpp"

namespace sgw::gateway::http::test {
namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

ServerOptions limited(const std::function<void(config::Limits&)>& set) {
    ServerOptions options;
    set(options.limits);
    return options;
}

/// The wire's own answer: in the registry's form, with a request id, and the last of its
/// connection.
void expect_refusal(const std::string& answer, int status, const std::string& message) {
    EXPECT_EQ(status_of(answer), status) << answer;
    EXPECT_EQ(header_of(answer, "Content-Type"), registry_type);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_FALSE(header_of(answer, "X-Request-ID").empty());
    EXPECT_EQ(header_of(answer, "Server"), "");
    EXPECT_EQ(body_of(answer), error_body(status, message));
}

TEST(Limits, RefuseABigHeader) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(get("/", "X: " + std::string(9000, 'x') + "\r\n"));
    expect_refusal(client.read_to_end(), 431, "HTTP 431 Request Header Fields Too Large");
    EXPECT_EQ(running.server->stats().headers_too_large, 1U);
}

TEST(Limits, RefuseALongUri) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(get("/" + std::string(9000, 'x')));
    expect_refusal(client.read_to_end(), 414, "HTTP 414 URI Too Long");
    EXPECT_EQ(running.server->stats().uris_too_long, 1U);
}

TEST(Limits, TakeAHeadOfAnyConfiguredSize) {
    const RunningServer small(echo, limited([](config::Limits& to) { to.header_bytes = 1000; }));
    const RunningServer large(echo, limited([](config::Limits& to) { to.header_bytes = 20'000; }));
    for (const auto& head :
         {get("/", "X: " + std::string(9000, 'x') + "\r\n"), get("/" + std::string(9000, 'x'))}) {
        auto refused = small.connect();
        refused.send(head);
        EXPECT_THAT(status_of(refused.read_to_end()), testing::AnyOf(431, 414));
        auto taken = large.connect();
        taken.send(head);
        EXPECT_EQ(status_of(taken.read_answer()), 200);
    }
}

TEST(Limits, RefuseABigBodyAndTheClientGetsToReadIt) {
    const RunningServer running(echo);
    const std::string big(11 * mebibyte, 'x');
    auto announced = running.connect();
    EXPECT_TRUE(
        announced.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11534336\r\n\r\n" + big));
    expect_refusal(announced.read_to_end(), 413, "HTTP 413 Request Entity Too Large");
    auto chunked = running.connect();
    EXPECT_TRUE(
        chunked.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb00000\r\n" +
                     big + "\r\n0\r\n\r\n"));
    expect_refusal(chunked.read_to_end(), 413, "HTTP 413 Request Entity Too Large");
    auto small_chunks = running.connect();
    std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i) {
        bytes += "100000\r\n" + std::string(mebibyte, 'x') + "\r\n";
    }
    EXPECT_TRUE(small_chunks.send(bytes));
    expect_refusal(small_chunks.read_to_end(), 413, "HTTP 413 Request Entity Too Large");
    EXPECT_EQ(running.server->stats().bodies_too_large, 3U);
    EXPECT_EQ(running.server->stats().requests, 0U);
}

TEST(Limits, TakeABodyOfExactlyTheLimit) {
    const RunningServer running(echo, limited([](auto& limits) { limits.body_bytes = 100'000; }));
    auto client = running.connect();
    const std::string body(100'000, 'x');
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + body);
    EXPECT_EQ(body_of(client.read_answer()), "POST / " + body);
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + body +
                "\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "POST / " + body);
}

std::string post(const std::string& framing) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n";
}

TEST(Limits, TurnLargeBodiesAwayThatAreTooManyTogether) {
    const RunningServer running(echo, limited([](auto& limits) {
                                    limits.body_bytes = mebibyte;
                                    limits.bodies_bytes = 4 * mebibyte;
                                }));
    const auto sized = post("Content-Length: 1048576");
    const auto chunked = post("Transfer-Encoding: chunked") + "100000\r\n";
    std::vector<RawSocket> admitted;
    for (const auto& head : {sized, chunked, sized, chunked}) {
        admitted.push_back(running.connect());
        admitted.back().send(head + std::string(mebibyte - 1, 'x'));
    }
    ASSERT_TRUE(eventually([&] { return running.server->stats().bytes_received > 4 * mebibyte; }));
    for (int i = 0; i < 60; ++i) {
        auto refused = running.connect();
        EXPECT_TRUE(refused.send((i % 2 == 0 ? sized : chunked) + std::string(mebibyte, 'y')));
        const auto answer = refused.read_to_end();
        expect_refusal(answer, 503, "Too many large requests at once, try again");
        EXPECT_EQ(header_of(answer, "Retry-After"), "1");
    }
    auto small = running.connect();
    small.send(post("Content-Length: 65536") + std::string(65536, 'z'));
    EXPECT_EQ(status_of(small.read_answer()), 200);
    EXPECT_EQ(running.server->stats().bodies_turned_away, 60U);
    for (std::size_t i = 0; i < admitted.size(); ++i) {
        admitted[i].send(i % 2 == 0 ? "x" : "x\r\n0\r\n\r\n");
        EXPECT_EQ(body_of(admitted[i].read_answer()), "POST / " + std::string(mebibyte, 'x'));
    }
    // They are kept-alive now, and hold nothing.
    for (auto& again : admitted) {
        again.send(sized + std::string(mebibyte, 'x'));
        EXPECT_EQ(status_of(again.read_answer()), 200);
    }
}

TEST(Limits, GiveTheRoomOfABodyThatNeverComesToOthers) {
    const RunningServer running(
        echo, limited([](auto& limits) { limits.bodies_bytes = limits.body_bytes = mebibyte; }));
    const auto head = post("Content-Length: 1048576");
    {
        auto leaving = running.connect();
        leaving.send(head);
        ASSERT_TRUE(eventually([&] { return running.server->stats().bytes_received > 0; }));
        auto other = running.connect();
        other.send(head);
        EXPECT_EQ(status_of(other.read_answer()), 503);
    }
    ASSERT_TRUE(eventually([&] { return running.server->stats().connections_open == 0; }));
    auto client = running.connect();
    client.send(head + std::string(mebibyte, 'x'));
    EXPECT_EQ(status_of(client.read_answer()), 200);
}

TEST(Limits, TurnConnectionsAwayThatAreTooMany) {
    const RunningServer running(echo, limited([](auto& limits) { limits.connections = 2; }));
    auto first = running.connect();
    auto second = running.connect();
    for (auto* client : {&first, &second}) {
        client->send(get("/"));
        EXPECT_EQ(status_of(client->read_answer()), 200);
    }
    auto third = running.connect();
    third.send(get("/"));
    const auto answer = third.read_to_end();
    expect_refusal(answer, 503, "Too many connections");
    EXPECT_EQ(header_of(answer, "Retry-After"), "1");
    EXPECT_EQ(running.server->stats().connections_rejected, 1U);
    { const auto gone = std::move(first); }
    EXPECT_TRUE(eventually([&] { return running.server->stats().connections_open == 1; }));
    auto fourth = running.connect();
    fourth.send(get("/"));
    EXPECT_EQ(status_of(fourth.read_answer()), 200);
}

/// Sends `bytes` one by one, 10 ms apart, until the server ends the connection; answers what it
/// said.
std::string dribble(RawSocket client, std::string_view bytes) {
    for (const char byte : bytes) {
        if (!client.send(std::string_view(&byte, 1)) || client.ends_within(milliseconds(10))) {
            break;
        }
    }
    return client.read_to_end();
}

TEST(Limits, GiveASlowRequestItsTimeAndNoMore) {
    const RunningServer running(
        echo, limited([](auto& limits) { limits.request_timeout = milliseconds(150); }));
    const auto start = Clock::now();
    const std::string head = get("/" + std::string(2000, 'x'));
    expect_refusal(dribble(running.connect(), head), 408, "HTTP 408 Request Timeout");
    const std::string body = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n";
    auto client = running.connect();
    client.send(body);
    expect_refusal(
        dribble(std::move(client), std::string(5000, 'x')), 408, "HTTP 408 Request Timeout");
    EXPECT_EQ(running.server->stats().request_timeouts, 2U);
    EXPECT_LT(Clock::now() - start, milliseconds(4000));
}

TEST(Limits, EndIdleConnectionsSilently) {
    const RunningServer running(
        echo, limited([](auto& limits) { limits.idle_timeout = milliseconds(50); }));
    auto fresh = running.connect();
    EXPECT_EQ(fresh.read_to_end(), "");
    auto used = running.connect();
    used.send(get("/"));
    EXPECT_EQ(status_of(used.read_answer()), 200);
    EXPECT_EQ(used.read_to_end(), "");
    EXPECT_TRUE(eventually([&] { return running.server->stats().connections_open == 0; }));
    EXPECT_EQ(running.server->stats().idle_timeouts, 2U);
}

TEST(Limits, DoNotCountTheHandlersTimeAsIdle) {
    const RunningServer running(
        slow_echo, limited([](auto& limits) { limits.idle_timeout = milliseconds(50); }));
    auto client = running.connect();
    client.send(get("/200"));
    EXPECT_EQ(body_of(client.read_answer()), "/200");
}

TEST(Limits, EndConnectionsThatDoNotReadTheirAnswer) {
    const auto big = std::make_shared<const std::string>(32 * mebibyte, 'x');
    const RunningServer running(
        [big](const Request&) -> asio::awaitable<Response> {
            Response response;
            response.body = big;
            co_return response;
        },
        limited([](auto& limits) { limits.request_timeout = milliseconds(150); }));
    auto client = RawSocket::connect(running.port(), 4096);
    client.send(get("/"));
    EXPECT_TRUE(eventually([&] { return running.server->stats().write_timeouts == 1; }));
    EXPECT_TRUE(eventually([&] { return running.server->stats().connections_open == 0; }));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

std::size_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::size_t total = 0;
    std::size_t resident = 0;
    statm >> total >> resident;
    return resident * 4096;
}

TEST(Limits, HoldTwoThousandIdleConnectionsInLittleMemory) {
    constexpr std::size_t many = 2000;
    const RunningServer running(echo);
    const std::size_t before = resident_bytes();
    std::vector<RawSocket> clients;
    for (std::size_t i = 0; i < many; ++i) {
        clients.push_back(running.connect());
    }
    for (auto& client : clients) {
        client.send(get("/"));
    }
    for (auto& client : clients) {
        ASSERT_EQ(status_of(client.read_answer()), 200);
    }
    EXPECT_EQ(running.server->stats().connections_open, many);
    EXPECT_EQ(running.server->stats().requests, many);
    // Sanitizers keep shadows and freed blocks.
    EXPECT_TRUE(sanitized || resident_bytes() - before < many * 16 * 1024);
}

}  // namespace
}  // namespace sgw::gateway::http::test
