#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tests/gateway/http/wire.hpp"

namespace sgw::gateway::http::test {
namespace {

/// Answers "ended" as soon as the client has ended its half, "there" if it does not within 300 ms.
boost::asio::awaitable<Response> watch(const Request& request) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    Response response;
    const auto until = Clock::now() + (request.target == "/long" ? patience : milliseconds(300));
    while (!request.client_ended() && Clock::now() < until) {
        timer.expires_after(milliseconds(5));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    response.body = std::make_shared<const std::string>(request.client_ended() ? "ended" : "there");
    co_return response;
}

TEST(ClientEnded, TellsAClientThatHasLeftFromOneThatWaits) {
    const RunningServer running(watch);
    auto client = running.connect();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "there");
    client.send("Host: h\r\n\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "there");
    client.send("GET /long HTTP/1.1\r\nHost: h\r\n\r\n");
    client.end_sending();
    EXPECT_EQ(body_of(client.read_to_end()), "ended");
}

}  // namespace
}  // namespace sgw::gateway::http::test
