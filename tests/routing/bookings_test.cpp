#include "routing/bookings.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::routing {
namespace {

using catalog::DeploymentChanged;
using catalog::DeploymentState;
using catalog::SubjectVersion;
using enum DeploymentState;
using Listed = std::set<std::string>;

const RegionName us{"us-west"};
const RegionName eu{"eu-west"};

SubjectVersion version(const std::string& subject, int number = 1) {
    return {Subject::parse(subject), Version{number}};
}

class BookingsTest : public ::testing::Test {
  protected:
    /// A subject of one version, which stands so in us-west.
    void add(const std::string& subject, const std::vector<DeploymentState>& history = {}) {
        catalog_.set_targets({});
        catalog_.registered(subject, catalog::int_text);
        for (const auto state : history) set(subject, state);
    }
    void set(const std::string& subject, DeploymentState state) {
        catalog_.add({DeploymentChanged{us, version(subject), state, "why"}});
    }

    /// "a pending: reason; ..."
    static std::string shown(const catalog::Events& events) {
        std::string text;
        for (const auto& event : events) {
            const auto& changed = std::get<DeploymentChanged>(event);
            text += changed.what.subject.qualified() + " " +
                    std::string(state_name(changed.state)) + ": " + changed.reason + "; ";
        }
        return text;
    }

