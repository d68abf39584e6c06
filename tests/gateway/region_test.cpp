#include "gateway/region.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace sgw::gateway {
namespace {

using routing::Admission;
using routing::Contents;
using routing::Failed;
using routing::Standing;
using routing::Up;
using Kind = Failed::Kind;

constexpr std::chrono::milliseconds quick{1};

class RegionTest : public ::testing::Test {
  protected:
    static config::Region configured() {
        config::Region config;
        config.name = "us-west";
        config.priority = 20;
        return config;
    }

    static routing::HealthPolicy policy(unsigned failures = 3) {
        routing::HealthPolicy policy;
        policy.failures = failures;
        policy.first_hold = policy.longest_hold = {};  // nobody waits in here
        return policy;
    }

    /// Changes told since the last call.
    int changes() { return std::exchange(changes_, 0); }

    /// As a region is that takes deployments.
    void make_ready() {
        region_.probe_answered(quick);
        region_.admit({Admission::claimed, "", Contents::ours});
        changes();
    }

    int changes_ = 0;
    Region region_{configured(), policy(), [this](const Region& region) {
                       region.status();  // told outside the lock
                       ++changes_;
                   }};
};

TEST_F(RegionTest, BeginsUnknownAndMayBeRead) {
    const auto status = region_.status();
    EXPECT_EQ(status.read, Up::unknown);
    EXPECT_EQ(status.admission, Admission::unknown);
    EXPECT_EQ(status.last_answer_ms, 0);
    EXPECT_TRUE(region_.candidate().may_read);
    EXPECT_FALSE(region_.may_deploy());
    EXPECT_FALSE(region_.candidate().adopted);
    const auto candidate = region_.candidate();
    EXPECT_EQ(candidate.region, RegionName{"us-west"});
    EXPECT_EQ(candidate.priority, 20);
    EXPECT_TRUE(candidate.may_read);
    EXPECT_FALSE(candidate.adopted);
}

TEST_F(RegionTest, DeploysOnceClaimedAndUp) {
    region_.admit({Admission::claimed, "", Contents::ours});
    EXPECT_FALSE(region_.may_deploy());
    region_.probe_answered(quick);
    EXPECT_TRUE(region_.may_deploy());
    EXPECT_EQ(changes(), 2);
    EXPECT_GT(region_.status().last_answer_ms, 0);
}

TEST_F(RegionTest, TellsChangesOnce) {
    region_.probe_answered(quick);
    EXPECT_EQ(changes(), 1);
    region_.probe_answered(quick);
    region_.answered(quick);
    EXPECT_EQ(changes(), 0);
    region_.write_succeeded();
    EXPECT_EQ(changes(), 1);
    region_.write_succeeded();
    EXPECT_EQ(changes(), 0);
    region_.admit({Admission::not_import, "mode is READONLY", Contents::clean});
    EXPECT_EQ(changes(), 1);
    region_.admit({Admission::not_import, "mode is READONLY", Contents::clean});
    EXPECT_EQ(changes(), 0);
    region_.admit({Admission::not_import, "mode is READWRITE", Contents::clean});
    EXPECT_EQ(changes(), 1);
    EXPECT_EQ(region_.status().admission_reason, "mode is READWRITE");
}

TEST_F(RegionTest, WhatCountsAgainstIt) {
    struct Row {
        Kind kind;
        bool counts;
    };
    const Row rows[] = {{Kind::transport, true},
                        {Kind::server_error, true},
                        {Kind::garbage, true},
                        {Kind::no_leader, false},
                        {Kind::throttled, false},
                        {Kind::credentials, false}};
    for (const auto& row : rows) {
        Region region(configured(), policy(1), [](const Region&) {});
        region.probe_answered(quick);
        region.failed({row.kind, "why"}, "");
        EXPECT_EQ(region.status().read == Up::no, row.counts) << static_cast<int>(row.kind);
    }
}

TEST_F(RegionTest, GoesDownAndComesBack) {
    make_ready();
    const Failed failure{Kind::transport, "connect: refused"};
    region_.failed(failure, "");
    region_.failed(failure, "");
    EXPECT_TRUE(region_.candidate().may_read);
    EXPECT_EQ(changes(), 0);
    region_.failed(failure, "");
    EXPECT_EQ(changes(), 1);
    EXPECT_FALSE(region_.candidate().may_read);
    EXPECT_FALSE(region_.may_deploy());
    EXPECT_EQ(region_.status().health_reason, "connect: refused");
    EXPECT_EQ(region_.status().ejections, 1U);
    region_.probe_answered(quick);
    EXPECT_TRUE(region_.may_deploy());
    EXPECT_EQ(changes(), 1);
}

TEST_F(RegionTest, TooSlowToBeReadItStillGetsDeployments) {
    make_ready();
    for (int i = 0; i < 3; ++i) region_.probe_answered(std::chrono::seconds{1});
    EXPECT_EQ(changes(), 1);
    const auto status = region_.status();
    EXPECT_EQ(status.read, Up::no);
    EXPECT_EQ(status.write, Up::unknown);
    EXPECT_EQ(status.reachable, Up::yes);
    EXPECT_FALSE(region_.candidate().may_read);
    EXPECT_TRUE(region_.may_deploy());
}

TEST_F(RegionTest, ThrottlingItIsNotReadForAWhile) {
    make_ready();
    EXPECT_EQ(region_.throttled_until(), std::nullopt);
    EXPECT_FALSE(region_.candidate().throttled);
    const auto began = std::chrono::steady_clock::now();
    region_.failed({Kind::throttled, "429", std::chrono::minutes{1}}, "orders");
    ASSERT_TRUE(region_.throttled_until());
    EXPECT_GE(*region_.throttled_until(), began + std::chrono::minutes{1});
    EXPECT_TRUE(region_.candidate().throttled);
    EXPECT_FALSE(region_.candidate().may_read);
    EXPECT_TRUE(region_.may_deploy());
    EXPECT_EQ(region_.status().read, Up::yes);
    EXPECT_EQ(changes(), 0);
}

TEST_F(RegionTest, WithoutALeaderItReadsAndIsTriedAgain) {
    make_ready();
    const Failed no_leader{Kind::no_leader, "50004: Leader not known."};
    region_.failed(no_leader, "");
    EXPECT_TRUE(region_.candidate().may_read);
    EXPECT_FALSE(region_.may_deploy());
    EXPECT_EQ(region_.status().write, Up::no);
    EXPECT_EQ(changes(), 1);
    for (int i = 0; i < 3; ++i) {
        region_.probe_answered(quick);
        EXPECT_TRUE(region_.may_deploy());
        region_.failed(no_leader, "");
        EXPECT_FALSE(region_.may_deploy());
    }
    EXPECT_EQ(changes(), 0);
    region_.probe_answered(quick);
    region_.write_succeeded();
    EXPECT_EQ(changes(), 1);
    EXPECT_EQ(region_.status().write, Up::yes);
}

TEST_F(RegionTest, IsAdoptedAsItStands) {
    region_.admit({Admission::not_import, "mode is READWRITE", Contents::clean});
    EXPECT_TRUE(region_.candidate().adopted);
    EXPECT_TRUE(region_.candidate().adopted);
    EXPECT_TRUE(region_.status().adopted);
    region_.admit({Admission::unadopted, "holds others", Contents::foreign});
    EXPECT_FALSE(region_.candidate().adopted);
    EXPECT_FALSE(region_.candidate().adopted);
    EXPECT_FALSE(region_.status().adopted);
}

TEST_F(RegionTest, WhatIsNotOursIsUnknownAgainOnceItIsOutOfSight) {
    const Failed failure{Kind::transport, "connect: refused"};
    region_.probe_answered(quick);
    region_.admit({Admission::not_import, "mode is READWRITE", Contents::clean});
    for (int i = 0; i < 2; ++i) region_.failed(failure, "");
    EXPECT_TRUE(region_.candidate().adopted);
    region_.failed(failure, "");
    EXPECT_FALSE(region_.candidate().adopted);
    EXPECT_EQ(region_.status().admission, Admission::unknown);
    region_.probe_answered(quick);
    EXPECT_FALSE(region_.candidate().adopted);
}

TEST_F(RegionTest, WhatIsOursStaysSoWhileItIsAway) {
    make_ready();
    for (int i = 0; i < 5; ++i) region_.failed({Kind::transport, "connect: refused"}, "");
    EXPECT_EQ(region_.status().admission, Admission::claimed);
    EXPECT_TRUE(region_.candidate().adopted);
}

TEST_F(RegionTest, ARefusedWriteStopsDeploymentsUntilItIsForgotten) {
    make_ready();
    const Subject subject{Context{}, "orders"};
    const Region::Refusal refusal{subject, "42205: not in import mode"};
    EXPECT_EQ(region_.refusal(), std::nullopt);
    region_.refuse_write(subject, refusal.reason);
    EXPECT_EQ(region_.refusal(), refusal);
    EXPECT_FALSE(region_.may_deploy());
    EXPECT_TRUE(region_.candidate().may_read);
    EXPECT_TRUE(region_.candidate().adopted);
    EXPECT_EQ(region_.status().admission, Admission::not_import);
    region_.forget({Subject{Context{}, "another"}, refusal.reason});
    region_.forget({subject, "403"});
    EXPECT_EQ(region_.refusal(), refusal);
    region_.forget(refusal);
    EXPECT_EQ(region_.refusal(), std::nullopt);
}

TEST_F(RegionTest, ARefusalThatComesWhileItIsPreparedOutlivesThePreparation) {
    struct Row {
        Standing standing;
        bool is_admitted;
    };
    const Row rows[] = {{{Admission::claimed, "", Contents::ours}, false},
                        {{Admission::unverified, "its claim is gone", Contents::ours}, true},
                        {{Admission::not_import, "mode is READWRITE", Contents::ours}, true},
                        {{Admission::unadopted, "holds 1 subject", Contents::foreign}, true}};
    for (const auto& row : rows) {
        make_ready();
        const Subject subject{Context{}, "orders"};
        region_.refuse_write(subject, "403");
        EXPECT_EQ(changes(), 1);
        region_.admit(row.standing);
        EXPECT_EQ(region_.standing() == row.standing, row.is_admitted);
        EXPECT_EQ(changes(), row.is_admitted ? 1 : 0);
        EXPECT_FALSE(region_.may_deploy());
        ASSERT_TRUE(region_.refusal());
        region_.forget(*region_.refusal());
    }
    make_ready();
    EXPECT_TRUE(region_.may_deploy());
}

TEST_F(RegionTest, SuspectsAreTakenOnce) {
    const Subject subject{Context{}, "orders"};
    EXPECT_FALSE(region_.is_suspected());
    region_.suspect(subject);
    region_.suspect(subject);
    EXPECT_TRUE(region_.is_suspected());
    EXPECT_EQ(region_.take_suspects(), std::set{subject});
    EXPECT_FALSE(region_.is_suspected());
}

TEST_F(RegionTest, TellsContradictedIdsUntilItIsAdopted) {
    region_.admit({Admission::unadopted, "holds 1 subject", Contents::foreign});
    EXPECT_TRUE(region_.contradicts(Context{}, SchemaId{7}));
    EXPECT_FALSE(region_.contradicts(Context{}, SchemaId{7}));
    const auto told = "holds 1 subject; another schema than in the catalog under id 7";
    EXPECT_EQ(region_.status().admission_reason, told);
    region_.admit({Admission::unknown, "away", Contents::foreign});
    EXPECT_FALSE(region_.contradicts(Context{}, SchemaId{7}));
    region_.admit({Admission::claimed, "", Contents::ours});
    EXPECT_EQ(region_.status().admission_reason, "");
}

}  // namespace
}  // namespace sgw::gateway
