// Whom a call that timed out is booked on when more calls are made than connections are allowed.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <list>
#include <string>
#include <vector>

#include "gateway/upstream.hpp"
#include "tests/gateway/http/wire.hpp"
#include "tests/gateway/us_west.hpp"

namespace sgw::gateway {
namespace {

using http::test::eventually;
using http::test::patience;
using http::test::RawListener;
using http::test::RawSocket;
using std::chrono::milliseconds;

constexpr unsigned connections = 4;
constexpr milliseconds short_time{500};

/// A region of four connections, which answers the first request on each once it is let go, and
/// then none.
class UpstreamQueueTest : public ::testing::Test {
  protected:
    using Versions = std::future<routing::RegionAnswer<std::vector<Version>>>;

    UpstreamQueueTest() {
        runtime_.start();
        http::ClientPoolOptions options;
        options.urls.emplace_back();
        options.urls.back().host = "127.0.0.1";
        options.urls.back().port = listener_.port();
        options.connections = connections;
        pool_ = std::make_unique<http::ClientPool>(
            worker(), options, http::AddressBook::create(runtime_.control()));
        upstream_ = std::make_unique<Upstream>(
            region_, mapping_, metrics_.region(region_.name()), *pool_, runtime_.pool());
    }
    ~UpstreamQueueTest() override {
        runtime_.stop();
        let_go();
    }

    asio::any_io_executor worker() { return runtime_.worker(0).get_executor(); }

    void serve(RawSocket& socket) {
        char first = 0;
        // The test may be over before the last calls, and the shortest, have asked.
        if (::recv(socket.descriptor(), &first, 1, MSG_PEEK) <= 0) return;
        socket.read_until("\r\n\r\n");
        ++asked_;
        may_answer_.wait();
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]");
        socket.ends_within(patience);
    }

    void let_go() {
        if (!std::exchange(is_let_go_, true)) answer_now_.set_value();
    }

    /// As many calls as there are connections, each for a subject of its own.
    std::vector<Versions> ask_of_each(const std::string& prefix, milliseconds within) {
        std::vector<Versions> calls;
        for (unsigned i = 0; i < connections; ++i) {
            subjects_.push_back({Context{}, prefix + std::to_string(i)});
            auto call = upstream_->versions(subjects_.back(), http::Clock::now() + within);
            calls.push_back(asio::co_spawn(worker(), std::move(call), asio::use_future));
        }
        return calls;
    }

    void take_all_connections(std::vector<Versions>& calls, milliseconds within) {
        calls = ask_of_each("holder", within);
        ASSERT_TRUE(eventually([&] { return asked_ == connections; }));
    }

    void fill_queue(std::vector<Versions>& calls, milliseconds within) {
        calls = ask_of_each("queued", within);
        ASSERT_TRUE(eventually([&] { return pool_->stats().waiting == connections; }));
    }

    void probe(milliseconds within) {
        const Subject top_level;
        auto call = upstream_->mode_in_force(
            top_level, http::Clock::now() + within, Upstream::Purpose::probe);
        const auto answer = asio::co_spawn(worker(), std::move(call), asio::use_future).get();
        EXPECT_TRUE(std::holds_alternative<routing::Failed>(answer));
    }

    bool may_read() const { return region_.candidate().may_read; }

    std::list<Subject> subjects_;  // that calls under way are about
    std::promise<void> answer_now_;
    std::shared_future<void> may_answer_ = answer_now_.get_future().share();
    bool is_let_go_ = false;
    std::atomic<unsigned> asked_{0};
    RawListener listener_{[this](RawSocket& socket, int) { serve(socket); }};
    Runtime runtime_{Runtime::Options{1, 1, {}}};
    routing::RegionMapping mapping_;
    Region region_ = us_west();
    Metrics metrics_{{region_.name()}};
    std::unique_ptr<http::ClientPool> pool_;
    std::unique_ptr<Upstream> upstream_;
};

std::string failure_of(const routing::RegionAnswer<std::vector<Version>>& answer) {
    const auto* const failed = std::get_if<routing::Failed>(&answer);
    return failed == nullptr ? "" : failed->reason;
}

TEST_F(UpstreamQueueTest, TimeInOurQueueIsNoFailureOfTheRegion) {
    std::vector<Versions> holders;
    std::vector<Versions> queued;
    take_all_connections(holders, patience);
    fill_queue(queued, 2 * short_time);
    let_go();
    for (auto& call : holders) EXPECT_EQ(failure_of(call.get()), "");
    for (auto& call : queued) {
        EXPECT_EQ(failure_of(call.get()), "read: no answer within the deadline");
    }
    EXPECT_TRUE(may_read());
    EXPECT_EQ(region_.status().health_reason, "");
}

TEST_F(UpstreamQueueTest, CallsThatNeverLeftTheQueueHaveNoDuration) {
    std::vector<Versions> holders;
    std::vector<Versions> queued;
    take_all_connections(holders, patience);
    fill_queue(queued, short_time);
    for (auto& call : queued) {
        EXPECT_EQ(failure_of(call.get()), "queue: no connection became free within the deadline");
    }
    let_go();
    for (auto& call : holders) EXPECT_EQ(failure_of(call.get()), "");
    const auto durations = metrics_.region(region_.name()).duration->Collect().histogram;
    EXPECT_EQ(durations.sample_count, connections);
}

TEST_F(UpstreamQueueTest, ARegionThatHangsIsFoundByThoseThatHoldItsConnections) {
    std::vector<Versions> holders;
    std::vector<Versions> queued;
    take_all_connections(holders, short_time);
    fill_queue(queued, patience);
    for (auto& call : holders) EXPECT_NE(failure_of(call.get()), "");
    EXPECT_FALSE(may_read());
}

TEST_F(UpstreamQueueTest, ARegionThatHangsIsFoundByProbesWhateverHoldsItsConnections) {
    std::vector<Versions> holders;
    std::vector<Versions> queued;
    take_all_connections(holders, patience);
    fill_queue(queued, patience);
    for (unsigned i = 0; i < routing::HealthPolicy{}.failures; ++i) {
        EXPECT_TRUE(may_read());
        probe(milliseconds(20));
    }
    EXPECT_FALSE(may_read());
    EXPECT_EQ(pool_->stats().waiting, connections);
}

}  // namespace
}  // namespace sgw::gateway
