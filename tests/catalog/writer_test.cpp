#include "store/catalog/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <random>
#include <thread>

#include "store/catalog/rules/scope.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/catalog/watched_log.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/memory_log.hpp"
#include "tests/log/unsynced_env.hpp"

namespace sgw::catalog {
namespace {

using log::Fault;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = WriteFailure::Kind;

constexpr std::chrono::seconds long_enough{30};

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
        writer_ = std::make_unique<Writer>(log_, *view_, hear, [this] { return ++now_ms_; });
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
    std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, WhatIsAnsweredIsDurableAndVisible) {
    start();
    auto one = command(mark("s"));
    one.origin = {"alice", "bob", "127.0.0.1", "r-1"};
    const auto committed = write(one);
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 2U);
    EXPECT_EQ(mode_of("s"), Mode::readwrite);
    const auto entry = memory_log_.read(2, 1).value().front();
    EXPECT_EQ(entry.origin, one.origin);
    EXPECT_EQ(entry.time_ms, 1001);
    EXPECT_EQ(decode(entry.body).value(), mark("s"));
    expect_heard_all();
}

TEST_F(WriterTest, NothingToWriteIsCommittedWhereTheViewStands) {
    start();
    const auto committed = write(command({}));
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 1U);
    EXPECT_THAT(log_.appends(), IsEmpty());
}

TEST_F(WriterTest, WhatWaitsIsAppendedTogetherAndAnsweredInOrder) {
    start();
    std::vector<int> answered;
    std::promise<void> last;
    Gate gate(*writer_);
    for (int i = 0; i < 600; ++i) {
        writer_->submit(command(mark("s" + std::to_string(i))), [&, i](const WriteResult& result) {
            EXPECT_TRUE(result);
            answered.push_back(i);
            if (i == 599) last.set_value();
        });
    }
    gate.open();
    last.get_future().wait();
    EXPECT_EQ(log_.appends().size(), 3U);  // 256 + 256 + 88
    EXPECT_EQ(answered.size(), 600U);
    EXPECT_TRUE(std::ranges::is_sorted(answered));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, ManyThreadsAreEachAnsweredOnce) {
    start();
    constexpr int each = 200;
    std::atomic<int> answers = 0;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            log::Sequence before = 0;
            for (int i = 0; i < each; ++i) {
                const auto name = std::to_string(thread) + "." + std::to_string(i);
                const auto committed = submit_and_wait(*writer_, command(mark(name)));
                ASSERT_TRUE(committed);
                EXPECT_GT(committed.value().sequence, before);
                EXPECT_TRUE(mode_of(name));
                before = committed.value().sequence;
                ++answers;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(answers, 8 * each);
    EXPECT_EQ(memory_log_.head().value(), 1U + 8 * each);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, ALargeBatchIsSplit) {
    start();
    const std::string reason(1'000'000, 'x');
    std::vector<std::future<WriteResult>> answers;
    Gate gate(*writer_);
    for (int i = 0; i < 10; ++i) {
        answers.push_back(
            submit(*writer_,
                   command({DeploymentChanged{
                       RegionName{"eu"}, {subject("s"), {i}}, DeploymentState::failed, reason}})));
    }
    gate.open();
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
    EXPECT_EQ(log_.appends().size(), 2U);
    expect_caught_up();
    expect_heard_all();
}

/// Writes `events` unless something changed the subject since `read_at`.
Command unless_changed(const Subject& subject, log::Sequence read_at, const Events& events) {
    return {{}, [=](const Queries& state) -> ResultOr<Events, Stale> {
                if (last_change(state, subject) > read_at) return Stale{};
                return events;
            }};
}

TEST_F(WriterTest, OfTwoCommandsThatRestOnOneStateTheSecondIsStale) {
    start();
    const auto read_at = applied(*view_);
    Gate gate(*writer_);
    auto first = submit(*writer_, unless_changed(subject("s"), read_at, mark("s")));
    auto second = submit(*writer_, unless_changed(subject("s"), read_at, mark("s")));
    auto other = submit(*writer_, unless_changed(subject("t"), read_at, mark("t")));
    gate.open();
    EXPECT_TRUE(first.get());
    const auto refused = second.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::stale);
    EXPECT_TRUE(other.get());
    EXPECT_EQ(log_.appends().size(), 1U);
    EXPECT_EQ(in_log(mark("s")), 1);
}

