// The writer over a log that conflicts, refuses, does not know, cannot be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/catalog/writer.hpp"
#include "tests/catalog/writer_fixture.hpp"

namespace sgw::catalog {
namespace {

using log::Fault;
using testing::HasSubstr;
using Kind = WriteFailure::Kind;

class WriterOverABadLog : public WriterTest {};

TEST_F(WriterOverABadLog, AConflictThatNobodyCausedIsDecidedAgain) {
    start();
    faults_.inject(Fault::conflict);
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_heard_all();
}

TEST_F(WriterOverABadLog, AForeignWriterIsSeenBeforeTheCommandIsDecidedAgain) {
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

TEST_F(WriterOverABadLog, ACommandThatAForeignWriterOvertookIsStale) {
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

TEST_F(WriterOverABadLog, ForeignWritersThatAreAlwaysFasterMakeItStale) {
    start();
    faults_.set_foreign({7, {}, encode(mark("foreign"))});
    for (int i = 0; i < 5; ++i) faults_.inject(Fault::foreign_writer);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::stale);
    EXPECT_EQ(in_log(mark("s")), 0);
    expect_caught_up();
}

TEST_F(WriterOverABadLog, WhatAForeignWriterSaysMustBeUnderstood) {
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

TEST_F(WriterOverABadLog, UnavailableIsAnsweredAndGoneWithTheNext) {
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

TEST_F(WriterOverABadLog, UnknownButWrittenIsAcknowledgedOnce) {
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

TEST_F(WriterOverABadLog, UnknownAndNotWrittenIsWrittenOnce) {
    start();
    faults_.inject(Fault::unknown_not_written);
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOverABadLog, UnknownAndOvertakenIsDecidedAgain) {
    start();
    // Somebody else's entry stands where ours may have been.
    faults_.inject(Fault::unknown_not_written);
    append(memory_log_, 5, mark("foreign"));
    EXPECT_TRUE(write(command(mark("s"))));
    EXPECT_EQ(in_log(mark("s")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOverABadLog, UnknownThatCannotBeReadBackIsNotAcknowledgedAndShowsLater) {
    start();
    faults_.inject(Fault::unknown_written);
    log_.allow_reads(0);
    const auto refused = write(command(mark("s")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unknown);
    EXPECT_FALSE(mode_of("s"));  // perhaps not durable
    EXPECT_FALSE(write(command(mark("t"))));
    log_.allow_reads(WatchedLog::for_ever);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(mode_of("s"));
    EXPECT_TRUE(write(unless_changed(subject("u"), applied(*view_), mark("u"))));
    EXPECT_EQ(in_log(mark("t")), 0);
    expect_heard_all();
}

TEST_F(WriterOverABadLog, OfABatchThatMayBeThereOnlyWhatIsInItIsSaidToBeUnknown) {
    start();
    faults_.inject(Fault::unknown_written);
    faults_.fail_reads(1);
    expect_batch_to_fail(Kind::unknown);
    EXPECT_EQ(in_log(mark("w")), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOverABadLog, OfABatchThatIsNotThereWhatHadNothingToWriteIsCommitted) {
    start();
    faults_.inject(Fault::unavailable);
    expect_batch_to_fail(Kind::unavailable);
    EXPECT_EQ(in_log(mark("w")), 0);
    expect_heard_all();
}

/// Fills a batch.
Events large() {
    return {DeploymentChanged{RegionName{"eu"},
                              {subject("s"), {1}},
                              DeploymentState::failed,
                              std::string(std::size_t{8} * 1024 * 1024, 'x')}};
}

TEST_F(WriterOverABadLog, BehindABatchThatMayBeThereTheNextIsWrittenOnItsOwn) {
    start();
    faults_.inject(Fault::unknown_written);
    faults_.fail_reads(1);
    Gate gate(*writer_);
    auto first = submit(*writer_, command(large()));
    auto behind = submit(*writer_, command(mark("behind")));
    gate.open();
    expect_refused(first, Kind::unknown);
    const auto committed = behind.get();
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 3U);
    EXPECT_EQ(in_log(large()), 1);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOverABadLog, BehindABatchThatMayBeThereNothingElseIsSaidToBeThere) {
    start();
    faults_.inject(Fault::unknown_written);
    log_.allow_reads(0);
    Gate gate(*writer_);
    auto first = submit(*writer_, command(large()));
    auto behind = submit(*writer_, command(mark("behind")));
    auto nothing_to_write = submit(*writer_, command({}));
    gate.open();
    expect_refused(first, Kind::unknown);
    expect_refused(behind, Kind::unavailable);
    expect_refused(nothing_to_write, Kind::unavailable);
    EXPECT_EQ(in_log(mark("behind")), 0);
    log_.allow_reads(WatchedLog::for_ever);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOverABadLog, ALogThatCannotBeReadAfterAConflictIsUnavailableAndNotStale) {
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

TEST_F(WriterOverABadLog, StopAnswersEverythingThoughTheLogFails) {
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

/// Commands of their own subjects and of one shared subject, with every fault in between.
TEST_F(WriterOverABadLog, UnderRandomFaultsNothingAcknowledgedIsLostAndNothingIsAppliedTwice) {
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
