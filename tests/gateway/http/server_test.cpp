#include "gateway/http/server.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/gateway/http/server_requests.hpp"

namespace sgw::gateway::http::test {
namespace {

TEST(Server, AnswersOnAKeptConnection) {
    const RunningServer running(echo);
    auto client = running.connect();
    for (int i = 0; i < 3; ++i) {
        client.send(get("/a%2Fb?x=1"));
        const auto answer = client.read_answer();
        EXPECT_EQ(status_of(answer), 200);
        EXPECT_EQ(body_of(answer), "GET /a%2Fb?x=1 ");
        EXPECT_EQ(header_of(answer, "Content-Type"), "text/plain");
        EXPECT_EQ(header_of(answer, "Connection"), "");
        EXPECT_EQ(header_of(answer, "Server"), "");
        EXPECT_EQ(header_of(answer, "Date").size(), 29U);
        EXPECT_EQ(header_of(answer, "X-Request-ID").size(), 36U);
    }
    EXPECT_EQ(running.server->stats().requests, 3U);
    EXPECT_EQ(running.server->stats().connections_accepted, 1U);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    const RunningServer running(slow_echo);
    auto client = running.connect();
    client.send(get("/30") + get("/10") +
                "POST /0 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
                get("/1", "Connection: close\r\n"));
    EXPECT_EQ(body_of(client.read_answer()), "/30");
    EXPECT_EQ(body_of(client.read_answer()), "/10");
    EXPECT_EQ(body_of(client.read_answer()), "/0");
    const auto last = client.read_answer();
    EXPECT_EQ(body_of(last), "/1");
    EXPECT_EQ(header_of(last, "Connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(Server, AnswersAClientThatHasEndedItsHalf) {
    const RunningServer running(slow_echo);
    auto client = running.connect();
    client.send(get("/20"));
    client.end_sending();
    EXPECT_EQ(body_of(client.read_to_end()), "/20");
}

TEST(Server, ServesHttp10) {
    const RunningServer running(echo);
    auto once = running.connect();
    once.send("GET /a HTTP/1.0\r\n\r\n");
    const auto answer = once.read_to_end();
    EXPECT_EQ(body_of(answer), "GET /a ");
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    auto kept = running.connect();
    for (int i = 0; i < 2; ++i) {
        kept.send("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(header_of(kept.read_answer(), "Connection"), "keep-alive");
    }
}

TEST(Server, PassesUnknownVerbsOn) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send("FOO /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "FOO /a ");
}

TEST(Server, GivesAbsoluteTargetsInOriginForm) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(get("http://h/a?b=c"));
    EXPECT_EQ(body_of(client.read_answer()), "GET /a?b=c ");
}

TEST(Server, SendsNoBodyToHead) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n" + get("/x"));
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_EQ(status_of(head), 200);
    EXPECT_EQ(header_of(head, "Content-Length"), "10");
    EXPECT_EQ(header_of(head, "Content-Type"), "text/plain");
    EXPECT_EQ(body_of(client.read_answer()), "GET /x ");
}

TEST(Server, InvitesTheBodyOfAnExpectation) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_EQ(body_of(client.read_answer()), "POST / abc");
    // Too big: refused without invitation.
    client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 413);
}

TEST(Server, ReadsChunkedBodies) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const std::string_view piece :
         {"3\r", "\nabc\r\n", "0A;x=\"y\"\r\n01234", "56789\r\n0\r\nX-", "T: 1\r\n\r", "\n"}) {
        client.send(piece);
    }
    EXPECT_EQ(body_of(client.read_answer()), "POST /c abc0123456789");
    client.send(get("/next"));
    EXPECT_EQ(body_of(client.read_answer()), "GET /next ");
}

TEST(Server, DropsTrailers) {
    std::promise<Headers> seen;
    const RunningServer running([&](const Request& request) {
        seen.set_value(request.headers);
        return echo(request);
    });
    auto client = running.connect();
    client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Evil: 1\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 200);
    EXPECT_EQ(seen.get_future().get(), (Headers{{"Host", "h"}, {"Transfer-Encoding", "chunked"}}));
}

TEST(Server, TakesOneEmptyLineBeforeARequest) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send("\r\n" + get("/a") + "\r");
    EXPECT_EQ(body_of(client.read_answer()), "GET /a ");
    client.send("\n" + get("/b"));
    EXPECT_EQ(body_of(client.read_answer()), "GET /b ");
}

TEST(Server, ReturnsTheCallersRequestId) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(get("/", "X-Request-ID: mine\r\n"));
    EXPECT_EQ(header_of(client.read_answer(), "X-Request-ID"), "mine");
    client.send(get("/", "X-Request-ID: a\r\nX-Request-ID: b\r\n"));
    EXPECT_EQ(header_of(client.read_answer(), "X-Request-ID").size(), 36U);
}

TEST(Server, AnswersWhatTheHandlerThrowsWith500) {
    std::promise<std::string> reported;
    ServerOptions options;
    options.on_handler_failure = [&](std::string_view what) {
        reported.set_value(std::string(what));
    };
    const RunningServer running(
        [](const Request&) -> asio::awaitable<Response> { throw std::runtime_error("bug"); },
        std::move(options));
    auto client = running.connect();
    client.send(get("/"));
    const auto answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 500);
    EXPECT_EQ(body_of(answer), error_body(500, "Internal Server Error"));
    EXPECT_EQ(header_of(answer, "Connection"), "");
    EXPECT_EQ(reported.get_future().get(), "bug");
    EXPECT_EQ(running.server->stats().handler_failures, 1U);
}

}  // namespace
}  // namespace sgw::gateway::http::test