TEST_F(WriterTest, TheSecondOfABatchSeesTheFirst) {
    start();
    Gate gate(*writer_);
    auto first = submit(*writer_, command(mark("s")));
    bool seen = false;
    auto second = submit(*writer_, {{}, [&](const Queries& state) -> ResultOr<Events, Stale> {
                                        seen = state.mode(subject("s")).has_value();
                                        return Events{};
                                    }});
    EXPECT_FALSE(mode_of("s"));  // nobody else sees it yet
    gate.open();
    EXPECT_EQ(first.get().value().sequence, 2U);
    EXPECT_EQ(second.get().value().sequence, 2U);
    EXPECT_TRUE(seen);
}

// Decisions that fail

TEST_F(WriterTest, ADecisionThatThrowsIsRefusedAlone) {
    start();
    Gate gate(*writer_);
    auto before = submit(*writer_, command(mark("a")));
    auto unreadable = submit(*writer_, {{}, [](const Queries&) -> ResultOr<Events, Stale> {
                                            throw ViewUnreadable("no disk");
                                        }});
    auto broken = submit(*writer_, {{}, [](const Queries&) -> ResultOr<Events, Stale> {
                                        throw std::logic_error("a bug");
                                    }});
    auto after = submit(*writer_, command(mark("b")));
    gate.open();
    EXPECT_TRUE(before.get());
    const auto refused = unreadable.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_EQ(refused.error().reason, "no disk");
    EXPECT_EQ(broken.get().error().reason, "a bug");
    EXPECT_TRUE(after.get());
    expect_caught_up();
}

TEST_F(WriterTest, ATextThatIsNoUtf8LooksAliveAsItDoesRebuilt) {
    start();
    ASSERT_TRUE(write(command({DeploymentChanged{
        RegionName{"eu"}, {subject("s"), {1}}, DeploymentState::failed, "caf\xe9"}})));
    expect_caught_up();
}

// A log that fails

TEST_F(WriterTest, AConflictThatNobodyCausedIsDecidedAgain) {
    start();
    faults_.inject(Fault::conflict);
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_heard_all();
}

TEST_F(WriterTest, AForeignWriterIsSeenBeforeTheCommandIsDecidedAgain) {
    start();
    faults_.set_foreign({7, {}, encode(mark("foreign"))});
    faults_.inject(Fault::foreign_writer);
    int decisions = 0;
    bool seen = false;
    const auto committed = write({{}, [&](const Queries& state) -> ResultOr<Events, Stale> {
                                      ++decisions;
                                      seen = state.mode(subject("foreign")).has_value();
                                      return mark("s");
                                  }});
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 3U);
    EXPECT_EQ(decisions, 2);
    EXPECT_TRUE(seen);
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, ACommandThatAForeignWriterOvertookIsStale) {
    start();
    faults_.set_foreign({7, {}, encode({ModeSet{subject("s"), Mode::readonly}})});
    faults_.inject(Fault::foreign_writer);
    const auto refused = write(unless_changed(subject("s"), applied(*view_), mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::stale);
    EXPECT_EQ(in_log(mark("s")), 0);
    EXPECT_EQ(mode_of("s"), Mode::readonly);
    expect_heard_all();
}

TEST_F(WriterTest, ForeignWritersThatAreAlwaysFasterMakeItStale) {
    start();
    faults_.set_foreign({7, {}, encode(mark("foreign"))});
    for (int i = 0; i < 5; ++i) faults_.inject(Fault::foreign_writer);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::stale);
    EXPECT_EQ(in_log(mark("s")), 0);
    expect_caught_up();
}

TEST_F(WriterTest, WhatAForeignWriterSaysMustBeUnderstood) {
    start();
    faults_.inject(Fault::foreign_writer);  // its body is no entry of a catalog
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().reason, HasSubstr("entry 2 of the log cannot be understood"));
    EXPECT_FALSE(write(command(mark("t"))));
    EXPECT_EQ(in_log(mark("s")) + in_log(mark("t")), 0);
    EXPECT_FALSE(mode_of("s"));
}

