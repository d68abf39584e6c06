#include "routing/read_plan.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using config::ReadPolicy;

const Subject subject{Context{}, "orders"};

std::vector<catalog::VersionRecord> live_versions(std::int32_t count) {
    std::vector<catalog::VersionRecord> live;
    for (std::int32_t i = 1; i <= count; ++i) {
        live.push_back({{subject, Version{i}}, SchemaId{i}, 0, false});
    }
    return live;
}

catalog::Deployment deployment(std::int32_t version,
                               const std::string& region,
                               DeploymentState state) {
    return {{subject, Version{version}}, RegionName{region}, state, "", 0, 0};
}

std::string joined(const std::vector<RegionName>& names) {
    std::string text;
    for (const auto& name : names) text += name.value;
    return text;
}

std::vector<Candidate> candidates() {
    return {{RegionName{"a"}, 20, true, true},
            {RegionName{"b"}, 10, true, true},
            {RegionName{"c"}, 20, true, true}};
}

std::string nearest(const std::vector<catalog::VersionRecord>& live,
                    const std::vector<catalog::Deployment>& deployments) {
    return joined(regions_for_subject(ReadPolicy::nearest, candidates(), live, deployments));
}

std::vector<catalog::Deployment> everywhere(std::int32_t versions) {
    std::vector<catalog::Deployment> all;
    for (std::int32_t i = 1; i <= versions; ++i) {
        for (const char* const region : {"a", "b", "c"}) {
            all.push_back(deployment(i, region, DeploymentState::deployed));
        }
    }
    return all;
}

TEST(ReadPlan, NearestFirstEqualsInTheOrderOfTheConfiguration) {
    EXPECT_EQ(nearest(live_versions(2), everywhere(2)), "bac");
}

TEST(ReadPlan, CatalogPolicyAsksNobody) {
    EXPECT_TRUE(
        regions_for_subject(ReadPolicy::catalog, candidates(), live_versions(1), everywhere(1))
            .empty());
}

TEST(ReadPlan, LeavesOutWhoMayNotBeRead) {
    auto some = candidates();
    some[1].may_read = false;
    EXPECT_EQ(
        joined(regions_for_subject(ReadPolicy::nearest, some, live_versions(1), everywhere(1))),
        "ac");
}

TEST(ReadPlan, AsksOnlyWhoHasEveryLiveVersion) {
    struct Row {
        DeploymentState state;  // of the second version in b
        std::string_view expected;
    };
    const Row rows[] = {
        {DeploymentState::pending, "ac"},
        {DeploymentState::deployed, "bac"},
        {DeploymentState::failed, "ac"},
        {DeploymentState::conflict, "ac"},
        {DeploymentState::partial, "bac"},
        {DeploymentState::over_capacity, "ac"},
        {DeploymentState::deleted, "ac"},
    };
    for (const auto& row : rows) {
        auto deployments = everywhere(3);
        deployments[4].state = row.state;
        EXPECT_EQ(nearest(live_versions(3), deployments), row.expected)
            << catalog::state_name(row.state);
    }
}

TEST(ReadPlan, MissingDeploymentIsNotThere) {
    auto deployments = everywhere(2);
    deployments.erase(deployments.begin() + 3);  // version 2 in a
    EXPECT_EQ(nearest(live_versions(2), deployments), "bc");
    EXPECT_EQ(nearest(live_versions(2), {}), "");
}

TEST(ReadPlan, VersionsThatAreNotLiveDoNotMatter) {
    auto deployments = everywhere(3);
    deployments[1].state = DeploymentState::conflict;  // version 1 in b
    auto live = live_versions(3);
    live.erase(live.begin());
    EXPECT_EQ(nearest(live, deployments), "bac");
}

TEST(ReadPlan, AnswersFastForManyVersions) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(nearest(live_versions(20'000), everywhere(20'000)), "bac");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{20});
}

TEST(ReadPlan, TheUnknownIsAskedOfTheUnadoptedWhateverTheirHealth) {
    auto some = candidates();
    EXPECT_EQ(joined(regions_for_unknown(some).ask), "");
    some[0].adopted = false;
    some[1].adopted = false;
    some[1].may_read = false;
    EXPECT_EQ(joined(regions_for_unknown(some).ask), "ba");
    EXPECT_EQ(joined(regions_for_unknown(some).throttled), "");
}

TEST(ReadPlan, WhoThrottlesIsNotAskedForTheUnknownAndMayKnowItAllTheSame) {
    auto some = candidates();
    for (auto& one : some) one.throttled = true;
    some[0].adopted = false;
    some[1].adopted = false;
    some[1].throttled = false;
    const auto plan = regions_for_unknown(some);
    EXPECT_EQ(joined(plan.ask), "b");
    EXPECT_EQ(joined(plan.throttled), "a");
}

}  // namespace
}  // namespace sgw::routing
