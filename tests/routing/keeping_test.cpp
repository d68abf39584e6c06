#include "routing/keeping.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::routing {
namespace {

using enum Admission;

const RegionNow fresh{};
const RegionNow well{Up::yes, claimed, true};
const RegionNow suspected{Up::yes, claimed, true, true};
const RegionNow unread{Up::yes, claimed, true, false, true};
const RegionNow leaderless{Up::yes, claimed, false};
const RegionNow away{Up::no, claimed, false};
const RegionNow loading{Up::yes, unverified, false};
const RegionNow refusing{Up::yes, not_import, false};
const RegionNow never_seen{Up::no, unknown, false};

std::string shown(Contact contact) {
    switch (contact) {
        case Contact::probe:
            return "probe";
        case Contact::verify:
            return "verify";
        case Contact::prepare:
            return "prepare";
    }
    return "?";
}

std::string shown(Keeping::NextRound next) {
    return next == Keeping::NextRound::at_once ? ", at once" : ", in time";
}

std::string shown(const Duties& duties) {
    std::string text;
    if (duties.deploy) text += ", deploy";
    if (duties.inspect) text += ", inspect";
    if (duties.ask_canary) text += ", canary";
    if (duties.sweep == Sweep::subjects) text += ", sweep subjects";
    if (duties.sweep == Sweep::versions) text += ", sweep versions";
    return text;
}

/// One round, as the keeper drives it: how the region stands before and after the contact, and what
/// happens from there to the next one.
enum class Event {
    none,
    lost_claim,
    canary_missing,
    swept,
    cut_short,
    write_refused,
    writes_refused,  // two that were under way at a time
};

struct Round {
    RegionNow before;
    RegionNow after;
    std::string expected;
    Event event = Event::none;
};

std::string drive(Keeping& keeping, const Round& round) {
    auto contact = keeping.begin_round(round.before);
    auto text = shown(contact);
    if (contact == Contact::verify && round.event == Event::lost_claim) contact = Contact::prepare;
    if (contact == Contact::prepare) keeping.preparing();
    text += shown(keeping.after_contact(round.after));
    if (round.event == Event::canary_missing) keeping.canary_is_missing();
    if (round.event == Event::swept) keeping.sweep_ended(Keeping::SweepEnd::complete);
    if (round.event == Event::cut_short) keeping.sweep_ended(Keeping::SweepEnd::cut_short);
    if (round.event == Event::write_refused || round.event == Event::writes_refused) {
        text += shown(keeping.write_was_refused());
    }
    if (round.event == Event::writes_refused) text += shown(keeping.write_was_refused());
    return text;
}

void expect(const std::vector<Round>& rounds) {
    Keeping keeping;
    for (std::size_t i = 0; i < rounds.size(); ++i) {
        EXPECT_EQ(drive(keeping, rounds[i]), rounds[i].expected) << "round " << i;
    }
}

const Round first_contact{fresh, well, "prepare, deploy, canary, sweep subjects", Event::swept};
const Round ordinary{well, well, "verify, canary"};

TEST(Keeping, FirstContact) {
    expect({first_contact, ordinary, ordinary});
}

TEST(Keeping, FirstContactWithARegionThatIsAway) {
    expect({{fresh, fresh, "prepare"},
            {never_seen, never_seen, "prepare"},
            {never_seen, never_seen, "prepare"},
            {never_seen, well, "prepare, deploy, canary, sweep versions", Event::swept},
            ordinary});
}

TEST(Keeping, LooksGoOnUntilTheRegionIsClaimed) {
    const RegionNow looked_at{Up::yes, unknown, false};
    expect({{fresh, looked_at, "prepare"},
            {looked_at, looked_at, "prepare"},
            {looked_at, well, "prepare, deploy, canary, sweep subjects", Event::swept},
            ordinary});
}

TEST(Keeping, OutageAndReturn) {
    expect({first_contact,
            {well, away, "verify"},
            {away, away, "verify"},
            {away, well, "verify, deploy, canary, sweep versions", Event::swept},
            ordinary});
}

/// Another I/O thread saw it fail, and the probe succeeds at once.
TEST(Keeping, OutageThatNoRoundSaw) {
    expect({first_contact,
            {away, well, "verify, deploy, canary, sweep versions", Event::swept},
            ordinary});
}

TEST(Keeping, CameBackEmpty) {
    expect({first_contact,
            {well, away, "verify"},
            {away, loading, "verify", Event::lost_claim},
            {loading, loading, "prepare"},
            {loading, well, "prepare, deploy, canary, sweep versions", Event::swept},
            ordinary});
}

TEST(Keeping, CameBackEmptyUnnoticed) {
    expect({first_contact,
            {well, loading, "verify", Event::lost_claim},
            {loading, well, "prepare, deploy, canary, sweep subjects", Event::swept},
            ordinary});
}

/// The deployer learns of it even when the region is claimed anew within the round.
TEST(Keeping, ClaimedAnewAtOnce) {
    expect(
        {first_contact, {well, well, "verify, deploy, canary, sweep subjects", Event::lost_claim}});
}

TEST(Keeping, CanaryMiss) {
    expect({first_contact,
            {well, well, "verify, canary", Event::canary_missing},
            {well, well, "verify, canary, sweep versions", Event::canary_missing},
            {well, well, "verify, canary", Event::swept},
            ordinary});
}

TEST(Keeping, Suspicion) {
    expect({first_contact,
            {suspected, suspected, "verify, inspect, canary"},
            {well, suspected, "verify, inspect, canary"},
            ordinary});
}

TEST(Keeping, SuspicionWaitsForARegionThatIsOurs) {
    const RegionNow not_ours{Up::yes, claimed_by_other, false, true};
    const RegionNow gone{Up::no, claimed, false, true};
    expect({first_contact,
            {suspected, gone, "verify"},
            {suspected, not_ours, "verify", Event::lost_claim},
            {not_ours, not_ours, "probe"}});
}

TEST(Keeping, WhatCouldNotBeReadIsReadAgainOnceTheRegionIsThereAndOurs) {
    const RegionNow gone{Up::no, claimed, false, false, true};
    const RegionNow not_ours{Up::yes, not_import, false, false, true};
    expect({first_contact,
            {well, unread, "verify, inspect, canary"},
            {unread, unread, "verify, inspect, canary"},
            {unread, gone, "verify"},
            {gone, unread, "verify, deploy, inspect, canary, sweep versions", Event::swept},
            {unread, not_ours, "verify", Event::lost_claim},
            {not_ours, not_ours, "probe"}});
}

TEST(Keeping, OneSweepAtATime) {
    expect({{fresh, well, "prepare, deploy, canary, sweep subjects"},
            ordinary,
            {well, away, "verify"},
            {away, well, "verify, deploy, canary"},
            {well, well, "verify, canary", Event::swept},
            {well, well, "verify, canary, sweep versions", Event::swept},
            ordinary});
}

TEST(Keeping, ASweepThatWasCutShortIsDoneAgain) {
    expect({{fresh, well, "prepare, deploy, canary, sweep subjects", Event::cut_short},
            {well, well, "verify, canary, sweep subjects", Event::swept},
            {away, well, "verify, deploy, canary, sweep versions", Event::cut_short},
            {well, well, "verify, canary, sweep versions", Event::swept},
            ordinary});
}

TEST(Keeping, SweepsThatAreCutShortAgainAndAgainAreDoneMoreAndMoreSeldom) {
    const Round cut_short{well, well, "verify, canary, sweep subjects", Event::cut_short};
    std::vector<Round> rounds{
        {fresh, well, "prepare, deploy, canary, sweep subjects", Event::cut_short}};
    for (const int pause : {0, 1, 3, 7, 15, 31, 63, 63}) {
        rounds.insert(rounds.end(), static_cast<std::size_t>(pause), ordinary);
        rounds.push_back(cut_short);
    }
    rounds.push_back({away, well, "verify, deploy, canary, sweep versions", Event::swept});
    rounds.push_back(ordinary);
    expect(rounds);
}

TEST(Keeping, WithoutALeaderTheDeployerIsWokenAfterEachProbe) {
    expect({first_contact,
            {leaderless, well, "verify, deploy, canary"},
            {leaderless, leaderless, "verify, canary"},
            {leaderless, well, "verify, deploy, canary"},
            ordinary});
}

TEST(Keeping, LastingRefusal) {
    std::vector<Round> rounds{{fresh, refusing, "prepare"}};
    for (int turn = 0; turn < 2; ++turn) {
        for (int i = 0; i < 5; ++i) rounds.push_back({refusing, refusing, "probe"});
        rounds.push_back({refusing, refusing, "prepare"});
    }
    rounds.push_back({refusing, refusing, "probe"});
    expect(rounds);
}

TEST(Keeping, DenialsAreRareBothWays) {
    for (const auto admission : all_admissions) {
        Keeping keeping;
        drive(keeping, {fresh, refusing, ""});
        const bool denied =
            admission == claimed_by_other || admission == unadopted || admission == not_import;
        const auto expected = admission == claimed ? Contact::verify
                              : denied             ? Contact::probe
                                                   : Contact::prepare;
        EXPECT_EQ(keeping.begin_round({Up::yes, admission, false}), expected)
            << admission_name(admission);
    }
}

TEST(Keeping, ARefusedWriteIsLookedIntoAtOnce) {
    expect({first_contact,
            {well, well, "verify, canary, at once", Event::write_refused},
            {refusing, well, "prepare, deploy, canary, sweep subjects", Event::swept},
            ordinary});
}

/// The claim can be written, and still one version is refused.
class Refusals : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(shown(round()), "prepare"); }

    /// The region is claimed for some rounds and gets as many versions in each.
    void serve(int rounds, unsigned versions) {
        for (int i = 0; i < rounds; ++i) round();
        deployed_ += versions;
    }
    /// A write is refused; rounds go by before the region is prepared, which opens it again.
    void expect(Keeping::NextRound next, int rounds_without) {
        EXPECT_EQ(shown(keeping_.write_was_refused()), shown(next));
        now_ = refusing;
        for (int i = 0; i < rounds_without; ++i) ASSERT_EQ(shown(round()), "probe") << i;
        ASSERT_EQ(shown(round()), "prepare");
    }
    Contact round() {
        now_.deployed = deployed_;
        const auto contact = keeping_.begin_round(now_);
        if (contact == Contact::prepare) keeping_.preparing();
        if (contact == Contact::prepare) now_ = well;
        now_.deployed = deployed_;
        keeping_.after_contact(now_);
        return contact;
    }

    static constexpr auto at_once = Keeping::NextRound::at_once;
    static constexpr auto in_time = Keeping::NextRound::in_time;

    Keeping keeping_;
    RegionNow now_ = fresh;
    std::uint64_t deployed_ = 0;
};

