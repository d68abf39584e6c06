#include "store/catalog/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/catalog/writer_fixture.hpp"

namespace sgw::catalog {
namespace {

using testing::IsEmpty;
using Kind = WriteFailure::Kind;

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

// What waits

Command command_of(std::size_t bytes, const std::string& name) {
    auto result = command(mark(name));
    result.bytes = bytes;
    return result;
}

void expect_refused_at_once(std::future<WriteResult> answer) {
    ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    const auto refused = answer.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unavailable);
    EXPECT_EQ(refused.error().reason, "too many writes are waiting");
}

TEST_F(WriterTest, BeyondTheBoundInNumberCommandsAreRefusedAtOnce) {
    limits_ = {.commands = 3, .bytes = 100};
    start();
    std::vector<std::future<WriteResult>> answers;
    Gate gate(*writer_);
    for (int i = 0; i < 3; ++i) answers.push_back(submit(*writer_, command(mark("s"))));
    expect_refused_at_once(submit(*writer_, command(mark("refused"))));
    gate.open();
    for (auto& answer : answers) EXPECT_TRUE(answer.get());
    EXPECT_TRUE(write(command(mark("after"))));
    EXPECT_EQ(in_log(mark("refused")), 0);
    EXPECT_EQ(writer_->refusals().full, 1U);
    expect_heard_all();
}

TEST_F(WriterTest, BeyondTheBoundInBytesCommandsAreRefusedAtOnce) {
    limits_ = {.commands = 100, .bytes = 100};
    start();
    Gate gate(*writer_);
    auto first = submit(*writer_, command_of(60, "a"));
    auto second = submit(*writer_, command_of(40, "b"));
    expect_refused_at_once(submit(*writer_, command_of(1, "refused")));
    gate.open();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
    EXPECT_TRUE(write(command_of(60, "c")));
    EXPECT_EQ(in_log(mark("refused")), 0);
    EXPECT_EQ(writer_->refusals().full, 1U);
}

TEST_F(WriterTest, ACommandThatIsLargerThanTheBoundMayWaitAlone) {
    limits_ = {.commands = 100, .bytes = 100};
    start();
    Gate gate(*writer_);
    auto large = submit(*writer_, command_of(1000, "a"));
    expect_refused_at_once(submit(*writer_, command_of(0, "refused")));
    gate.open();
    EXPECT_TRUE(large.get());
    EXPECT_TRUE(write(command_of(1000, "b")));
}

TEST_F(WriterTest, ACommandWhoseDeadlinePassesWhileTheLogHangsIsNotWritten) {
    start();
    faults_.hold();
    auto hanging = submit(*writer_, command(mark("hanging")));
    faults_.wait_for_held_append();
    auto late = command(mark("late"));
    late.deadline = std::chrono::steady_clock::now();
    auto refused = submit(*writer_, std::move(late));
    auto patient = command(mark("patient"));
    patient.deadline = std::chrono::steady_clock::now() + long_enough;
    auto accepted = submit(*writer_, std::move(patient));
    faults_.let_go();
    EXPECT_TRUE(hanging.get());
    EXPECT_TRUE(accepted.get());
    const auto failure = refused.get();
    ASSERT_FALSE(failure);
    EXPECT_EQ(failure.error().kind, Kind::unavailable);
    EXPECT_EQ(failure.error().reason, "it waited too long for the writes before it");
    EXPECT_EQ(in_log(mark("late")), 0);
    EXPECT_EQ(writer_->refusals().overdue, 1U);
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterTest, ALogThatHangsPilesUpNoMoreThanTheBound) {
    limits_ = {.commands = 10, .bytes = 1000};
    start();
    faults_.hold();
    std::vector<std::future<WriteResult>> answers;
    answers.push_back(submit(*writer_, command(mark("hanging"))));
    faults_.wait_for_held_append();
    for (int i = 0; i < 1000; ++i) answers.push_back(submit(*writer_, command_of(200, "s")));
    EXPECT_EQ(writer_->refusals().full, 995U);
    faults_.let_go();
    EXPECT_EQ(std::ranges::count_if(answers, [](auto& answer) { return bool(answer.get()); }), 6);
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

}  // namespace
}  // namespace sgw::catalog