    catalog::TestCatalog catalog_;
};

TEST_F(BookingsTest, LiveVersionsAreThoseOfAllContexts) {
    add("a");
    add(":.c:b");
    catalog_.registered("a", catalog::long_text);
    const Versions expected{version("a"), version("a", 2), version(":.c:b")};
    EXPECT_EQ(live_versions(catalog_.state()), expected);
}

TEST_F(BookingsTest, UnplannedAreThoseWithoutADeploymentThere) {
    add("a");
    add("b", {pending});
    EXPECT_EQ(unplanned(catalog_.state(), us), Versions{version("a")});
    EXPECT_EQ(unplanned(catalog_.state(), eu), (Versions{version("a"), version("b")}));
}

TEST_F(BookingsTest, NamesPutThere) {
    add("planned", {pending});
    add("refused", {pending, failed});
    add("conflicting", {pending, conflict});
    add("there", {pending, deployed});
    add("without metadata", {pending, partial});
    add("lost", {pending, deployed, pending});
    add("was overwritten", {pending, deployed, conflict});
    const Listed tried{"refused",
                       "there",
                       "without metadata",
                       "without%20metadata",
                       "lost",
                       "was overwritten",
                       "was%20overwritten"};
    const auto names = [&](const RegionName& region, OurClaim claim) {
        Listed listed;
        for (const auto& [name, subject] : names_put_there(catalog_.state(), region, claim)) {
            EXPECT_TRUE(name == subject.name || name == path_segment(subject.name)) << name;
            listed.insert(name);
        }
        return listed;
    };
    EXPECT_EQ(names(us, OurClaim::is_gone), tried);
    auto all = tried;
    all.insert({"planned", "conflicting"});
    EXPECT_EQ(names(us, OurClaim::stands), all);
    EXPECT_EQ(names(eu, OurClaim::stands), Listed{});
}

TEST_F(BookingsTest, AClaimIsBookedWhenThatIsNews) {
    using catalog::ClaimDoubted;
    using catalog::Events;
    using catalog::RegionClaim;
    using catalog::RegionClaimed;
    const auto booked = [&](RegionClaim claim) { return book_claim(catalog_.state(), us, claim); };
    EXPECT_EQ(booked(RegionClaim::undisputed), Events{RegionClaimed{us}});
    catalog_.add({RegionClaimed{us}, RegionClaimed{eu}});
    EXPECT_EQ(booked(RegionClaim::undisputed), Events{});
    EXPECT_EQ(booked(RegionClaim::doubted), Events{ClaimDoubted{us}});
    EXPECT_EQ(doubt_absent(catalog_.state(), {us, eu}), Events{});
    EXPECT_EQ(doubt_absent(catalog_.state(), {eu}), Events{ClaimDoubted{us}});
    EXPECT_EQ(doubt_absent(catalog_.state(), {}), (Events{ClaimDoubted{eu}, ClaimDoubted{us}}));
    catalog_.add({ClaimDoubted{us}});
    EXPECT_EQ(doubt_absent(catalog_.state(), {eu}), Events{});
}

struct Row {
    std::vector<DeploymentState> history;
    std::string planned;
    std::string requeued;
    std::string started_over;
};

TEST_F(BookingsTest, WhatBecomesPending) {
    const std::string lost = "a pending: missing in the region; ";
    const std::string anew = "a pending: the region is claimed anew; ";
    const Row rows[] = {
        {{}, "a pending: ; ", "", "a pending: ; "},
        {{pending}, "", "", ""},
        {{deployed}, "", lost, anew},
        {{partial}, "", lost, anew},
        {{failed}, "", "", anew},
        {{conflict}, "", "", anew},
        {{deployed, conflict}, "", "", anew},
        {{over_capacity}, "", "", anew},
        {{deleted}, "", "", anew},
    };
    for (const auto& row : rows) {
        catalog_ = {};
        add("a", row.history);
        const Versions versions{version("a"), version("unknown")};
        const auto state = catalog_.state();
        const auto now = state.applied();
        const std::vector<Lost> losses{{version("a"), now}, {version("unknown"), now}};
        EXPECT_EQ(shown(requeue(state, us, losses)), row.requeued);
        EXPECT_EQ(shown(start_over(state, us, versions)), row.started_over);
        EXPECT_EQ(shown(plan(state, us, {version("a")})), row.planned);
    }
}

// A sweep's list may be older than what a second look has found and mended meanwhile.
TEST_F(BookingsTest, WhatWasBroughtAnewSinceIsNotLost) {
    add("a", {pending, deployed});
    const auto then = catalog_.state().applied();
    EXPECT_EQ(requeue(catalog_.state(), us, {{version("a"), then}}).size(), 1U);
    set("a", pending);
    set("a", deployed);
    EXPECT_EQ(requeue(catalog_.state(), us, {{version("a"), then}}).size(), 0U);
    const auto now = catalog_.state().applied();
    EXPECT_EQ(requeue(catalog_.state(), us, {{version("a"), now}}).size(), 1U);
}

TEST_F(BookingsTest, AnOutcomeIsBookedOnce) {
    struct OutcomeRow {
        DeploymentState now;
        DeploymentState outcome;
        const char* reason;
        std::string expected;
    };
    const OutcomeRow rows[] = {
        {pending, deployed, "", "a deployed: ; "},
        {pending, failed, "no", "a failed: no; "},
        {failed, failed, "no", "a failed: no; "},
        {failed, failed, "why", ""},
        {failed, failed, "why: request 4711", ""},
        {failed, conflict, "why", "a conflict: why; "},
        {conflict, conflict, "why", ""},
        {conflict, conflict, "no", "a conflict: no; "},
        {conflict, failed, "no", ""},
        {conflict, deployed, "", "a deployed: ; "},
        {conflict, partial, "less", "a partial: less; "},
    };
    add("a");
    Wanted wanted{version("a"), SchemaId{1}, {}};
    for (const auto& row : rows) {
        set("a", row.now);
        const auto events = book_outcome(catalog_.state(), us, wanted, row.outcome, row.reason);
        EXPECT_EQ(shown(events), row.expected) << state_name(row.now) << " " << row.reason;
    }
    wanted.id = SchemaId{2};
    EXPECT_TRUE(book_outcome(catalog_.state(), us, wanted, deployed, "").empty());
    wanted.what = version("unknown");
    EXPECT_TRUE(book_outcome(catalog_.state(), us, wanted, deployed, "").empty());
}

}  // namespace
}  // namespace sgw::routing
