#include "gateway/http/client_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <future>

#include "tests/gateway/http/wire.hpp"

namespace sgw::gateway::http::test {
namespace {

namespace asio = boost::asio;

config::Url url(std::uint16_t port, std::string path = "") {
    config::Url result;
    result.host = "127.0.0.1";
    result.port = port;
    result.path = std::move(path);
    return result;
}

ClientPoolOptions options_for(std::vector<config::Url> urls) {
    ClientPoolOptions options;
    options.urls = std::move(urls);
    return options;
}

asio::awaitable<void> deliver(ClientPool& pool,
                              UpstreamRequest request,
                              Clock::time_point deadline,
                              WhenBusy when_busy,
                              std::shared_ptr<std::promise<UpstreamResult>> to) {
    to->set_value(co_await pool.call(std::move(request), deadline, when_busy));
}

std::future<UpstreamResult> start_call(asio::io_context& context,
                                       ClientPool& pool,
                                       UpstreamRequest request,
                                       milliseconds within = patience,
                                       WhenBusy when_busy = WhenBusy::wait) {
    auto promise = std::make_shared<std::promise<UpstreamResult>>();
    auto work = deliver(pool, std::move(request), Clock::now() + within, when_busy, promise);
    spawn(context.get_executor(), std::move(work), "call");
    return promise->get_future();
}

/// A pool on a thread of its own.
class PoolTest : public ::testing::Test {
  protected:
    PoolTest()
        : runtime_(Runtime::Options{1, 1, {}}), book_(AddressBook::create(runtime_.control())) {
        runtime_.start();
    }
    ~PoolTest() override { runtime_.stop(); }

    void open(ClientPoolOptions options) {
        pool_ = std::make_unique<ClientPool>(
            runtime_.worker(0).get_executor(), std::move(options), book_);
    }

    std::future<UpstreamResult> start(UpstreamRequest request,
                                      milliseconds within = patience,
                                      WhenBusy when_busy = WhenBusy::wait) {
        return start_call(runtime_.worker(0), *pool_, std::move(request), within, when_busy);
    }

    UpstreamResult call(UpstreamRequest request = {}, milliseconds within = patience) {
        return start(std::move(request), within).get();
    }

    Runtime runtime_;
    std::shared_ptr<AddressBook> book_;
    std::unique_ptr<ClientPool> pool_;
};

UpstreamRequest get(std::string target) {
    UpstreamRequest request;
    request.target = std::move(target);
    return request;
}

UpstreamRequest post(std::string target, std::string body) {
    UpstreamRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
}

TEST_F(PoolTest, KeepsItsConnection) {
    const RunningServer running(echo);
    open(options_for({url(running.port(), "/base")}));
    for (int i = 0; i < 5; ++i) {
        const auto result = call(post("/s?x=1", "body"));
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result.value().status, 200);
        EXPECT_EQ(result.value().body, "POST /base/s?x=1 body");
        EXPECT_EQ(*find_header(result.value().headers, "content-type"), "text/plain");
    }
    EXPECT_EQ(pool_->stats().connects, 1U);
    EXPECT_EQ(pool_->stats().idle, 1U);
    EXPECT_EQ(pool_->stats().active, 0U);
}

TEST_F(PoolTest, ReadsNoBodyAfterHead) {
    const RunningServer running(echo);
    open(options_for({url(running.port())}));
    UpstreamRequest request = get("/x");
    request.method = "HEAD";
    for (int i = 0; i < 2; ++i) {
        const auto result = call(request);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result.value().body, "");
        EXPECT_EQ(*find_header(result.value().headers, "content-length"), "8");
    }
    EXPECT_EQ(pool_->stats().connects, 1U);
}

