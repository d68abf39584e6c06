#include "gateway/upstream.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <set>
#include <thread>

#include "tests/gateway/http/wire.hpp"
#include "tests/gateway/us_west.hpp"

namespace sgw::gateway {
namespace {

using http::test::patience;
using http::test::RunningServer;

/// Notes who takes an answer apart.
class Watching : public routing::RegionMapping {
  public:
    using RegionMapping::from_region;

    Version from_region(Version version) const override {
        readers_.insert(std::this_thread::get_id());
        return version;
    }
    std::set<std::thread::id> take_readers() const { return std::exchange(readers_, {}); }

  private:
    mutable std::set<std::thread::id> readers_;
};

/// "[1,1,1,...]" of so many bytes.
std::string versions_of(std::size_t bytes) {
    std::string body = "[1";
    while (body.size() + 1 < bytes) body += body.size() + 3 < bytes ? ",1" : " ";
    return body + "]";
}

/// A region that answers every call with one body.
class UpstreamTest : public ::testing::Test {
  protected:
    UpstreamTest() {
        runtime_.start();
        http::ClientPoolOptions options;
        options.urls.emplace_back();
        options.urls.back().host = "127.0.0.1";
        options.urls.back().port = server_.port();
        pool_ = std::make_unique<http::ClientPool>(
            worker(), options, http::AddressBook::create(runtime_.control()));
        upstream_ = std::make_unique<Upstream>(
            region_, mapping_, metrics_.region(region_.name()), *pool_, runtime_.pool());
    }
    ~UpstreamTest() override { runtime_.stop(); }

    asio::any_io_executor worker() { return runtime_.worker(0).get_executor(); }

    asio::awaitable<http::Response> answer(const http::Request&) {
        http::Response response;
        response.status = status_;
        response.headers = headers_;
        response.body = std::make_shared<const std::string>(body_);
        co_return response;
    }

    routing::RegionAnswer<std::vector<Version>> versions(const std::string& subject = "orders") {
        const Subject asked{Context{}, subject};
        auto call = upstream_->versions(asked, http::Clock::now() + patience);
        return asio::co_spawn(worker(), std::move(call), asio::use_future).get();
    }

    asio::awaitable<std::thread::id> io_thread() { co_return std::this_thread::get_id(); }

    int status_ = 200;
    http::Headers headers_;
    std::string body_ = "[1]";
    Runtime runtime_{Runtime::Options{1, 1, {}}};
    RunningServer server_{[this](const http::Request& request) { return answer(request); }};
    Watching mapping_;
    Region region_ = us_west();
    Metrics metrics_{{region_.name()}};
    std::unique_ptr<http::ClientPool> pool_;
    std::unique_ptr<Upstream> upstream_;
};

TEST_F(UpstreamTest, TakesLargeAnswersApartElsewhere) {
    const auto io = asio::co_spawn(worker(), io_thread(), asio::use_future).get();
    struct Row {
        std::size_t bytes;
        bool on_io_thread;
    };
    for (const auto& row : {Row{3, true},
                            Row{large_bytes - 1, true},
                            Row{large_bytes, false},
                            Row{1'000'000, false}}) {
        body_ = versions_of(row.bytes);
        ASSERT_EQ(body_.size(), row.bytes);
        const auto answer = versions();
        ASSERT_TRUE(std::holds_alternative<std::vector<Version>>(answer)) << row.bytes;
        const auto readers = mapping_.take_readers();
        ASSERT_EQ(readers.size(), 1U);
        EXPECT_EQ(readers.contains(io), row.on_io_thread) << row.bytes;
    }
}

TEST_F(UpstreamTest, TellsTheRegionWhatBecameOfItsCalls) {
    versions();
    EXPECT_GT(region_.status().last_answer_ms, 0);
    status_ = 500;
    for (int i = 0; i < 10; ++i) versions("orders");
    EXPECT_TRUE(region_.candidate().may_read);
    versions("invoices");
    EXPECT_TRUE(region_.candidate().may_read);
    versions("payments");
    EXPECT_FALSE(region_.candidate().may_read);
}

TEST_F(UpstreamTest, ABodyOfOneSubjectThatCannotBeReadIsNoFailureOfTheRegion) {
    body_ = "<html>";
    for (const char* const subject : {"a", "b", "c", "d"}) {
        EXPECT_TRUE(std::holds_alternative<routing::Failed>(versions(subject)));
    }
    EXPECT_TRUE(region_.candidate().may_read);
}

TEST_F(UpstreamTest, ObeysRetryAfter) {
    status_ = 429;
    headers_ = {{"retry-after", "30"}};
    const auto before = http::Clock::now();
    versions();
    const auto until = region_.throttled_until();
    ASSERT_TRUE(until);
    EXPECT_GE(*until, before + std::chrono::seconds{30});
    EXPECT_LE(*until, http::Clock::now() + std::chrono::seconds{30});
}

}  // namespace
}  // namespace sgw::gateway
