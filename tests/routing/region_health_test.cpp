#include "routing/region_health.hpp"

#include <gtest/gtest.h>

namespace sgw::routing {
namespace {

using Change = RegionHealth::Change;

TEST(RegionHealth, BeginsUnknown) {
    const RegionHealth health(3);
    EXPECT_EQ(health.read(), Up::unknown);
    EXPECT_EQ(health.write(), Up::unknown);
    EXPECT_TRUE(health.may_read());
    EXPECT_FALSE(health.may_write());
}

TEST(RegionHealth, LeavesOutAfterConsecutiveFailures) {
    RegionHealth health(3);
    EXPECT_EQ(health.probe_succeeded(), Change::came_up);
    EXPECT_EQ(health.probe_succeeded(), Change::none);
    EXPECT_EQ(health.failed("1"), Change::none);
    EXPECT_EQ(health.failed("2"), Change::none);
    EXPECT_EQ(health.succeeded(), Change::none);
    EXPECT_EQ(health.failed("3"), Change::none);
    EXPECT_EQ(health.failed("4"), Change::none);
    EXPECT_TRUE(health.may_read());
    EXPECT_EQ(health.failed("5"), Change::went_down);
    EXPECT_FALSE(health.may_read());
    EXPECT_FALSE(health.may_write());
    EXPECT_EQ(health.reason(), "5");
    EXPECT_EQ(health.ejections(), 1U);
    EXPECT_EQ(health.failed("6"), Change::none);
    EXPECT_EQ(health.consecutive_failures(), 4U);
    EXPECT_EQ(health.ejections(), 1U);
}

TEST(RegionHealth, ComesBackByAProbeAlone) {
    RegionHealth health(1);
    EXPECT_EQ(health.failed("gone"), Change::went_down);
    EXPECT_EQ(health.succeeded(), Change::none);
    EXPECT_FALSE(health.may_read());
    EXPECT_EQ(health.probe_succeeded(), Change::came_up);
    EXPECT_TRUE(health.may_read());
    EXPECT_EQ(health.reason(), "");
    EXPECT_EQ(health.consecutive_failures(), 0U);
}

TEST(RegionHealth, NeverSeenIsNoEjection) {
    RegionHealth health(1);
    EXPECT_EQ(health.failed("gone"), Change::went_down);
    EXPECT_EQ(health.ejections(), 0U);
    health.probe_succeeded();
    health.failed("gone");
    EXPECT_EQ(health.ejections(), 1U);
}

TEST(RegionHealth, ReadsGoOnWithoutALeader) {
    RegionHealth health(3);
    health.probe_succeeded();
    EXPECT_TRUE(health.may_write());
    EXPECT_EQ(health.write_failed("no leader"), Change::went_down);
    EXPECT_EQ(health.write_failed("no leader"), Change::none);
    EXPECT_EQ(health.write(), Up::no);
    EXPECT_EQ(health.read(), Up::yes);
    EXPECT_TRUE(health.may_read());
    EXPECT_FALSE(health.may_write());
}

// Nothing but a write tells that there is a leader again, so writes have to be let through now and
// then.
TEST(RegionHealth, EachProbeLetsWritesBeTriedOnceMore) {
    RegionHealth health(3);
    health.probe_succeeded();
    health.write_failed("no leader");
    EXPECT_EQ(health.probe_succeeded(), Change::none);
    EXPECT_TRUE(health.may_write());
    EXPECT_EQ(health.write(), Up::no);
    EXPECT_EQ(health.write_failed("still none"), Change::none);
    EXPECT_FALSE(health.may_write());
    EXPECT_EQ(health.reason(), "still none");
    health.probe_succeeded();
    EXPECT_EQ(health.write_succeeded(), Change::came_up);
    EXPECT_EQ(health.write(), Up::yes);
    EXPECT_EQ(health.write_succeeded(), Change::none);
}

TEST(RegionHealth, FirstWriteIsNoChange) {
    RegionHealth health(3);
    health.probe_succeeded();
    EXPECT_EQ(health.write_succeeded(), Change::none);
    EXPECT_EQ(health.write(), Up::yes);
    health.failed("1");
    health.failed("2");
    health.failed("3");
    EXPECT_EQ(health.write(), Up::no);
}

}  // namespace
}  // namespace sgw::routing