TEST_F(PoolTest, SendsHostCredentialsAndNoHopByHopHeaders) {
    std::promise<std::string> seen;
    RawListener listener([&](RawSocket& socket, int) {
        seen.set_value(socket.read_until("\r\n\r\n"));
        socket.send(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Private\r\nX-Private: 1\r\n"
            "Keep-Alive: timeout=5\r\nX-Public: 2\r\n\r\nok");
    });
    auto options = options_for({url(listener.port())});
    options.basic_auth = config::BasicAuth{"key", "secret"};
    open(std::move(options));
    UpstreamRequest request = get("/");
    request.headers = {{"Accept", "application/json"},
                       {"Connection", "close"},
                       {"Host", "other"},
                       {"X-Evil", "a\r\nB: c"}};
    const auto result = call(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result.value().headers, (Headers{{"Content-Length", "2"}, {"X-Public", "2"}}));
    EXPECT_EQ(seen.get_future().get(),
              "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(listener.port()) +
                  "\r\nAuthorization: Basic a2V5OnNlY3JldA==\r\nAccept: "
                  "application/json\r\nX-Evil: aB: c\r\n\r\n");
}

/// What a misbehaving region sends before it ends the connection, and what the caller is told.
struct Misbehaviour {
    const char* name;
    std::string answer;
    Stage stage;
};

class Misbehaving : public PoolTest, public ::testing::WithParamInterface<Misbehaviour> {};

TEST_P(Misbehaving, IsAnErrorAndTheConnectionIsNotUsedAgain) {
    RawListener listener([&](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.send(GetParam().answer);
    });
    auto options = options_for({url(listener.port())});
    options.body_bytes = 1000;
    options.header_bytes = 500;
    open(std::move(options));
    const auto once = call(get("/"));
    ASSERT_FALSE(once);
    EXPECT_EQ(stage_name(once.error().stage), stage_name(GetParam().stage)) << once.error().message;
    EXPECT_FALSE(once.error().timed_out);
    const auto again = call(get("/"));
    ASSERT_FALSE(again);
    EXPECT_EQ(listener.accepted(), 2);
    EXPECT_EQ(pool_->stats().idle, 0U);
    EXPECT_EQ(pool_->stats().failures, 2U);
}

INSTANTIATE_TEST_SUITE_P(
    Region,
    Misbehaving,
    ::testing::Values(
        Misbehaviour{"nothing", "", Stage::read},
        Misbehaviour{"half_head", "HTTP/1.1 200 OK\r\nContent-Le", Stage::read},
        Misbehaviour{
            "half_body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", Stage::read},
        Misbehaviour{"half_chunks",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
                     Stage::read},
        Misbehaviour{"garbage", "\x16\x03\x01 what is this\r\n\r\n", Stage::parse},
        Misbehaviour{"bad_length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Stage::parse},
        Misbehaviour{"only_interim", "HTTP/1.1 100 Continue\r\n\r\n", Stage::read},
        Misbehaviour{
            "big_body", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", Stage::too_large},
        Misbehaviour{"big_chunks",
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                         std::string(1001, 'x') + "\r\n0\r\n\r\n",
                     Stage::too_large},
        Misbehaviour{"big_body_without_length",
                     "HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'),
                     Stage::too_large},
        Misbehaviour{"big_head",
                     "HTTP/1.1 200 OK\r\nX: " + std::string(1000, 'x') + "\r\n\r\n",
                     Stage::too_large}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST_F(PoolTest, TakesABodyThatEndsWithTheConnection) {
    RawListener listener([](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\n[1,2]");
    });
    open(options_for({url(listener.port())}));
    for (int i = 0; i < 2; ++i) {
        const auto result = call();
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result.value().body, "[1,2]");
    }
    EXPECT_EQ(listener.accepted(), 2);
}

TEST_F(PoolTest, PassesInterimAnswersBy) {
    RawListener listener([](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    });
    open(options_for({url(listener.port())}));
    const auto result = call();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result.value().status, 204);
}

TEST_F(PoolTest, AResetIsAReadError) {
    RawListener listener([](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.reset();
    });
    open(options_for({url(listener.port())}));
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().stage, Stage::read);
}

TEST_F(PoolTest, NeverOutlivesItsDeadline) {
    RawListener listener([](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123");
        EXPECT_TRUE(socket.ends_within(patience)) << "the late connection has to be closed";
    });
    open(options_for({url(listener.port())}));
    const auto start = Clock::now();
    const auto result = call(get("/"), milliseconds(150));
    EXPECT_LT(Clock::now() - start, milliseconds(2000));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().stage, Stage::read);
    EXPECT_TRUE(result.error().timed_out);
    EXPECT_EQ(pool_->stats().idle, 0U);
}

