#include "gateway/jobs/parallel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <set>
#include <stdexcept>

#include "gateway/runtime.hpp"

namespace sgw::gateway::jobs {
namespace {

/// Work that gives way to others a few times, and what was seen of it.
struct Watched {
    std::multiset<std::size_t> begun;
    std::size_t ended = 0;
    unsigned at_once = 0;
    unsigned most_at_once = 0;
    std::size_t last = 1000;    // after which nothing is to be begun
    std::size_t broken = 1000;  // which throws

    asio::awaitable<GoOn> work(std::size_t item) {
        begun.insert(item);
        most_at_once = std::max(most_at_once, ++at_once);
        const auto executor = co_await asio::this_coro::executor;
        for (std::size_t turn = 0; turn <= item % 3; ++turn) {
            co_await asio::post(executor, asio::use_awaitable);
        }
        --at_once;
        ++ended;
        if (item == broken) throw std::runtime_error("broken");
        co_return item == last ? GoOn::no : GoOn::yes;
    }
};

/// The text of the exception that came out, if one did.
std::string run(Watched& watched, unsigned lanes, std::size_t count) {
    asio::io_context context;
    auto work = [&](std::size_t item) { return watched.work(item); };
    auto ended = asio::co_spawn(
        context, in_parallel(context.get_executor(), lanes, count, work), asio::use_future);
    context.run();
    try {
        ended.get();
    } catch (const std::exception& failure) {
        return failure.what();
    }
    return "";
}

TEST(InParallel, DoesEachItemOnceAndWaitsForAll) {
    struct Row {
        unsigned lanes;
        std::size_t count;
        unsigned most_at_once;
    };
    for (const auto& row : {Row{3, 20, 3}, Row{1, 5, 1}, Row{8, 2, 2}, Row{8, 0, 0}}) {
        Watched watched;
        EXPECT_EQ(run(watched, row.lanes, row.count), "");
        EXPECT_EQ(watched.ended, row.count);
        EXPECT_EQ(std::set(watched.begun.begin(), watched.begun.end()).size(), row.count);
        EXPECT_EQ(watched.most_at_once, row.most_at_once);
    }
}

TEST(InParallel, BeginsNothingMoreAfterANo) {
    Watched watched;
    watched.last = 0;
    EXPECT_EQ(run(watched, 3, 1000), "");
    EXPECT_EQ(watched.ended, watched.begun.size());
    EXPECT_LT(watched.ended, 10U);
}

TEST(InParallel, ThrowsOnceAllHaveEnded) {
    Watched watched;
    watched.broken = 1;
    EXPECT_EQ(run(watched, 4, 1000), "broken");
    EXPECT_EQ(watched.ended, watched.begun.size());
    EXPECT_EQ(watched.at_once, 0U);
    EXPECT_LT(watched.ended, 20U);
}

}  // namespace
}  // namespace sgw::gateway::jobs