TEST_F(Refusals, InARowAreLookedIntoMoreAndMoreSeldom) {
    expect(at_once, 0);
    for (const int rounds : {0, 1, 3, 5, 5, 5}) expect(in_time, rounds);
}

TEST_F(Refusals, AreInARowHoweverLongTheRegionIsOpenAndGetsNothing) {
    expect(at_once, 0);
    for (const int rounds : {0, 1, 3, 5}) {
        serve(100, 0);
        expect(in_time, rounds);
    }
}

TEST_F(Refusals, WithADeploymentBetweenAreNotInARow) {
    expect(at_once, 0);
    expect(in_time, 0);
    expect(in_time, 1);
    serve(1, 1);
    serve(1, 0);
    expect(at_once, 0);
    expect(in_time, 0);
}

/// However much the region gets of others: a preparation reads its whole listing.
TEST_F(Refusals, AreLookedIntoAtOnceNoMoreThanOnceInARound) {
    expect(at_once, 0);
    serve(0, 10);
    expect(in_time, 0);
    serve(0, 10);
    expect(in_time, 1);
    serve(2, 0);
    expect(at_once, 0);
}

TEST_F(Refusals, OfWritesThatWereUnderWayAtATimeAreOne) {
    expect(at_once, 0);
    for (int i = 0; i < 15; ++i) EXPECT_EQ(shown(keeping_.write_was_refused()), ", in time");
    expect(in_time, 0);
    expect(in_time, 1);
}