/// Serves one answer on the first connection, then ends it once another request has come.
void die_when_reused(RawSocket& socket, int connection) {
    const std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    socket.read_until("\r\n\r\n");
    socket.send(ok);
    if (connection == 0) {
        socket.read_until("\r\n\r\n");
    }
}

TEST_F(PoolTest, TriesOnceMoreWhenAKeptConnectionDies) {
    RawListener listener(die_when_reused);
    open(options_for({url(listener.port())}));
    ASSERT_TRUE(call());
    const auto result = call();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(pool_->stats().stale_connections, 1U);
    EXPECT_EQ(listener.accepted(), 2);
}

TEST_F(PoolTest, SeesThatAKeptConnectionWasEndedBeforeItSends) {
    std::promise<void> ended;
    RawListener listener([&](RawSocket& socket, int connection) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        if (connection == 0) {
            socket.end_sending();
            ended.set_value();
            EXPECT_TRUE(socket.ends_within(patience));
        }
    });
    open(options_for({url(listener.port())}));
    ASSERT_TRUE(call());
    ended.get_future().get();
    const auto result = call(post("/", "x"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(listener.accepted(), 2);
}

TEST_F(PoolTest, DropsConnectionsThatNobodyUses) {
    const RunningServer running(echo);
    auto options = options_for({url(running.port())});
    options.idle_timeout = milliseconds(40);
    open(std::move(options));
    ASSERT_TRUE(call());
    EXPECT_TRUE(eventually([&] { return pool_->stats().idle == 0; }));
    EXPECT_TRUE(eventually([&] { return running.server->stats().connections_open == 0; }));
}

TEST_F(PoolTest, GoesToTheNextUrlThatCanBeConnectedTo) {
    std::uint16_t dead = 0;
    {
        const RawListener gone([](RawSocket&, int) {});
        dead = gone.port();
    }
    const RunningServer running(echo);
    open(options_for({url(dead), url(running.port())}));
    for (int i = 0; i < 2; ++i) {
        const auto result = call();
        ASSERT_TRUE(result) << result.error().message;
    }
    EXPECT_EQ(pool_->stats().connect_failures, 1U);
}

TEST_F(PoolTest, LeavesAUrlThatDoesNotAnswer) {
    RawListener hung([](RawSocket& socket, int) { EXPECT_TRUE(socket.ends_within(patience)); });
    const RunningServer running(echo);
    open(options_for({url(hung.port()), url(running.port())}));
    const auto first = call(get("/"), milliseconds(100));
    ASSERT_FALSE(first);
    EXPECT_TRUE(first.error().timed_out);
    const auto second = call();
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(hung.accepted(), 1);
}

TEST_F(PoolTest, SaysWhyNothingCanBeConnectedTo) {
    std::uint16_t dead = 0;
    {
        const RawListener gone([](RawSocket&, int) {});
        dead = gone.port();
    }
    open(options_for({url(dead)}));
    const auto result = call(get("/"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().stage, Stage::connect);
    EXPECT_EQ(result.error().message, "127.0.0.1:" + std::to_string(dead) + ": Connection refused");
}

TEST_F(PoolTest, ResolvesNames) {
    const RunningServer running(echo);
    auto named = url(running.port());
    named.host = "localhost";
    open(options_for({named}));
    const auto result = call();
    ASSERT_TRUE(result) << result.error().message;
}

TEST_F(PoolTest, SaysThatANameDoesNotResolve) {
    auto named = url(1);
    named.host = "no-such-host.invalid";
    open(options_for({named}));
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().stage, Stage::resolve);
}

/// Lets one connection be used, one call wait, and refuses the third.
TEST_F(PoolTest, BoundsConnectionsAndQueue) {
    std::promise<void> asked;
    std::promise<void> go;
    auto may_go = go.get_future().share();
    RawListener listener([&](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        asked.set_value();
        may_go.wait();
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
    });
    auto options = options_for({url(listener.port())});
    options.connections = 1;
    options.queue = 1;
    open(std::move(options));
    auto first = start(get("/1"));
    asked.get_future().get();
    auto late = call(get("/late"), milliseconds(30));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().stage, Stage::queue);
    EXPECT_TRUE(late.error().timed_out);
    EXPECT_GE(late.error().queued, milliseconds(20));
    auto second = start(get("/2"));
    ASSERT_TRUE(eventually([&] { return pool_->stats().waiting == 1; }));
    const auto third = call(get("/3"));
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().message, "overloaded");
    go.set_value();
    EXPECT_EQ(first.get().value().body, "1");
    EXPECT_EQ(second.get().value().body, "2");
    EXPECT_EQ(pool_->stats().active, 0U);
    EXPECT_EQ(pool_->stats().waiting, 0U);
    EXPECT_EQ(listener.accepted(), 1);
}

