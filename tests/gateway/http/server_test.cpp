#include "gateway/http/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <future>

#include "tests/gateway/http/wire.hpp"

namespace sgw::gateway::http::test {
namespace {

namespace asio = boost::asio;

constexpr std::size_t mebibyte = std::size_t{1024} * 1024;
constexpr std::string_view registry_type = "application/vnd.schemaregistry.v1+json";

ServerOptions limited(const std::function<void(config::Limits&)>& set) {
    ServerOptions options;
    set(options.limits);
    return options;
}

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string error_body(int status, const std::string& message) {
    return R"({"error_code":)" + std::to_string(status) + R"(,"message":")" + message + "\"}";
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

/// Waits the milliseconds of the path, then answers the path.
asio::awaitable<Response> slow_echo(const Request& request) {
    const milliseconds wait(std::stoi(request.target.substr(1)));
    asio::steady_timer timer(asio::system_executor(), wait);
    co_await timer.async_wait(asio::use_awaitable);
    Response response;
    response.body = std::make_shared<const std::string>(request.target);
    co_return response;
}

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

struct Smuggled {
    std::string name;
    std::string bytes;
};

class Smuggling : public ::testing::TestWithParam<Smuggled> {};

/// Whatever follows an ambiguous request must not be taken for another one.
TEST_P(Smuggling, IsRefusedAndEndsTheConnection) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(GetParam().bytes + get("/smuggled"));
    const auto answers = client.read_to_end();
    EXPECT_EQ(status_of(answers), 400) << answers;
    EXPECT_EQ(header_of(answers, "Content-Type"), registry_type);
    EXPECT_EQ(header_of(answers, "Connection"), "close");
    EXPECT_EQ(answers.find("smuggled"), std::string::npos) << answers;
    EXPECT_EQ(running.server->stats().requests, 0U);
    EXPECT_EQ(running.server->stats().bad_requests, 1U);
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

std::vector<Smuggled> smuggled() {
    const std::string empty_chunks = "0\r\n\r\n";
    return {
        {"te_and_length",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", empty_chunks)},
        {"te_identity", post("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "abc")},
        {"te_identity_alone", post("Transfer-Encoding: identity\r\n", "")},
        {"te_gzip", post("Transfer-Encoding: gzip\r\n", "")},
        {"te_list", post("Transfer-Encoding: gzip, chunked\r\n", empty_chunks)},
        {"te_twice",
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", empty_chunks)},
        {"te_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + empty_chunks},
        {"equal_lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")},
        {"lengths", post("Content-Length: 3\r\nContent-Length: 0\r\n", "abc")},
        {"length_list", post("Content-Length: 3, 3\r\n", "abc")},
        {"length_sign", post("Content-Length: +3\r\n", "abc")},
        {"folded", post("X: a\r\n Content-Length: 3\r\n", "")},
        {"folded_te", post("Transfer-Encoding:\r\n chunked\r\n", empty_chunks)},
        {"two_hosts", post("Host: other\r\n", "")},
        {"no_host", "GET / HTTP/1.1\r\n\r\n"},
        {"other_host", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"name_blank", post("Content-Length : 3\r\n", "abc")},
        {"bare_lf", "GET / HTTP/1.1\nHost: h\n\n"},
        {"bare_lf_header", post("X: a\nContent-Length: 3\r\n", "abc")},
        {"bare_cr", post("X: a\rContent-Length: 3\r\n", "abc")},
        {"nul", post("X: a" + std::string(1, '\0') + "b\r\n", "")},
        {"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"connect", "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"},
        {"raw_bytes", "GET /\xC3\xA9 HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"chunk_size_word", post("Transfer-Encoding: chunked\r\n", "x\r\nabc\r\n" + empty_chunks)},
        {"chunk_size_sign", post("Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n" + empty_chunks)},
        {"chunk_size_huge",
         post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n")},
        {"chunk_bare_lf", post("Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\n")},
        {"chunk_too_long", post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n" + empty_chunks)},
        {"chunk_line", post("Transfer-Encoding: chunked\r\n", "3;" + std::string(20000, 'x'))},
        {"trailers", post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(60000, 'x'))},
        {"tls", "\x16\x03\x01\x02"},
    };
}

INSTANTIATE_TEST_SUITE_P(Wire,
                         Smuggling,
                         ::testing::ValuesIn(smuggled()),
                         [](const auto& instance) { return instance.param.name; });

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
