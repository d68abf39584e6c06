#include <gtest/gtest.h>

#include "tests/gateway/http/server_requests.hpp"

namespace sgw::gateway::http::test {
namespace {

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;

/// Longer than any test waits: a connection that ends has not lingered.
ServerOptions lingering_for_ever() {
    ServerOptions options;
    options.linger = 10 * patience;
    return options;
}

bool lets_all_go(const RunningServer& running) {
    return eventually([&] { return running.server->stats().connections_open == 0; });
}

asio::awaitable<Response> last_answer(const Request&) {
    Response response;
    response.close = true;
    co_return response;
}

TEST(Lingering, IsNotForClientsThatAskedForTheEnd) {
    for (const auto& handler : {Handler(echo), Handler(last_answer)}) {
        const RunningServer running(handler, lingering_for_ever());
        auto closing = running.connect();
        closing.send(get("/", "Connection: close\r\n"));
        EXPECT_EQ(status_of(closing.read_to_end()), 200);
        auto posting = running.connect();
        posting.send(
            "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
        EXPECT_EQ(status_of(posting.read_to_end()), 200);
        auto old = running.connect();
        old.send("GET / HTTP/1.0\r\n\r\n");
        EXPECT_EQ(status_of(old.read_to_end()), 200);
        EXPECT_TRUE(lets_all_go(running));
    }
}

TEST(Lingering, IsForClientsThatDoNotExpectTheEnd) {
    ServerOptions options;
    options.linger = milliseconds(100);
    const RunningServer running(last_answer, options);
    auto client = running.connect();
    client.send(get("/"));
    EXPECT_EQ(status_of(client.read_answer()), 200);
    EXPECT_TRUE(client.send(get("/on-its-way")));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(lets_all_go(running));
}

TEST(Lingering, TakesWhatAClientSendsThoughItAskedForTheEnd) {
    const RunningServer running(echo, lingering_for_ever());
    auto client = running.connect();
    EXPECT_TRUE(client.send(get("/", "Connection: close\r\n") + std::string(16 * mebibyte, 'x')));
    const auto answer = client.read_to_end();
    EXPECT_EQ(body_of(answer), "GET / ");
    client.end_sending();
    EXPECT_TRUE(lets_all_go(running));
}

TEST(Lingering, TakesNoMoreThanItsShare) {
    auto options = lingering_for_ever();
    options.linger_bytes = mebibyte;
    const RunningServer running(echo, options);
    auto client = running.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 413);
    EXPECT_FALSE(client.send(std::string(64 * mebibyte, 'x')));
    EXPECT_TRUE(lets_all_go(running));
    EXPECT_LT(running.server->stats().bytes_received, 2 * mebibyte);
}

TEST(Lingering, EndsInTimeWhateverIsSent) {
    ServerOptions options;
    options.linger = milliseconds(100);
    const RunningServer running(echo, options);
    auto client = running.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 413);
    EXPECT_TRUE(eventually([&] {
        client.send("x");
        return running.server->stats().connections_open == 0;
    }));
}

}  // namespace
}  // namespace sgw::gateway::http::test
