#include "routing/preparation.hpp"

#include <gtest/gtest.h>

#include "tests/routing/preparation_steps.hpp"

namespace sgw::routing {
namespace {

using Listed = std::vector<std::string>;

struct FailureRow {
    Failed failure;
    std::string expected;
};

const std::vector<FailureRow> failures{
    {no_answer, "try again: transport"},
    {leaderless, "try again: no_leader"},
    {{Failed::Kind::garbage, "html"}, "try again: garbage"},
    {{Failed::Kind::throttled, "429"}, "try again: throttled"},
    {{Failed::Kind::server_error, "500"}, "try again: server_error"},
    {bad_credentials, "not_import: 401: Unauthorized"},
};

// No step may hang on what a region fails to say.
TEST(Preparation, FailuresDecideNothingButCredentials) {
    for (const auto& row : failures) {
        auto known = facts();
        EXPECT_EQ(described(after_claim(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_contents(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_ids(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_check_mode(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_set_mode(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_set_top_level_mode(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_write_claim(row.failure)), row.expected);
        EXPECT_EQ(described(after_refused_mode(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_rewrite_claim(known, row.failure)), row.expected);
        EXPECT_EQ(described(after_claim_read_back(known, row.failure)), row.expected);
    }
}

struct ClaimRow {
    RegionAnswer<VersionFact> answer;
    std::string expected;
    bool found;
};

TEST(AfterClaim, TellsWhoseTheRegionIs) {
    auto no_claim = claim_of(our_log);
    no_claim.text = "\"string\"";
    auto no_schema = claim_of(our_log);
    no_schema.text = "<html>";
    auto respelled = claim_of(our_log);
    respelled.subject = "claim";
    respelled.text = " " + respelled.text;
    const ClaimRow rows[] = {
        {claim_of(our_log), "list contents", true},
        {respelled, "list contents", true},
        {claim_of(their_log),
         "claimed_by_other: claimed by log 9c4e28ba-2fa1-11d2-883f-0016d3cca427",
         false},
        {claim_of(their_log, SchemaId{5}),
         "claimed_by_other: claimed by log 9c4e28ba-2fa1-11d2-883f-0016d3cca427",
         false},
        {claim_of(our_log, SchemaId{5}),
         "not_import: the region stored the claim under id 5, which locks nothing",
         false},
        {no_claim, "claimed_by_other: what stands in the claim's place is no claim", false},
        {no_schema, "claimed_by_other: what stands in the claim's place is no claim", false},
        {Absent{40401}, "list contents", false},
        {Absent{40402}, "list contents", false},
        {Refused{404, "HTTP 404 Not Found"}, "not_import: 404: HTTP 404 Not Found", false},
    };
    for (const auto& row : rows) {
        auto known = facts();
        EXPECT_EQ(described(after_claim(known, row.answer)), row.expected);
        EXPECT_EQ(known.claim_found, row.found);
    }
}

TEST(AfterClaim, WhatIsKnownNeedsNoLook) {
    auto known = facts();
    known.may_be_trusted = true;
    EXPECT_EQ(described(after_claim(known, claim_of(our_log))), "check mode");
    EXPECT_EQ(described(after_claim(known, Absent{40401})), "list contents");
}

TEST(AfterContents, ARegionHasToLookCleanForAWhileBeforeItIsClaimed) {
    using std::chrono::milliseconds;
    struct Row {
        bool claim_found;
        bool claimed_before;
        milliseconds clean_for;
        Listed listed;
        std::string expected;
        Contents contents;
    };
    const Row rows[] = {
        {false, false, milliseconds(0), {}, "look again in 2000 ms", Contents::unknown},
        {false, true, milliseconds(0), {}, "look again in 2000 ms", Contents::unknown},
        {false, true, milliseconds(0), {"orders"}, "look again in 2000 ms", Contents::unknown},
        {false, false, milliseconds(1999), {}, "look again in 1 ms", Contents::unknown},
        {false, false, milliseconds(2000), {}, "check mode", Contents::clean},
        {false, true, milliseconds(2500), {}, "check mode", Contents::ours},
        {false,
         false,
         milliseconds(2500),
         {"orders"},
         "unadopted: holds 1 subject that this gateway did not put there, such as orders",
         Contents::foreign},
        {true, false, milliseconds(0), {}, "check mode", Contents::clean},
        {true, true, milliseconds(0), {"orders"}, "check mode", Contents::ours},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.settle = milliseconds(2000);
        known.clean_for = row.clean_for;
        known.claim_found = row.claim_found;
        known.claimed_before = row.claimed_before;
        known.put_there = names_of({"orders"});
        EXPECT_EQ(described(after_contents(known, row.listed)), row.expected);
        EXPECT_EQ(known.contents, row.contents) << row.expected;
    }
}

TEST(StandingAfter, LookingAgainTellsWhatItWaitsFor) {
    auto known = facts();
    const auto fresh = standing_after(known, LookAgain{});
    EXPECT_EQ(fresh.admission, Admission::unknown);
    EXPECT_FALSE(fresh.is_adopted());
    EXPECT_NE(fresh.reason.find("looked through again"), std::string::npos);
    known.claimed_before = true;
    for (const auto contents : {Contents::ours, Contents::foreign}) {
        known.contents = contents;
        EXPECT_EQ(standing_after(known, LookAgain{}), without_claim(contents));
    }
    known.doubted = true;
    known.contents = Contents::unknown;
    EXPECT_EQ(standing_after(known, LookAgain{}), fresh);
}

struct ContentsRow {
    bool claimed_before;
    RegionAnswer<Listed> listed;
    std::string expected;
};

TEST(AfterContents, NothingForeignMayBeThere) {
    const ContentsRow rows[] = {
        {false, Listed{}, "check mode"},
        {true, Listed{}, "check mode"},
        {false, Absent{40401}, "check mode"},
        {false, Listed{":.schema-gateway:claim"}, "check mode"},
        {false,
         Listed{"orders"},
         "unadopted: holds 1 subject that this gateway did not put there, such as orders"},
        {true, Listed{"orders", ":.c:x"}, "check mode"},
        {true,
         Listed{"orders", "zebra", "ant"},
         "unadopted: holds 2 subjects that this gateway did not put there, such as zebra"},
        {true,
         Listed{":.schema-gatewayx:claim"},
         "unadopted: holds 1 subject that this gateway did not put there, such as "
         ":.schema-gatewayx:claim"},
        {false, Refused{404, "HTTP 404 Not Found"}, "not_import: 404: HTTP 404 Not Found"},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.claimed_before = row.claimed_before;
        known.put_there = names_of({"orders", ":.c:x"});
        EXPECT_EQ(described(after_contents(known, row.listed)), row.expected);
    }
}

TEST(AfterContents, TellsWhatIsKnownOfThem) {
    struct Row {
        bool claimed_before;
        RegionAnswer<Listed> listed;
        Contents expected;
    };
    const Row rows[] = {
        {false, Listed{}, Contents::clean},
        {true, Listed{}, Contents::ours},
        {true, Listed{"orders"}, Contents::ours},
        {false, no_answer, Contents::unknown},
        {false, Refused{404, "HTTP 404 Not Found"}, Contents::unknown},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.claimed_before = row.claimed_before;
        known.put_there = names_of({"orders"});
        const auto step = after_contents(known, row.listed);
        EXPECT_EQ(known.contents, row.expected) << described(step);
    }
}

using catalog::RegionClaim;

TEST(StartFrom, OnlyTheClaimOutlastsAPreparation) {
    struct Row {
        Contents before;
        std::optional<RegionClaim> claim;
        Contents expected;
    };
    using enum Contents;
    const Row rows[] = {
        {unknown, std::nullopt, unknown},
        {clean, std::nullopt, unknown},
        {foreign, std::nullopt, unknown},
        {ours, RegionClaim::undisputed, ours},
        {unknown, RegionClaim::undisputed, unknown},
        {foreign, RegionClaim::undisputed, foreign},
        {unknown, RegionClaim::doubted, unknown},
        {clean, RegionClaim::doubted, unknown},
        {ours, RegionClaim::doubted, unknown},
        {foreign, RegionClaim::doubted, foreign},
    };
    for (const auto& row : rows) {
        auto known = facts();
        start_from(known, {Admission::not_import, "", row.before}, row.claim);
        EXPECT_EQ(known.contents, row.expected);
        EXPECT_EQ(known.claimed_before, row.claim.has_value());
        EXPECT_EQ(known.doubted, row.claim == RegionClaim::doubted);
        EXPECT_EQ(known.must_doubt, row.claim == RegionClaim::undisputed && row.before != ours);
        EXPECT_FALSE(known.may_be_trusted);
    }
}

TEST(StartFrom, TrustsAClaimThatNothingSpeaksAgainst) {
    struct Row {
        Admission admission;
        Contents contents;
        std::optional<RegionClaim> claim;
        bool trusted;
    };
    using enum Admission;
    const Row rows[] = {
        {claimed, Contents::ours, RegionClaim::undisputed, true},
        {unverified, Contents::ours, RegionClaim::undisputed, true},
        {not_import, Contents::ours, RegionClaim::undisputed, false},
        {unknown, Contents::unknown, RegionClaim::undisputed, false},
        {unadopted, Contents::foreign, RegionClaim::undisputed, false},
        {claimed, Contents::ours, RegionClaim::doubted, false},
        {unverified, Contents::ours, RegionClaim::doubted, false},
        {claimed, Contents::ours, std::nullopt, false},
        {unknown, Contents::clean, std::nullopt, false},
    };
    for (const auto& row : rows) {
        auto known = facts();
        start_from(known, {row.admission, "", row.contents}, row.claim);
        EXPECT_EQ(known.may_be_trusted, row.trusted) << admission_name(row.admission);
    }
}

TEST(AfterContents, UnderADoubtTheIdsAreReadToo) {
    auto known = facts();
    known.claimed_before = known.doubted = known.claim_found = known.was_open = true;
    known.put_there = names_of({"orders", "payments", ":.c:x"});
    const Listed listed{":.c:x", ":.schema-gateway:claim", "orders"};
    EXPECT_EQ(described(after_contents(known, listed)), "read ids");
    EXPECT_EQ(known.listed, (std::set<Subject>{Subject::parse("orders"), Subject::parse(":.c:x")}));
    EXPECT_EQ(known.contents, Contents::unknown);
    EXPECT_EQ(described(after_ids(known, Listed{"orders version 2 under id 78"})),
              "unadopted: holds under a name of ours what this gateway did not put there: orders "
              "version 2 under id 78");
    EXPECT_EQ(known.contents, Contents::foreign);
    EXPECT_EQ(described(after_ids(known, Listed{})), "check mode");
    EXPECT_EQ(known.contents, Contents::clean);
    EXPECT_TRUE(known.was_open) << "nobody has seen it in IMPORT mode before the look";
    known.is_closed = true;
    EXPECT_EQ(described(after_ids(known, Listed{})), "check mode");
    EXPECT_FALSE(known.was_open);
}

TEST(RaisesDoubt, WhereTheLogTakesForOursWhatIsNot) {
    struct Row {
        bool claimed_before;
        bool doubted;
        Admission admission;
        bool expected;
    };
    using enum Admission;
    const Row rows[] = {
        {true, false, unadopted, true},
        {true, false, claimed_by_other, true},
        {true, false, not_import, false},
        {true, true, unadopted, false},
        {false, false, unadopted, false},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.claimed_before = row.claimed_before;
        known.doubted = row.doubted;
        EXPECT_EQ(raises_doubt(known, {row.admission, "why"}), row.expected);
    }
}

TEST(LookedClean, CountsUntilTheClaimIsThere) {
    struct Row {
        PreparationStep after_look;
        bool claim_found;
        bool expected;
    };
    const Row rows[] = {
        {LookAgain{std::chrono::milliseconds(1)}, false, true},
        {CheckMode{}, false, true},
        {ReadIds{}, false, true},
        {CheckMode{}, true, false},
        {Denied{}, false, false},
        {TryAgain{}, false, false},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.claim_found = row.claim_found;
        EXPECT_EQ(looked_clean(known, row.after_look), row.expected) << described(row.after_look);
    }
}

TEST(IsImport, NeedsTheRegionToSaySo) {
    EXPECT_TRUE(is_import(ModeFact{"IMPORT"}));
    EXPECT_FALSE(is_import(ModeFact{"READWRITE"}));
    EXPECT_FALSE(is_import(Absent{40409}));
    EXPECT_FALSE(is_import(Refused{42205, "no"}));
    EXPECT_FALSE(is_import(Failed{Failed::Kind::transport, "reset"}));
}

TEST(IsLost, WhateverIsNeitherAsItWasNorUnanswered) {
    struct Row {
        PreparationStep after_reading;
        bool expected;
    };
    const Row rows[] = {
        {CheckMode{}, false},
        {Admitted{}, false},
        {TryAgain{}, false},
        {ListContents{}, true},
        {SetMode{}, true},
        {Denied{}, true},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(is_lost(row.after_reading), row.expected) << described(row.after_reading);
    }
}

TEST(StandingAfter, AnAdmittedRegionIsOurs) {
    const auto standing = standing_after(Admitted{});
    EXPECT_EQ(standing, (Standing{Admission::claimed, "", Contents::ours}));
}

TEST(StandingAfter, ADenialTellsTheContentsToo) {
    struct Row {
        Admission admission;
        Contents known;
        Contents expected;
    };
    using enum Admission;
    const Row rows[] = {
        {not_import, Contents::unknown, Contents::unknown},
        {not_import, Contents::clean, Contents::clean},
        {not_import, Contents::ours, Contents::ours},
        {not_import, Contents::foreign, Contents::foreign},
        {unadopted, Contents::ours, Contents::foreign},
        {claimed_by_other, Contents::unknown, Contents::foreign},
        {claimed_by_other, Contents::ours, Contents::foreign},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.contents = row.known;
        const auto standing = standing_after(known, {row.admission, "why"});
        EXPECT_EQ(standing, (Standing{row.admission, "why", row.expected}));
    }
}

struct ModeRow {
    const char* name;
    bool manage_mode;
    bool mode_set;
    bool top_level_set;
    bool claim_found;
    RegionAnswer<ModeFact> answer;
    std::string expected;
};

TEST(AfterCheckMode, LeadsToImportOrSaysWhyNot) {
    const ModeFact import{"IMPORT"};
    const ModeFact readwrite{"READWRITE"};
    const ModeFact readonly{"READONLY"};
    const Refused none_set{40409, "Subject 'x' does not have subject-level mode configured"};
    const ModeRow rows[] = {
        {"fresh, set already", true, false, false, false, import, "write claim"},
        {"claimed", true, false, false, true, import, "admitted"},
        {"claimed, ours to set", false, false, false, true, import, "admitted"},
        {"fresh", true, false, false, false, readwrite, "set mode"},
        {"claimed, not in our log", true, false, false, true, readwrite, "set mode"},
        {"does not hold", true, true, false, false, readwrite, "set top-level mode"},
        {"never holds", true, true, true, false, readonly, "not_import: mode is READONLY"},
        {"not ours to set", false, false, false, false, readwrite, "not_import: mode is READWRITE"},
        {"claimed, not ours to set",
         false,
         false,
         false,
         true,
         readonly,
         "not_import: mode is READONLY"},
        {"unset", true, false, false, false, Absent{40401}, "set mode"},
        {"none set", true, false, false, false, none_set, "set mode"},
        {"none set for good", true, true, true, false, none_set, "not_import: mode is not set"},
        {"unset, not ours to set",
         false,
         false,
         false,
         false,
         Absent{40401},
         "not_import: mode is not set"},
        {"refused", true, false, false, false, Refused{405, "no"}, "not_import: 405: no"},
    };
    for (const auto& row : rows) {
        auto known = facts();
        known.manage_mode = row.manage_mode;
        known.mode_set = row.mode_set;
        known.top_level_set = row.top_level_set;
        known.claim_found = row.claim_found;
        EXPECT_EQ(described(after_check_mode(known, row.answer)), row.expected) << row.name;
    }
}

TEST(AfterSetMode, IsCheckedOrRefused) {
    struct Row {
        RegionAnswer<ModeFact> answer;
        std::string expected;
    };
    const Row rows[] = {
        {ModeFact{"IMPORT"}, "check mode"},
        {ModeFact{"READWRITE"}, "check mode"},
        {Refused{42205, "Mode changes are not allowed"},
         "not_import: 42205: Mode changes are not allowed"},
        {Refused{42206, "One or more references exist"},
         "not_import: 42206: One or more references exist"},
        {Absent{40401}, "not_import: mode: 40401"},
    };
    for (const auto& row : rows) {
        auto known = facts();
        EXPECT_EQ(described(after_set_mode(known, row.answer)), row.expected);
        EXPECT_TRUE(known.mode_set);
        EXPECT_FALSE(known.top_level_set);
        EXPECT_EQ(described(after_set_top_level_mode(known, row.answer)), row.expected);
        EXPECT_TRUE(known.top_level_set);
    }
}

TEST(AfterWriteClaim, WhatIsReadBackDecides) {
    struct Row {
        RegionAnswer<WrittenFact> answer;
        std::string expected;
    };
    const Row rows[] = {
        {WrittenFact{claim_id}, "read claim"},
        {WrittenFact{SchemaId{9}}, "read claim"},
        {WrittenFact{}, "read claim"},
        {id_is_taken, "read claim"},
        {not_in_import, "not_import: 42205: Subject s in context  is not in import mode"},
        {Refused{42201, "Invalid schema"}, "not_import: 42201: Invalid schema"},
        {Absent{40401}, "not_import: claim: 40401"},
    };
    for (const auto& row : rows) EXPECT_EQ(described(after_write_claim(row.answer)), row.expected);
}

TEST(AfterClaimReadBack, LooksOnceMoreAtWhatIsNowLocked) {
    struct Row {
        RegionAnswer<VersionFact> answer;
        std::string expected;
    };
    const Row rows[] = {
        {claim_of(our_log), "list contents"},
        {claim_of(their_log),
         "claimed_by_other: claimed by log 9c4e28ba-2fa1-11d2-883f-0016d3cca427"},
        {claim_of(our_log, SchemaId{5}),
         "not_import: the region stored the claim under id 5, which locks nothing"},
        {Absent{40401}, "not_import: the region acknowledged the claim and stored nothing"},
        {Refused{404, "odd"}, "not_import: 404: odd"},
    };
    for (const auto& row : rows) {
        auto known = facts();
        EXPECT_EQ(described(after_claim_read_back(known, row.answer)), row.expected);
        EXPECT_EQ(known.claim_found, row.expected == "list contents");
    }
}

}  // namespace
}  // namespace sgw::routing
