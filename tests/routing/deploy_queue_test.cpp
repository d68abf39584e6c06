#include "routing/deploy_queue.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sgw::routing {
namespace {

using catalog::SubjectVersion;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

SubjectVersion version(const std::string& subject, std::int32_t number) {
    return {Subject{Context{}, subject}, Version{number}};
}

std::string shown(const SubjectVersion& what) {
    return what.subject.name + std::to_string(what.version.value);
}

class Queue : public ::testing::Test {
  protected:
    static constexpr DeployQueue::Policy policy{3, milliseconds(100), seconds(1)};

    void add(const std::string& subject, std::initializer_list<std::int32_t> numbers) {
        for (const auto number : numbers) queue_.add(version(subject, number));
    }
    /// All that may be taken now, in order: "a1 b1".
    std::string take() {
        std::string all;
        while (const auto what = queue_.take(now_)) {
            all += (all.empty() ? "" : " ") + shown(*what);
        }
        return all;
    }
    void done(const std::string& subject, std::int32_t number) {
        queue_.done(version(subject, number));
    }
    /// The longest back-off that an attempt may get.
    void retry(const std::string& subject, std::int32_t number) {
        queue_.retry(version(subject, number), now_, 1);
    }
    std::optional<std::chrono::nanoseconds> due_in() const {
        const auto due = queue_.next_due();
        if (!due) return std::nullopt;
        return std::max<std::chrono::nanoseconds>(nanoseconds(0), *due - now_);
    }

    DeployQueue queue_{policy};
    DeployQueue::TimePoint now_{hours(1)};
};

TEST_F(Queue, BeginsEmpty) {
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(take(), "");
    EXPECT_EQ(due_in(), std::nullopt);
}

TEST_F(Queue, VersionsOfASubjectComeOneAfterTheOtherLowestFirst) {
    add("a", {3, 1, 2});
    EXPECT_EQ(take(), "a1");
    EXPECT_EQ(take(), "");
    done("a", 1);
    EXPECT_EQ(take(), "a2");
    done("a", 2);
    EXPECT_EQ(take(), "a3");
    done("a", 3);
    EXPECT_EQ(take(), "");
    EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, ALowerVersionThatComesLaterIsNext) {
    add("a", {2, 3});
    EXPECT_EQ(take(), "a2");
    add("a", {1});
    done("a", 2);
    EXPECT_EQ(take(), "a1");
}

TEST_F(Queue, SubjectsGoSideBySideInTurnAndInBoundedNumber) {
    for (const char* const subject : {"a", "b", "c", "d", "e"}) add(subject, {1, 2});
    EXPECT_EQ(take(), "a1 b1 c1");
    EXPECT_EQ(due_in(), std::nullopt);
    done("b", 1);
    EXPECT_EQ(take(), "d1");
    done("a", 1);
    done("c", 1);
    EXPECT_EQ(take(), "e1 b2");
}

TEST_F(Queue, WhatIsAddedAgainIsDoneOnce) {
    add("a", {1, 1, 1});
    EXPECT_EQ(take(), "a1");
    done("a", 1);
    EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, WhatIsAddedWhileItIsUnderWayIsDoneAgain) {
    add("a", {1});
    EXPECT_EQ(take(), "a1");
    add("a", {1});
    EXPECT_EQ(take(), "");
    done("a", 1);
    EXPECT_EQ(take(), "a1");
    done("a", 1);
    EXPECT_TRUE(queue_.empty());
}

TEST_F(Queue, BackOffDoublesToACap) {
    add("a", {1});
    std::vector<std::chrono::nanoseconds> pauses;
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(take(), "a1");
        retry("a", 1);
        pauses.push_back(due_in().value());
        now_ += pauses.back() - nanoseconds(1);
        EXPECT_EQ(take(), "");
        now_ += nanoseconds(1);
    }
    EXPECT_EQ(pauses,
              (std::vector<std::chrono::nanoseconds>{milliseconds(100),
                                                     milliseconds(200),
                                                     milliseconds(400),
                                                     milliseconds(800),
                                                     seconds(1),
                                                     seconds(1)}));
}

TEST_F(Queue, BackOffIsJittered) {
    add("a", {1});
    take();
    queue_.retry(version("a", 1), now_, 0);
    EXPECT_EQ(due_in(), milliseconds(50));
}