TEST_F(PoolTest, SaysHowLongACallHadQueued) {
    std::promise<void> go;
    auto may_go = go.get_future().share();
    RawListener listener([&](RawSocket& socket, int connection) {
        if (connection == 0) {
            socket.read_until("\r\n\r\n");
            may_go.wait();
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        }
        EXPECT_TRUE(socket.ends_within(patience));
    });
    auto options = options_for({url(listener.port())});
    options.connections = 1;
    open(std::move(options));
    auto first = start(get("/1"));
    ASSERT_TRUE(eventually([&] { return pool_->stats().active == 1; }));
    auto late = start(get("/2"), milliseconds(1000));
    ASSERT_TRUE(eventually([&] { return pool_->stats().waiting == 1; }));
    go.set_value();
    const auto answered = first.get();
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered.value().queued.count(), 0);
    const auto queued = late.get();
    ASSERT_FALSE(queued);
    EXPECT_EQ(stage_name(queued.error().stage), "read") << queued.error().message;
    EXPECT_TRUE(queued.error().timed_out);
    EXPECT_GT(queued.error().queued.count(), 0);
    const auto at_once = call(get("/3"), milliseconds(50));
    ASSERT_FALSE(at_once);
    EXPECT_TRUE(at_once.error().timed_out);
    EXPECT_EQ(at_once.error().queued.count(), 0);
}

/// One more call than connections, which neither waits nor takes the turn of one that does.
TEST_F(PoolTest, MayExceedItsConnections) {
    std::promise<void> go;
    auto may_go = go.get_future().share();
    RawListener listener([&](RawSocket& socket, int connection) {
        socket.read_until("\r\n\r\n");
        if (connection == 0) may_go.wait();
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + std::to_string(connection));
        if (connection == 1) return;
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
    });
    auto options = options_for({url(listener.port())});
    options.connections = 1;
    open(std::move(options));
    auto first = start(get("/1"));
    ASSERT_TRUE(eventually([&] { return listener.accepted() == 1; }));
    auto waiting = start(get("/2"));
    ASSERT_TRUE(eventually([&] { return pool_->stats().waiting == 1; }));
    const auto exceeding = start(get("/3"), patience, WhenBusy::exceed).get();
    ASSERT_TRUE(exceeding) << exceeding.error().message;
    EXPECT_EQ(exceeding.value().body, "1");
    EXPECT_TRUE(eventually([&] { return pool_->stats().active == 1; }));
    EXPECT_EQ(pool_->stats().waiting, 1U);
    go.set_value();
    EXPECT_EQ(first.get().value().body, "0");
    EXPECT_EQ(waiting.get().value().body, "2");
    EXPECT_TRUE(eventually([&] { return pool_->stats().active == 0; }));
}

TEST_F(PoolTest, MayEndWhileCallsAreUnderWay) {
    std::promise<void> asked;
    RawListener listener([&](RawSocket& socket, int) {
        socket.read_until("\r\n\r\n");
        asked.set_value();
        EXPECT_TRUE(socket.ends_within(patience));
    });
    Runtime runtime(Runtime::Options{1, 1, {}});
    runtime.start();
    auto pool = std::make_unique<ClientPool>(runtime.worker(0).get_executor(),
                                             options_for({url(listener.port())}),
                                             AddressBook::create(runtime.control()));
    const auto result = start_call(runtime.worker(0), *pool, {});
    asked.get_future().get();
    runtime.stop();
}

}  // namespace
}  // namespace sgw::gateway::http::test
