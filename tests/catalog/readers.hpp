// Threads that read from a view all the time, as requests do, and count what goes wrong. Made,
// asked and ended by one thread.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "store/catalog/queries.hpp"
#include "store/catalog/view.hpp"

namespace sgw::catalog {

class Readers {
  public:
    /// `holds`: what every snapshot has to answer with true. Both outlive this.
    Readers(const View& view, std::function<bool(const Queries&)> holds)
        : view_(view), holds_(std::move(holds)) {
        for (int i = 0; i < 3; ++i) {
            threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
        }
    }

    /// Reading goes on, whatever else does.
    void expect_progress() const {
        const auto wanted = reads_ + 100;
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (reads_ < wanted) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "readers wait";
            std::this_thread::yield();
        }
    }

    /// Ends the threads.
    void expect_no_failure() {
        threads_.clear();
        EXPECT_EQ(failures_, 0);
        EXPECT_GT(reads_, 0);
    }

  private:
    void run(const std::stop_token& stop) {
        log::Sequence seen = 0;
        while (!stop.stop_requested()) {
            if (!reads_well(seen)) ++failures_;
            ++reads_;
        }
    }

    bool reads_well(log::Sequence& seen) const try {
        const auto snapshot = view_.snapshot();
        const Queries state(*snapshot);
        return holds_(state) && state.applied() >= std::exchange(seen, state.applied());
    } catch (const std::exception&) {
        return false;
    }

    const View& view_;
    const std::function<bool(const Queries&)> holds_;
    std::atomic<std::int64_t> reads_ = 0;
    std::atomic<int> failures_ = 0;
    std::vector<std::jthread> threads_;
};

}  // namespace sgw::catalog
