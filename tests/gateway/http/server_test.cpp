#include "gateway/http/server.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/http/wire.hpp"

namespace sgw::gateway::http::test {
namespace {

TEST(Server, AnswersOnAKeptConnection) {
    const RunningServer running(echo);
    auto client = running.connect();
    for (int i = 0; i < 3; ++i) {
        client.send("GET /a%2Fb?x=1 HTTP/1.1\r\nHost: h\r\n\r\n");
        const auto answer = client.read_answer();
        EXPECT_EQ(status_of(answer), 200);
        EXPECT_EQ(body_of(answer), "GET /a%2Fb?x=1 ");
        EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain");
        EXPECT_EQ(header_of(answer, "Connection"), "");
        EXPECT_EQ(header_of(answer, "Server"), "");
        EXPECT_EQ(header_of(answer, "Date").size(), 29U);
        EXPECT_EQ(header_of(answer, "X-Request-ID").size(), 36U);
    }
}

}  // namespace
}  // namespace sgw::gateway::http::test
