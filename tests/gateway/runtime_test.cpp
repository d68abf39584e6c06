#include "gateway/runtime.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace sgw::gateway {
namespace {

struct Only {
    explicit Only(int given) : value(given) {}
    int value;
};

std::string thread_name() {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    return name;
}

template <class T>
T run(Runtime& runtime, asio::awaitable<T> work) {
    return asio::co_spawn(runtime.worker(0), std::move(work), asio::use_future).get();
}

asio::awaitable<int> offload_value(Runtime& runtime) {
    auto owned = std::make_unique<int>(7);
    auto job = [owned = std::move(owned)] { return Only(*owned); };
    const Only result = co_await offload(runtime.pool(), std::move(job));
    co_return result.value;
}

TEST(Offload, AnswersWhatTheJobAnswers) {
    Runtime runtime({});
    runtime.start();
    EXPECT_EQ(run(runtime, offload_value(runtime)), 7);
}

asio::awaitable<std::string> offload_threads(Runtime& runtime) {
    std::string inside;
    auto job = [&inside] { inside = thread_name(); };
    co_await offload(runtime.pool(), job);
    co_return inside + " -> " + thread_name();
}

TEST(Offload, RunsElsewhereAndReturnsToTheCaller) {
    Runtime runtime({});
    runtime.start();
    const auto path = run(runtime, offload_threads(runtime));
    EXPECT_TRUE(path.ends_with(" -> sgw-io-0")) << path;
    EXPECT_FALSE(path.starts_with("sgw-io")) << path;
}

asio::awaitable<std::string> thread_for(Runtime& runtime, std::size_t bytes) {
    auto job = [] { return thread_name(); };
    co_return co_await offload_if_large(runtime.pool(), bytes, job);
}

TEST(OffloadIfLarge, StaysForLittleAndGoesForMuch) {
    Runtime runtime({});
    runtime.start();
    EXPECT_EQ(run(runtime, thread_for(runtime, 0)), "sgw-io-0");
    EXPECT_EQ(run(runtime, thread_for(runtime, large_bytes - 1)), "sgw-io-0");
    EXPECT_NE(run(runtime, thread_for(runtime, large_bytes)), "sgw-io-0");
}

asio::awaitable<std::string> offload_failure(Runtime& runtime) {
    auto job = []() -> int { throw std::runtime_error("no such thing"); };
    std::string what;
    try {
        co_await offload(runtime.pool(), job);
    } catch (const std::runtime_error& error) {
        what = error.what();
    }
    co_return what;
}

TEST(Offload, CarriesExceptionsOver) {
    Runtime runtime({});
    runtime.start();
    EXPECT_EQ(run(runtime, offload_failure(runtime)), "no such thing");
}

asio::awaitable<bool> is_overdue(Runtime& runtime,
                                 std::chrono::steady_clock::time_point deadline,
                                 std::atomic<int>& runs) {
    auto job = [&runs] { ++runs; };
    try {
        co_await offload(runtime.pool(), job, deadline);
    } catch (const Overdue&) {
        co_return true;
    }
    co_return false;
}

TEST(Offload, DoesNotRunAJobWhoseTurnComesTooLate) {
    using Time = std::chrono::steady_clock;
    std::atomic<int> runs{0};
    Runtime runtime({});
    runtime.start();
    EXPECT_TRUE(run(runtime, is_overdue(runtime, Time::now(), runs)));
    EXPECT_EQ(runs, 0);
    EXPECT_FALSE(run(runtime, is_overdue(runtime, Time::now() + std::chrono::hours(1), runs)));
    EXPECT_FALSE(run(runtime, is_overdue(runtime, Time::time_point::max(), runs)));
    EXPECT_EQ(runs, 2);
}

/// A thread of the pool, busy until told to go on.
class Busy {
  public:
    explicit Busy(asio::thread_pool& pool) {
        asio::post(pool, [held = go_on_.get_future().share()] { held.wait(); });
    }
    ~Busy() { go_on_.set_value(); }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

  private:
    std::promise<void> go_on_;
};

Runtime::Options one_of_each() {
    Runtime::Options options;
    options.blocking = options.computing = 1;
    return options;
}

constexpr std::chrono::seconds patience{10};

TEST(Offload, EndsAtTheDeadlineThoughItsTurnDoesNotCome) {
    std::atomic<int> runs{0};
    Runtime runtime(one_of_each());
    runtime.start();
    {
        const Busy busy(runtime.pool());
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
        auto waiting = asio::co_spawn(
            runtime.worker(0), is_overdue(runtime, deadline, runs), asio::use_future);
        ASSERT_EQ(waiting.wait_for(patience), std::future_status::ready);
        EXPECT_TRUE(waiting.get());
    }
    runtime.stop();
    EXPECT_EQ(runs, 0);
}

TEST(Offload, QueuesOnceOnly) {
    Runtime runtime(one_of_each());
    runtime.start();
    auto first = std::make_unique<Busy>(runtime.pool());
    auto offloaded = asio::co_spawn(runtime.worker(0), offload_value(runtime), asio::use_future);
    asio::post(runtime.worker(0), asio::use_future).get();  // it is in the queue
    const Busy second(runtime.pool());
    first.reset();
    ASSERT_EQ(offloaded.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(offloaded.get(), 7);
}

TEST(Runtime, ComputesBesideTheBlockingPool) {
    Runtime runtime(one_of_each());
    runtime.start();
    const Busy busy(runtime.computing());
    EXPECT_EQ(run(runtime, offload_value(runtime)), 7);
}

asio::awaitable<void> offload_and_count(Runtime& runtime, std::atomic<int>& done) {
    auto job = [] {};
    co_await offload(runtime.pool(), job);
    ++done;
}

TEST(Runtime, StopWaitsForTheJobThatRunsAndDropsThoseBehindIt) {
    std::atomic<int> done{0};
    std::atomic<bool> finished{false};
    std::promise<void> begun;
    std::promise<void> released;
    Runtime runtime(one_of_each());
    runtime.start();
    asio::post(runtime.pool(), [&] {
        begun.set_value();
        released.get_future().wait();
        finished = true;
    });
    begun.get_future().wait();
    for (int i = 0; i < 100; ++i) {
        spawn(runtime.worker(0).get_executor(), offload_and_count(runtime, done), "count");
    }
    asio::post(runtime.worker(0), asio::use_future).get();  // they are in the queue
    runtime.drop_queued_jobs();
    released.set_value();
    runtime.stop();
    EXPECT_TRUE(finished);
    EXPECT_EQ(done, 0);
}

TEST(Runtime, MayBeDestroyedUnstarted) {
    std::atomic<int> done{0};
    Runtime runtime({});
    spawn(runtime.worker(0).get_executor(), offload_and_count(runtime, done), "count");
}

asio::awaitable<void> fail() {
    throw std::runtime_error("broken");
    co_return;
}

TEST(Spawn, ReportsWhatLeavesACoroutine) {
    std::promise<std::string> reported;
    Runtime::Options options;
    options.on_failure = [&](std::string_view name, std::string_view what) {
        reported.set_value(std::string(name) + ": " + std::string(what));
    };
    Runtime runtime(options);
    runtime.start();
    spawn(runtime.control().get_executor(), fail(), "job");
    EXPECT_EQ(reported.get_future().get(), "job: broken");
    // The thread survived it.
    EXPECT_EQ(asio::co_spawn(runtime.control(), offload_value(runtime), asio::use_future).get(), 7);
}

}  // namespace
}  // namespace sgw::gateway