TEST_F(Queue, ASubjectWaitsForItsVersionThatFailedAndOthersDoNot) {
    add("a", {1, 2});
    add("b", {1});
    EXPECT_EQ(take(), "a1 b1");
    retry("a", 1);
    add("a", {3});
    done("b", 1);
    add("c", {1});
    EXPECT_EQ(take(), "c1");
    now_ += milliseconds(100);
    EXPECT_EQ(take(), "a1");
    done("a", 1);
    EXPECT_EQ(take(), "a2");
}

TEST_F(Queue, SuccessMakesTheNextFailureTheFirst) {
    add("a", {1, 2});
    for (int i = 0; i < 5; ++i) {
        take();
        retry("a", 1);
        now_ += seconds(1);
    }
    take();
    done("a", 1);
    EXPECT_EQ(take(), "a2");
    retry("a", 2);
    EXPECT_EQ(due_in(), milliseconds(100));
}

TEST_F(Queue, TheEarliestIsDueFirst) {
    add("a", {1});
    add("b", {1});
    take();
    retry("a", 1);
    now_ += milliseconds(10);
    queue_.retry(version("b", 1), now_, 0);
    EXPECT_EQ(due_in(), milliseconds(50));
    now_ += milliseconds(50);
    EXPECT_EQ(take(), "b1");
    EXPECT_EQ(due_in(), milliseconds(40));
    now_ += milliseconds(40);
    EXPECT_EQ(take(), "a1");
    EXPECT_EQ(due_in(), std::nullopt);
}

TEST_F(Queue, WakingEndsEveryBackOffAndForgetsItsLength) {
    add("a", {1});
    add("b", {1});
    for (int i = 0; i < 5; ++i) {
        take();
        retry("a", 1);
        retry("b", 1);
        now_ += seconds(1);
    }
    take();
    retry("a", 1);
    queue_.wake();  // b is under way
    EXPECT_EQ(due_in(), nanoseconds(0));
    EXPECT_EQ(take(), "a1");
    retry("a", 1);
    retry("b", 1);
    EXPECT_EQ(due_in(), milliseconds(100));
    now_ += milliseconds(100);
    EXPECT_EQ(take(), "a1 b1");
}

TEST_F(Queue, WakingDoesNotEndTheBackOffOfWhatWasRefused) {
    add("a", {1});
    std::vector<std::chrono::nanoseconds> pauses;
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(take(), "a1");
        queue_.wake();
        queue_.refused(version("a", 1), now_, 1);
        queue_.wake();
        EXPECT_EQ(take(), "");
        pauses.push_back(due_in().value());
        now_ += pauses.back();
    }
    EXPECT_EQ(pauses,
              (std::vector<std::chrono::nanoseconds>{milliseconds(100),
                                                     milliseconds(200),
                                                     milliseconds(400),
                                                     milliseconds(800),
                                                     seconds(1),
                                                     seconds(1)}));
}

TEST_F(Queue, WhatWasRefusedKeepsOthersFromNothing) {
    add("a", {1, 2});
    add("b", {1});
    EXPECT_EQ(take(), "a1 b1");
    queue_.refused(version("a", 1), now_, 1);
    retry("b", 1);
    queue_.wake();
    EXPECT_EQ(take(), "b1");
    now_ += milliseconds(100);
    EXPECT_EQ(take(), "a1");
    done("a", 1);
    EXPECT_EQ(take(), "a2");
    retry("a", 2);
    EXPECT_EQ(due_in(), milliseconds(100));
    queue_.wake();
    EXPECT_EQ(take(), "a2");
}

TEST_F(Queue, WhatFailsOtherwiseNextIsWokenAgain) {
    add("a", {1});
    take();
    queue_.refused(version("a", 1), now_, 1);
    now_ += milliseconds(100);
    EXPECT_EQ(take(), "a1");
    retry("a", 1);
    EXPECT_EQ(due_in(), milliseconds(200));
    queue_.wake();
    EXPECT_EQ(take(), "a1");
}

