#include "routing/region_health.hpp"

#include <gtest/gtest.h>

namespace sgw::routing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = Failed::Kind;

/// A region's health and a clock that only tests move.
class Health : public ::testing::Test {
  protected:
    bool probe(milliseconds took = milliseconds(1)) { return health_.probe_answered(now_, took); }
    bool fail(std::string_view about = "", Kind kind = Kind::transport) {
        return health_.failed(now_, {kind, "reason"}, about);
    }
    void fail_times(int count) {
        for (int i = 0; i < count; ++i) fail();
    }
    void pass(milliseconds time) { now_ += time; }
    bool may_read() const { return health_.may_read(now_); }

    /// Answers probes once a second until reads are let in again, and says after how long.
    milliseconds out_for() {
        const auto began = now_;
        while (!may_read()) {
            pass(milliseconds(100));
            probe();
        }
        return std::chrono::duration_cast<milliseconds>(now_ - began);
    }

    RegionHealth health_{HealthPolicy{}};
    RegionHealth::TimePoint now_{hours(1)};
};

TEST_F(Health, BeginsUnknown) {
    EXPECT_EQ(health_.read(), Up::unknown);
    EXPECT_EQ(health_.write(), Up::unknown);
    EXPECT_EQ(health_.reachable(), Up::unknown);
    EXPECT_TRUE(may_read());
    EXPECT_FALSE(health_.may_write());
}

TEST_F(Health, LeavesOutAfterConsecutiveFailures) {
    EXPECT_TRUE(probe());
    EXPECT_FALSE(probe());
    EXPECT_FALSE(fail());
    EXPECT_FALSE(fail());
    health_.answered(milliseconds(1));
    EXPECT_FALSE(fail());
    EXPECT_FALSE(fail());
    EXPECT_TRUE(may_read());
    EXPECT_TRUE(fail());
    EXPECT_FALSE(may_read());
    EXPECT_FALSE(health_.may_write());
    EXPECT_EQ(health_.reachable(), Up::no);
    EXPECT_EQ(health_.reason(), "reason");
    EXPECT_EQ(health_.ejections(), 1U);
    EXPECT_FALSE(fail());
    EXPECT_EQ(health_.ejections(), 1U);
}

TEST_F(Health, AnAnswerToACallDoesNotEndATimeOut) {
    probe();
    fail_times(3);
    pass(seconds(5));
    health_.answered(milliseconds(1));
    EXPECT_FALSE(may_read());
    EXPECT_FALSE(health_.may_write());
    EXPECT_TRUE(probe());
    EXPECT_TRUE(may_read());
    EXPECT_EQ(health_.reason(), "");
}

TEST_F(Health, NeverSeenIsNoEjection) {
    fail_times(3);
    EXPECT_FALSE(may_read());
    EXPECT_EQ(health_.ejections(), 0U);
    pass(seconds(1));
    probe();
    fail_times(3);
    EXPECT_EQ(health_.ejections(), 1U);
}

TEST_F(Health, WhatCountsAgainstTheRegion) {
    struct Row {
        Kind kind;
        const char* about;
        bool counts;
    };
    const Row rows[] = {
        {Kind::transport, "", true},
        {Kind::transport, "orders", true},
        {Kind::server_error, "", true},
        {Kind::server_error, "orders", true},
        {Kind::garbage, "", true},
        {Kind::garbage, "orders", false},
        {Kind::no_leader, "", false},
        {Kind::throttled, "", false},
        {Kind::credentials, "", false},
    };
    for (const auto& row : rows) {
        HealthPolicy policy;
        policy.failures = 1;
        RegionHealth health(policy);
        health.probe_answered(now_, milliseconds(1));
        health.failed(now_, {row.kind, "why"}, row.about);
        EXPECT_EQ(health.read() == Up::no, row.counts)
            << static_cast<int>(row.kind) << " " << row.about;
    }
}

TEST_F(Health, WhatFailsForOneSubjectDoesNotLeaveTheRegionOut) {
    probe();
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(fail("orders"));
    EXPECT_TRUE(may_read());
    EXPECT_FALSE(fail("invoices"));
    EXPECT_FALSE(fail("orders"));
    EXPECT_TRUE(may_read());
    EXPECT_TRUE(fail("id 7"));
    EXPECT_FALSE(may_read());
}

TEST_F(Health, AnAnswerInBetweenForgetsTheSubjectsThatFailed) {
    probe();
    for (int i = 0; i < 100; ++i) {
        fail("orders");
        fail("invoices");
        health_.answered(milliseconds(1));
    }
    EXPECT_TRUE(may_read());
}