/// A late one makes it look again: the preparation may have looked too early.
TEST(Keeping, ARefusalWhileTheRegionIsPreparedIsLookedIntoAtOnceToo) {
    expect({first_contact,
            {well, well, "verify, canary, at once, at once", Event::writes_refused},
            {refusing, refusing, "prepare, at once", Event::write_refused},
            {refusing, well, "prepare, deploy, canary, sweep subjects", Event::swept},
            {well, well, "verify, canary, in time", Event::write_refused},
            {refusing, well, "prepare, deploy, canary, sweep subjects", Event::swept},
            ordinary});
}

/// One may read all that the region holds.
TEST(Keeping, PreparationsThatLeadToNothingComeMoreAndMoreSeldom) {
    const RegionNow doubtful{Up::yes, Admission::unknown, false};
    const RegionNow out_of_reach{Up::no, Admission::unknown, false};
    using End = Keeping::PreparationEnd;
    Keeping keeping;
    const auto rounds_until_prepared = [&](End end) {
        for (int rounds = 1; rounds < 20; ++rounds) {
            if (keeping.begin_round(doubtful) != Contact::prepare) continue;
            keeping.preparing();
            keeping.prepared(end);
            return rounds;
        }
        return 20;
    };
    std::vector<int> waits;
    for (int i = 0; i < 7; ++i) waits.push_back(rounds_until_prepared(End::nothing));
    EXPECT_EQ(waits, (std::vector<int>{1, 1, 2, 4, 6, 6, 6}));
    EXPECT_EQ(keeping.begin_round(out_of_reach), Contact::prepare) << "it may return at any time";
    keeping.preparing();
    keeping.prepared(End::looks_again);
    EXPECT_EQ(rounds_until_prepared(End::looks_again), 1);
    EXPECT_EQ(rounds_until_prepared(End::verdict), 1);
}