TEST_F(Queue, NothingIsNextWhileTheRegionAsksToBeLeftAlone) {
    add("a", {1, 2});
    add("b", {1});
    EXPECT_EQ(queue_.take(now_), version("a", 1));
    retry("a", 1);
    queue_.hold_until(now_ + seconds(5));
    queue_.hold_until(now_ + seconds(1));
    queue_.wake();
    EXPECT_EQ(due_in(), seconds(5));
    now_ += seconds(5) - nanoseconds(1);
    EXPECT_EQ(take(), "");
    now_ += nanoseconds(1);
    EXPECT_EQ(take(), "b1 a1");
    retry("a", 1);
    queue_.hold_until(now_ + seconds(2));
    EXPECT_EQ(due_in(), seconds(2));
    now_ += seconds(2);
    EXPECT_EQ(take(), "a1");
}

TEST_F(Queue, CountsHowLongAVersionIsMissingUntilItIsSettled) {
    add("a", {1, 2});
    take();
    EXPECT_EQ(queue_.missing_for(version("a", 1), now_), nanoseconds(0));
    retry("a", 1);
    now_ += seconds(3);
    take();
    EXPECT_EQ(queue_.missing_for(version("a", 1), now_), seconds(3));
    queue_.wake();
    EXPECT_EQ(queue_.missing_for(version("a", 1), now_), seconds(3));
    done("a", 1);
    EXPECT_EQ(take(), "a2");
    EXPECT_EQ(queue_.missing_for(version("a", 2), now_), nanoseconds(0));
}

TEST_F(Queue, AVersionIsNotMissingSinceAnotherIs) {
    add("a", {2});
    take();
    queue_.missing_for(version("a", 2), now_);
    retry("a", 2);
    add("a", {1});
    now_ += seconds(3);
    EXPECT_EQ(take(), "a1");
    EXPECT_EQ(queue_.missing_for(version("a", 1), now_), nanoseconds(0));
}

TEST_F(Queue, KnowsWhatAVersionWasContradictedWithBefore) {
    const auto said = [&](int number, const std::string& reason) {
        return queue_.contradicted(version("a", number), reason) == SaidBefore::yes;
    };
    add("a", {1, 2});
    take();
    EXPECT_FALSE(said(1, "id 3"));
    retry("a", 1);
    now_ += seconds(1);
    take();
    EXPECT_FALSE(said(1, "id 4"));
    queue_.wake();
    EXPECT_TRUE(said(1, "id 4"));
    done("a", 1);
    EXPECT_EQ(take(), "a2");
    EXPECT_FALSE(said(2, "id 4"));
    retry("a", 2);
    add("a", {1});
    now_ += seconds(1);
    EXPECT_EQ(take(), "a1");
    EXPECT_FALSE(said(1, "id 4"));
}

// Whatever happens in whatever order: no subject twice at a time, bounded lanes, nothing lost,
// nothing left behind.
TEST_F(Queue, KeepsItsPromisesInAnyOrder) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
    };
    const auto some_version = [&] {
        return version(std::string(1, static_cast<char>('a' + below(6))),
                       static_cast<std::int32_t>(1 + below(4)));
    };
    std::set<SubjectVersion> wanted;
    std::map<Subject, SubjectVersion> under_way;
    for (int step = 0; step < 20'000; ++step) {
        const bool draining = step >= 15'000;
        const auto action = draining ? 1 + below(3) : below(6);
        if (action == 0) {
            const auto what = some_version();
            wanted.insert(what);
            queue_.add(what);
        } else if (action == 1) {
            if (const auto what = queue_.take(now_)) {
                EXPECT_TRUE(under_way.emplace(what->subject, *what).second) << shown(*what);
                EXPECT_EQ(wanted.erase(*what), 1U) << shown(*what);
            }
        } else if (!under_way.empty() && action == 2) {
            const auto one =
                std::next(under_way.begin(), static_cast<std::ptrdiff_t>(below(under_way.size())));
            if (draining || below(2) == 0) {
                queue_.done(one->second);
            } else {
                wanted.insert(one->second);
                if (below(3) == 0) {
                    queue_.refused(one->second, now_, 0.5);
                } else {
                    queue_.retry(one->second, now_, 0.5);
                }
            }
            under_way.erase(one);
        } else if (action == 3) {
            now_ += milliseconds(200);
        } else if (action == 4) {
            queue_.wake();
        } else if (below(10) == 0) {
            queue_.hold_until(now_ + milliseconds(300));
        }
        ASSERT_LE(under_way.size(), 3U);
        ASSERT_EQ(queue_.empty(), wanted.empty() && under_way.empty());
    }
    EXPECT_TRUE(queue_.empty());
}

}  // namespace
}  // namespace sgw::routing