TEST_F(Health, ProbesThatFailLeaveTheRegionOutWhateverElseIsAsked) {
    probe();
    fail("orders");
    fail();
    fail("orders");
    EXPECT_TRUE(may_read());
    EXPECT_TRUE(fail());
    EXPECT_FALSE(may_read());
}

TEST_F(Health, AnEjectionHoldsAndLastsLongerEachTime) {
    probe();
    std::vector<milliseconds> holds;
    for (int i = 0; i < 8; ++i) {
        fail_times(3);
        holds.push_back(out_for());
    }
    EXPECT_EQ(holds,
              (std::vector<milliseconds>{seconds(1),
                                         seconds(2),
                                         seconds(4),
                                         seconds(8),
                                         seconds(16),
                                         seconds(30),
                                         seconds(30),
                                         seconds(30)}));
    EXPECT_EQ(health_.ejections(), 8U);
}

TEST_F(Health, GoodServiceMakesTheNextEjectionTheFirst) {
    struct Row {
        int ejections;
        milliseconds good_service;
        milliseconds next;
    };
    const Row rows[] = {
        {1, milliseconds(9'999), seconds(2)},
        {1, seconds(10), seconds(1)},
        {2, milliseconds(9'999), seconds(4)},
        {2, seconds(10), seconds(1)},
        {5, seconds(15), seconds(30)},  // less than the 16 s that it was out
        {5, seconds(16), seconds(1)},
        {7, seconds(29), seconds(30)},
        {7, seconds(30), seconds(1)},
    };
    for (const auto& row : rows) {
        health_ = RegionHealth{HealthPolicy{}};
        probe();
        for (int i = 0; i < row.ejections; ++i) {
            fail_times(3);
            out_for();
        }
        pass(row.good_service);
        fail_times(3);
        EXPECT_EQ(out_for(), row.next) << row.ejections << " " << row.good_service.count();
    }
}

// What a long outage has to do with a flapping region: nothing.
TEST_F(Health, AfterAPlainOutageTheFirstProbeBringsItBack) {
    probe();
    for (int outage = 0; outage < 3; ++outage) {
        fail_times(3);
        for (int second = 0; second < 10; ++second) {
            pass(seconds(1));
            fail();
            EXPECT_FALSE(may_read());
        }
        EXPECT_TRUE(probe());
        EXPECT_TRUE(may_read());
        EXPECT_TRUE(health_.may_write());
        pass(seconds(2));
    }
}

TEST_F(Health, DeploymentsComeBackWithTheFirstProbe) {
    probe();
    for (int i = 0; i < 5; ++i) {
        fail_times(3);
        EXPECT_FALSE(health_.may_write());
        EXPECT_TRUE(probe());
        EXPECT_TRUE(health_.may_write());
        EXPECT_FALSE(may_read());
        out_for();
    }
}

TEST_F(Health, ASlowProbeIsNoProofOfReads) {
    struct Row {
        milliseconds took;
        bool reads;
    };
    for (const auto& row : {Row{milliseconds(0), true},
                            Row{milliseconds(300), true},
                            Row{milliseconds(301), false},
                            Row{seconds(1), false}}) {
        health_ = RegionHealth{HealthPolicy{}};
        probe();
        fail_times(3);
        pass(seconds(1));
        EXPECT_TRUE(probe(row.took));
        EXPECT_EQ(may_read(), row.reads) << row.took.count();
        EXPECT_TRUE(health_.may_write());
        EXPECT_EQ(health_.reachable(), Up::yes);
    }
}

TEST_F(Health, SlowProbesInARowLeaveARegionOutForReadsAlone) {
    EXPECT_TRUE(probe(milliseconds(400)));
    EXPECT_EQ(health_.read(), Up::unknown);
    EXPECT_FALSE(probe(milliseconds(400)));
    EXPECT_TRUE(may_read());
    EXPECT_TRUE(probe(milliseconds(400)));
    EXPECT_FALSE(may_read());
    EXPECT_TRUE(health_.may_write());
    EXPECT_EQ(health_.ejections(), 1U);
    EXPECT_EQ(health_.reason(), "a probe took 400 ms, a read waits 300 ms");
}

TEST_F(Health, ASlowAnswerDoesNotForgetFailedReads) {
    probe();
    fail("a");
    fail("b");
    health_.answered(milliseconds(400));
    EXPECT_TRUE(fail("c"));
    EXPECT_FALSE(may_read());
    EXPECT_TRUE(health_.may_write());
}

/// Between the time a read waits and the time a probe waits: every read fails, every probe is
/// answered. Reads must not pay for it again each second.
TEST_F(Health, ARegionAtTheEdgeCostsFewSlowReads) {
    struct Row {
        milliseconds probe_takes;
        int most_slow_reads;
    };
    for (const auto& row : {Row{milliseconds(400), 3}, Row{milliseconds(10), 30}}) {
        health_ = RegionHealth{HealthPolicy{}};
        probe();
        int slow_reads = 0;
        for (int tick = 0; tick < 1000; ++tick) {  // 100 s
            pass(milliseconds(100));
            if (may_read()) {
                fail(std::to_string(tick));
                ++slow_reads;
            }
            if (tick % 10 == 9) probe(row.probe_takes);
        }
        EXPECT_LE(slow_reads, row.most_slow_reads) << row.probe_takes.count();
        EXPECT_GE(slow_reads, 3);
    }
}

TEST_F(Health, AThrottlingRegionIsLeftAloneForAsLongAsItSays) {
    struct Row {
        std::optional<milliseconds> retry_after;
        milliseconds expected;
    };
    const Row rows[] = {
        {std::nullopt, seconds(1)},
        {milliseconds(0), milliseconds(0)},
        {seconds(5), seconds(5)},
        {seconds(60), seconds(60)},
        {hours(1), seconds(60)},
    };
    for (const auto& row : rows) {
        health_ = RegionHealth{HealthPolicy{}};
        probe();
        EXPECT_FALSE(health_.failed(now_, {Kind::throttled, "429", row.retry_after}, "orders"));
        probe();
        EXPECT_EQ(may_read(), row.expected == milliseconds(0));
        const auto until = health_.throttled_until(now_);
        EXPECT_EQ(until.value_or(now_), now_ + row.expected);
        pass(row.expected);
        EXPECT_TRUE(may_read());
        EXPECT_EQ(health_.throttled_until(now_), std::nullopt);
        EXPECT_EQ(health_.read(), Up::yes);
        EXPECT_EQ(health_.ejections(), 0U);
    }
}

TEST_F(Health, AShorterThrottleDoesNotCutALongerOne) {
    probe();
    health_.failed(now_, {Kind::throttled, "429", seconds(30)}, "");
    health_.failed(now_, {Kind::throttled, "429", seconds(1)}, "");
    pass(seconds(29));
    EXPECT_FALSE(may_read());
    pass(seconds(1));
    EXPECT_TRUE(may_read());
}

TEST_F(Health, ReadsGoOnWithoutALeader) {
    probe();
    EXPECT_TRUE(health_.may_write());
    EXPECT_TRUE(fail("", Kind::no_leader));
    EXPECT_FALSE(fail("", Kind::no_leader));
    EXPECT_EQ(health_.write(), Up::no);
    EXPECT_EQ(health_.read(), Up::yes);
    EXPECT_TRUE(may_read());
    EXPECT_FALSE(health_.may_write());
}

// Nothing but a write tells that there is a leader again, so writes have to be let through now and
// then.
TEST_F(Health, EachProbeLetsWritesBeTriedOnceMore) {
    probe();
    fail("", Kind::no_leader);
    EXPECT_FALSE(probe());
    EXPECT_TRUE(health_.may_write());
    EXPECT_EQ(health_.write(), Up::no);
    EXPECT_FALSE(fail("", Kind::no_leader));
    EXPECT_FALSE(health_.may_write());
    probe();
    EXPECT_TRUE(health_.write_succeeded());
    EXPECT_EQ(health_.write(), Up::yes);
    EXPECT_FALSE(health_.write_succeeded());
}

TEST_F(Health, TheFirstWriteTellsThatItMayBeWritten) {
    probe();
    EXPECT_EQ(health_.write(), Up::unknown);
    EXPECT_TRUE(health_.write_succeeded());
    EXPECT_FALSE(health_.write_succeeded());
    EXPECT_EQ(health_.write(), Up::yes);
    fail_times(3);
    EXPECT_EQ(health_.write(), Up::no);
}

TEST(FailureStreak, CountsSubjectsOnceAndTheRestAlways) {
    FailureStreak streak;
    for (int i = 0; i < 10; ++i) streak.add("a", 5);
    EXPECT_EQ(streak.length(), 1U);
    streak.add("", 5);
    streak.add("", 5);
    streak.add("b", 5);
    EXPECT_EQ(streak.length(), 4U);
    for (int i = 0; i < 10; ++i) streak.add(std::to_string(i), 5);
    EXPECT_EQ(streak.length(), 5U);
    streak.reset();
    EXPECT_EQ(streak.length(), 0U);
    streak.add("a", 5);
    EXPECT_EQ(streak.length(), 1U);
}

TEST(UpName, NamesEach) {
    EXPECT_EQ(up_name(Up::yes), "up");
    EXPECT_EQ(up_name(Up::no), "down");
    EXPECT_EQ(up_name(Up::unknown), "unknown");
}

}  // namespace
}  // namespace sgw::routing