class CanaryTest : public ::testing::Test {
  protected:
    void deploy(const std::string& subject, catalog::DeploymentState state, const char* region) {
        catalog_.registered(subject, catalog::int_text);
        const catalog::SubjectVersion what{Subject::parse(subject), Version{1}};
        catalog_.add({catalog::DeploymentChanged{RegionName{region}, what, state, ""}});
    }

    catalog::TestCatalog catalog_;
    std::optional<catalog::SubjectVersion> last_;
};

TEST_F(CanaryTest, NothingIsDeployed) {
    EXPECT_EQ(next_canary(catalog_.state(), RegionName{"us"}, last_), std::nullopt);
    last_ = catalog::SubjectVersion{Subject::parse("gone"), Version{1}};
    EXPECT_EQ(next_canary(catalog_.state(), RegionName{"us"}, last_), std::nullopt);
}

TEST_F(CanaryTest, TakesTurns) {
    using enum catalog::DeploymentState;
    deploy("a", deployed, "us");
    deploy("b", deployed, "eu");
    deploy("c", pending, "us");
    deploy("d", partial, "us");
    deploy("e", conflict, "us");
    deploy("f", failed, "us");
    std::string turns;
    for (int i = 0; i < 7; ++i) {
        last_ = next_canary(catalog_.state(), RegionName{"us"}, last_);
        ASSERT_TRUE(last_);
        turns += last_->subject.name;
    }
    EXPECT_EQ(turns, "adeadea");
}

TEST_F(CanaryTest, GetsPastManyThatAreNotSettled) {
    using enum catalog::DeploymentState;
    for (int i = 0; i < 1500; ++i) deploy("s" + std::to_string(10'000 + i), pending, "us");
    deploy("z", deployed, "us");
    int turns = 0;
    do {
        last_ = next_canary(catalog_.state(), RegionName{"us"}, last_);
        ASSERT_TRUE(last_);
    } while (last_->subject.name != "z" && ++turns < 10);
    EXPECT_LT(turns, 3);
}

}  // namespace
}  // namespace sgw::routing
