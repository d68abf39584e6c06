#include "routing/acknowledgement.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using config::Ack;

/// One letter a region, in the order a, b, c, ..: its state, in upper case while it is healthy.
std::vector<Target> targets_from(std::string_view letters) {
    std::vector<Target> targets;
    for (const char letter : letters) {
        const bool healthy = letter >= 'A' && letter <= 'Z';
        const char lower = healthy ? static_cast<char>(letter + 32) : letter;
        auto state = DeploymentState::pending;
        if (lower == 'd') state = DeploymentState::deployed;
        if (lower == 'f') state = DeploymentState::failed;
        if (lower == 'c') state = DeploymentState::conflict;
        if (lower == 'r') state = DeploymentState::partial;
        if (lower == 'o') state = DeploymentState::over_capacity;
        if (lower == 'x') state = DeploymentState::deleted;
        const std::string name(1, static_cast<char>('a' + targets.size()));
        targets.push_back({RegionName{name}, state, healthy});
    }
    return targets;
}

struct Row {
    Ack ack;
    std::string_view targets;
    AckState expected;
};

TEST(Acknowledgement, CountsRegions) {
    using enum AckState;
    const Row rows[] = {
        {Ack::none, "", reached},         {Ack::none, "ppp", reached},
        {Ack::one, "", reached},          {Ack::one, "P", waiting},
        {Ack::one, "p", hopeless},        {Ack::one, "F", waiting},
        {Ack::one, "f", hopeless},        {Ack::one, "pD", reached},
        {Ack::one, "pd", reached},        {Ack::one, "pR", reached},
        {Ack::one, "CCC", hopeless},      {Ack::one, "CCP", waiting},
        {Ack::one, "OX", hopeless},       {Ack::majority, "", reached},
        {Ack::majority, "D", reached},    {Ack::majority, "DP", waiting},
        {Ack::majority, "Dp", hopeless},  {Ack::majority, "DDp", reached},
        {Ack::majority, "DPp", waiting},  {Ack::majority, "DpC", hopeless},
        {Ack::majority, "PPp", waiting},  {Ack::majority, "DDPP", waiting},
        {Ack::majority, "DDDp", reached}, {Ack::all, "", reached},
        {Ack::all, "DDD", reached},       {Ack::all, "DRD", reached},
        {Ack::all, "DDP", waiting},       {Ack::all, "DDF", waiting},
        {Ack::all, "DDp", hopeless},      {Ack::all, "DDC", hopeless},
        {Ack::all, "DDO", hopeless},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(ack_state(row.ack, std::nullopt, targets_from(row.targets)), row.expected)
            << static_cast<int>(row.ack) << ' ' << row.targets;
    }
}

TEST(Acknowledgement, OfHomeLooksAtHomeAlone) {
    const RegionName home{"b"};
    EXPECT_EQ(ack_state(Ack::home, home, targets_from("DPD")), AckState::waiting);
    EXPECT_EQ(ack_state(Ack::home, home, targets_from("PDP")), AckState::reached);
    EXPECT_EQ(ack_state(Ack::home, home, targets_from("DpD")), AckState::hopeless);
    EXPECT_EQ(ack_state(Ack::home, home, targets_from("DCD")), AckState::hopeless);
}

TEST(Acknowledgement, OfHomeThatIsNoTargetIsThere) {
    EXPECT_EQ(ack_state(Ack::home, RegionName{"z"}, targets_from("PP")), AckState::reached);
    EXPECT_EQ(ack_state(Ack::home, std::nullopt, targets_from("PP")), AckState::reached);
}

TEST(Acknowledgement, WhatARegionHadOnceStaysAcknowledged) {
    auto targets = targets_from("pp");
    targets[1].was_there = true;
    EXPECT_EQ(ack_state(Ack::one, std::nullopt, targets), AckState::reached);
    EXPECT_EQ(ack_state(Ack::all, std::nullopt, targets), AckState::hopeless);
    targets[0].was_there = true;
    EXPECT_EQ(ack_state(Ack::all, std::nullopt, targets), AckState::reached);
}

}  // namespace
}  // namespace sgw::routing