TEST_F(WriterTest, UnavailableIsAnsweredAndGoneWithTheNext) {
    start();
    faults_.inject(Fault::unavailable);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_EQ(refused.error().reason, "injected: unavailable");
    EXPECT_FALSE(mode_of("s"));
    EXPECT_TRUE(write(command(mark("t"))));
    EXPECT_EQ(in_log(mark("s")), 0);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, UnknownButWrittenIsAcknowledgedOnce) {
    start();
    faults_.inject(Fault::unknown_written);
    const auto committed = write(command(mark("s")));
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 2U);
    EXPECT_EQ(in_log(mark("s")), 1);
    EXPECT_TRUE(write(command(mark("t"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, UnknownAndNotWrittenIsWrittenOnce) {
    start();
    faults_.inject(Fault::unknown_not_written);
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, UnknownAndOvertakenIsDecidedAgain) {
    start();
    // Somebody else's entry stands where ours may have been.
    faults_.inject(Fault::unknown_not_written);
    append(memory_log_, 5, mark("foreign"));
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, UnknownThatCannotBeReadBackIsNotAcknowledgedAndShowsLater) {
    start();
    faults_.inject(Fault::unknown_written);
    log_.allow_reads(0);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_FALSE(mode_of("s"));  // perhaps not durable
    EXPECT_FALSE(write(command(mark("t"))));
    log_.allow_reads(WatchedLog::for_ever);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(mode_of("s"));
    EXPECT_TRUE(write(unless_changed(subject("u"), applied(*view_), mark("u"))));
    EXPECT_EQ(in_log(mark("t")), 0);
    expect_heard_all();
}

TEST_F(WriterTest, ALogThatCannotBeReadAfterAConflictIsUnavailableAndNotStale) {
    start();
    faults_.inject(Fault::foreign_writer);
    faults_.set_foreign({7, {}, encode(mark("foreign"))});
    log_.allow_reads(0);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    log_.allow_reads(WatchedLog::for_ever);
    EXPECT_TRUE(write(command(mark("t"))));
    expect_caught_up();
    expect_heard_all();
}

// A view that fails

class WriterOnABadDisk : public WriterTest {
  protected:
    ~WriterOnABadDisk() override {
        writer_.reset();
        view_.reset();
    }

    void start_on_disk() { start({env_.root() + "/view", env_.env(), {}}); }

    log::UnsyncedEnv env_;
};

TEST_F(WriterOnABadDisk, AViewThatCannotBeWrittenFollowsLater) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().fail_changes(0, 1);
    const auto refused = write(command(mark("b")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_THAT(refused.error().reason, HasSubstr("the view cannot be written"));
    EXPECT_EQ(in_log(mark("b")), 1);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(mode_of("b"));
    EXPECT_TRUE(write(command(mark("c"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, AViewWhoseDiskFailsForLongServesReadsAndFollowsLater) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().fail_changes(0, log::SimulatedDisk::unlimited);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(write(command(mark("b"))));
        EXPECT_TRUE(mode_of("a"));
    }
    env_.disk().fail_changes(0, 0);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(write(command(mark("c"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, SlowReadersKeepTheirSnapshotWhileTheViewRecovers) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    auto held = view_->snapshot();
    const auto before = all_of(*held);
    env_.disk().fail_changes(0, 1);
    EXPECT_FALSE(write(command(mark("b"))));
    EXPECT_FALSE(write(command(mark("c"))));  // as long as it is held
    EXPECT_EQ(all_of(*held), before);
    held.reset();
    expect_caught_up();
    EXPECT_TRUE(mode_of("b"));
    EXPECT_TRUE(write(command(mark("c"))));
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, AFullDiskRefusesWritesServesReadsAndRecovers) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("before"))));
    env_.disk().set_free_bytes(2000, log::SimulatedDisk::SpaceReport::honest);
    int refused = 0;
    std::vector<std::string> acknowledged{"before"};
    for (int i = 0; i < 200 && refused < 20; ++i) {
        const auto name = "s" + std::to_string(i);
        const auto result = write(command(mark(name)));
        if (result) {
            acknowledged.push_back(name);
        } else {
            EXPECT_EQ(result.error().kind, Kind::unavailable);
            ++refused;
        }
        for (const auto& each : acknowledged) EXPECT_TRUE(mode_of(each));
    }
    EXPECT_EQ(refused, 20);
    EXPECT_GT(acknowledged.size(), 1U);
    env_.disk().set_free_bytes(log::SimulatedDisk::unlimited,
                               log::SimulatedDisk::SpaceReport::honest);
    expect_caught_up();
    EXPECT_TRUE(write(command(mark("after"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, APowerCutLeavesAViewThatCatchesUp) {
    start_on_disk();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(write(command(mark("s" + std::to_string(i)))));
    env_.disk().power_off_after(0);
    writer_.reset();
    view_.reset();
    env_.disk().power_on(0);
    start_on_disk();
    expect_caught_up();
}

// The end

TEST_F(WriterTest, StopAnswersEverything) {
    start();
    std::vector<std::future<WriteResult>> answers;
    Gate gate(*writer_);
    for (int i = 0; i < 1000; ++i) {
        answers.push_back(submit(*writer_, command(mark("s" + std::to_string(i)))));
    }
    std::jthread stopping([&] { writer_->stop(); });
    gate.open();
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
    stopping.join();
    auto late = write(command(mark("late")));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::unavailable);
    EXPECT_EQ(late.error().reason, "the gateway is stopping");
    writer_->stop();
    expect_caught_up();
}

TEST_F(WriterTest, StopAnswersEverythingThoughTheLogFails) {
    start();
    std::vector<std::future<WriteResult>> answers;
    faults_.inject(Fault::unknown_written);
    Gate gate(*writer_);
    log_.allow_reads(0);
    for (int i = 0; i < 1000; ++i) answers.push_back(submit(*writer_, command(mark("s"))));
    std::jthread stopping([&] { writer_->stop(); });
    gate.open();
    for (auto& answer : answers) EXPECT_FALSE(answer.get());
}

TEST_F(WriterTest, SubmissionsThatRaceWithStopAreAnsweredOnce) {
    for (int round = 0; round < 20; ++round) {
        start();
        std::atomic<int> answers = 0;
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) {
                    writer_->submit(command(mark("s")), [&](const WriteResult&) { ++answers; });
                }
            });
        }
        writer_->stop();
        threads.clear();
        EXPECT_EQ(answers, 200);
    }
}

// Everything at once

/// Commands of their own subjects and of one shared subject, with every fault in between.
TEST_F(WriterTest, UnderRandomFaultsNothingAcknowledgedIsLostAndNothingIsAppliedTwice) {
    start();
    faults_.set_foreign({7, {}, encode(mark("foreign"))});
    std::atomic<bool> done = false;
    std::jthread saboteur([&] {
        std::mt19937 random(42);
        while (!done) {
            faults_.inject(static_cast<Fault>(random() % 5));
            if (random() % 4 == 0) log_.allow_reads(static_cast<int>(random() % 3));
            for (auto pause = random() % 2000; pause-- > 0;) std::this_thread::yield();
            log_.allow_reads(WatchedLog::for_ever);
        }
    });
    std::mutex mutex;
    std::vector<std::string> acknowledged;
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 150; ++i) {
                const auto name = std::to_string(thread) + "." + std::to_string(i);
                // At most once: whoever tries again sees what an earlier try has left behind.
                for (int attempt = 0; attempt < 3; ++attempt) {
                    const auto result = submit_and_wait(
                        *writer_, unless_changed(subject(name), first_heard_ - 1, mark(name)));
                    if (!result) continue;
                    EXPECT_TRUE(mode_of(name));
                    const std::lock_guard guard(mutex);
                    acknowledged.push_back(name);
                    break;
                }
            }
        });
    }
    threads.clear();
    done = true;
    saboteur.join();
    EXPECT_GT(acknowledged.size(), 100U);
    for (const auto& name : acknowledged) EXPECT_EQ(in_log(mark(name)), 1) << name;
    for (int thread = 0; thread < 6; ++thread) {
        for (int i = 0; i < 150; ++i) {
            EXPECT_LE(in_log(mark(std::to_string(thread) + "." + std::to_string(i))), 1);
        }
    }
    expect_caught_up();
    expect_heard_all();
}

}  // namespace
}  // namespace sgw::catalog
