#include "gateway/runtime.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

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

asio::awaitable<void> offload_and_count(Runtime& runtime, std::atomic<int>& done) {
    auto job = [] {};
    co_await offload(runtime.pool(), job);
    ++done;
}

TEST(Runtime, StopWaitsForJobsInThePool) {
    std::atomic<int> done{0};
    std::atomic<int> jobs{0};
    Runtime runtime({});
    runtime.start();
    for (int i = 0; i < 100; ++i) {
        spawn(runtime.worker(1).get_executor(), offload_and_count(runtime, done), "count");
    }
    for (int i = 0; i < 100; ++i) {
        asio::post(runtime.pool(), [&] { ++jobs; });
    }
    runtime.stop();
    EXPECT_EQ(jobs, 100);
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
