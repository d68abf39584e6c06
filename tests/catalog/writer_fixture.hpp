// A writer over a log that keeps its entries in memory and can be spoilt, and a view on disk. The
// test's thread drives; submissions may come from any.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "store/catalog/rules/scope.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/catalog/watched_log.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::catalog {

inline constexpr std::chrono::seconds long_enough{30};

/// Holds the writer's thread in a decision, so that what is submitted meanwhile is one batch.
class Gate {
  public:
    explicit Gate(Writer& writer) {
        auto command = catalog::command({});
        command.decide = [this](const Queries&) -> ResultOr<Events, Stale> {
            if (!entered_.try_wait()) entered_.count_down();
            open_.wait();
            return Events{};
        };
        answer_ = submit(writer, std::move(command));
        entered_.wait();
    }

    void open() {
        open_.count_down();
        EXPECT_TRUE(answer_.get());
    }

  private:
    std::latch entered_{1};
    std::latch open_{1};
    std::future<WriteResult> answer_;
};

/// Writes `events` unless something changed the subject since `read_at`.
inline Command unless_changed(const Subject& subject, log::Sequence read_at, const Events& events) {
    return {{}, [=](const Queries& state) -> ResultOr<Events, Stale> {
                if (last_change(state, subject) > read_at) return Stale{};
                return events;
            }};
}

class WriterTest : public testing::Test {
  protected:
    ~WriterTest() override {
        writer_.reset();  // its thread uses what follows
    }

    void start(const ViewOptions& options) {
        writer_.reset();
        view_.reset();
        heard_.clear();
        view_ = open_view(options, log_);
        first_heard_ = applied(*view_) + 1;
        auto hear = [this](log::Sequence sequence, const Events&) {
            EXPECT_GE(applied(*view_), sequence);
            const std::lock_guard guard(mutex_);
            heard_.push_back(sequence);
        };
        writer_ = std::make_unique<Writer>(
            log_, *view_, hear, [this] { return ++now_ms_; }, limits_);
    }
    void start() { start(view_in(directory_.file("view"))); }

    WriteResult write(Command command) { return submit_and_wait(*writer_, std::move(command)); }

    std::optional<Mode> mode_of(const std::string& name) const {
        return Queries(*view_->snapshot()).mode(subject(name));
    }

    /// How often the log holds exactly this.
    std::ptrdiff_t in_log(const Events& events) {
        const auto entries = memory_log_.read(1, 1'000'000).value();
        return std::ranges::count(entries, encode(events), &log::Entry::body);
    }

    /// Waits until the view stands where the log does.
    void expect_caught_up() {
        const auto deadline = std::chrono::steady_clock::now() + long_enough;
        while (applied(*view_) != memory_log_.head().value()) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline);
            std::this_thread::yield();
        }
        EXPECT_EQ(contents_of(*view_), rebuilt_from(memory_log_));
    }

    /// The next batch is told `kind`, but for those in it whose answer does not depend on that.
    void expect_batch_to_fail(WriteFailure::Kind kind) {
        const auto stands = applied(*view_);
        Gate gate(*writer_);
        auto nothing_to_write = submit(*writer_, command({}));
        auto written = submit(*writer_, command(mark("w")));
        auto known_then = submit(*writer_, command({}));
        auto overtaken = submit(*writer_, unless_changed(subject("w"), stands, mark("o")));
        gate.open();
        const auto committed = nothing_to_write.get();
        ASSERT_TRUE(committed);
        EXPECT_EQ(committed.value().sequence, stands);
        expect_refused(written, kind);
        expect_refused(known_then, WriteFailure::Kind::unavailable);
        expect_refused(overtaken, WriteFailure::Kind::stale);
        EXPECT_EQ(in_log(mark("o")), 0);
    }

    static void expect_refused(std::future<WriteResult>& answer, WriteFailure::Kind kind) {
        const auto refused = answer.get();
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, kind) << refused.error().reason;
    }

    /// The feed was told of every entry since the start, in order, once.
    void expect_heard_all() {
        writer_->stop();
        std::vector<log::Sequence> all;
        for (auto at = first_heard_; at <= memory_log_.head().value(); ++at) all.push_back(at);
        EXPECT_EQ(heard_, all);
    }

    log::TempDirectory directory_;
    log::MemoryLog memory_log_;
    log::FaultLog faults_{memory_log_};
    WatchedLog log_{faults_};
    std::unique_ptr<View> view_;
    std::mutex mutex_;
    std::vector<log::Sequence> heard_;
    log::Sequence first_heard_ = 0;
    std::atomic<std::int64_t> now_ms_{1000};
    WriterLimits limits_;
    std::unique_ptr<Writer> writer_;
};

}  // namespace sgw::catalog
