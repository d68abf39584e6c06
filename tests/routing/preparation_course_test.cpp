// Whole preparations, step after step, against regions of all kinds.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/routing/preparation_steps.hpp"

namespace sgw::routing {
namespace {

using Listed = std::vector<std::string>;

/// A registry of a few lines that a whole preparation can run against.
struct FakeRegion {
    std::optional<VersionFact> claim;
    Listed subjects;
    Listed strays;  // under names of ours
    Listed loaded;  // what it lists in addition once it was claimed
    std::string mode = "READWRITE";
    bool global_mode_hidden = false;  // by a setting of the default context
    bool mode_fixed = false;
    std::optional<VersionFact> faster;    // another log's claim, written just before ours
    std::string refused_mode = "IMPORT";  // of the subject that it refused a write for
    bool refuses_claim = false;           // to be written again

    RegionAnswer<VersionFact> read_claim() const {
        if (claim) return *claim;
        return Absent{40401};
    }
    RegionAnswer<ModeFact> set_mode(bool top_level) {
        if (mode_fixed) return Refused{42205, "Mode changes are not allowed"};
        if (top_level || !global_mode_hidden) mode = "IMPORT";
        return ModeFact{"IMPORT"};
    }
    RegionAnswer<WrittenFact> write_claim(std::string_view log) {
        if (faster) claim = faster;
        if (claim) return Refused{42205, "Overwrite new schema with id 1 is not permitted."};
        claim = claim_of(log);
        subjects.insert(subjects.end(), loaded.begin(), loaded.end());
        return WrittenFact{claim_id};
    }
};

std::string prepare(FakeRegion& region, PreparationFacts known, std::string& path) {
    auto step = after_claim(known, region.read_claim());
    for (int count = 0; count < 24; ++count) {
        const auto name = described(step);
        path += name + ", ";
        if (name == "list contents") {
            step = after_contents(known, region.subjects);
        } else if (name == "read ids") {
            step = after_ids(known, region.strays);
        } else if (name == "doubt") {
            step = after_doubt(known);
        } else if (name == "set mode") {
            step = after_set_mode(known, region.set_mode(false));
        } else if (name == "set top-level mode") {
            step = after_set_top_level_mode(known, region.set_mode(true));
        } else if (name == "check mode") {
            step = after_check_mode(known, ModeFact{region.mode});
        } else if (name == "write claim") {
            step = after_write_claim(region.write_claim(known.log_uuid));
        } else if (name == "check refused") {
            step = after_refused_mode(known, ModeFact{region.refused_mode});
        } else if (name == "rewrite claim") {
            const Refused forbidden{403, "Forbidden"};
            const RegionAnswer<WrittenFact> written = WrittenFact{claim_id};
            step = after_rewrite_claim(known, region.refuses_claim ? forbidden : written);
        } else if (name == "read claim") {
            step = after_claim_read_back(known, region.read_claim());
        } else {
            return name;
        }
    }
    return "no end";
}

TEST(Preparation, OfAFreshRegion) {
    FakeRegion region;
    std::string path;
    EXPECT_EQ(prepare(region, facts(), path), "admitted");
    EXPECT_EQ(path,
              "list contents, check mode, set mode, check mode, write claim, read claim, "
              "list contents, check mode, admitted, ");
    EXPECT_EQ(region.claim->text, claim_text(our_log));
    path.clear();
    auto known = facts();
    known.may_be_trusted = true;
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_EQ(path, "check mode, admitted, ");
}

TEST(Preparation, WhereTheDefaultContextHasItsOwnMode) {
    FakeRegion region;
    region.global_mode_hidden = true;
    std::string path;
    EXPECT_EQ(prepare(region, facts(), path), "admitted");
    EXPECT_EQ(path,
              "list contents, check mode, set mode, check mode, set top-level mode, check mode, "
              "write claim, read claim, list contents, check mode, admitted, ");
}

TEST(Preparation, NeverWritesToWhatIsNotOurs) {
    FakeRegion theirs;
    theirs.claim = claim_of(their_log);
    FakeRegion filled;
    filled.subjects = {"orders"};
    FakeRegion fixed;
    fixed.mode_fixed = true;
    struct Row {
        FakeRegion* region;
        std::string expected;
    };
    const Row rows[] = {
        {&theirs, "claimed_by_other: claimed by log 9c4e28ba-2fa1-11d2-883f-0016d3cca427"},
        {&filled, "unadopted: holds 1 subject that this gateway did not put there, such as orders"},
        {&fixed, "not_import: 42205: Mode changes are not allowed"},
    };
    for (const auto& row : rows) {
        std::string path;
        EXPECT_EQ(prepare(*row.region, facts(), path), row.expected);
        EXPECT_EQ(row.region->mode, "READWRITE");
        EXPECT_EQ(path.find("write claim"), std::string::npos);
    }
}

TEST(Preparation, NothingIsEverDeployedWhereTheRestShowsAfterTheClaim) {
    const std::string expected =
        "unadopted: holds 1 subject that this gateway did not put there, such as theirs";
    for (const bool claimed_before : {false, true}) {
        FakeRegion region;
        region.loaded = {"theirs", "orders"};
        auto known = facts();
        known.claimed_before = claimed_before;
        known.put_there = names_of({"orders"});
        if (!claimed_before) region.loaded = {"theirs"};
        std::string path;
        EXPECT_EQ(prepare(region, known, path), expected);
        EXPECT_TRUE(region.claim);
        path.clear();  // with our claim in it, as it will be found from now on
        EXPECT_EQ(prepare(region, known, path), expected);
        EXPECT_EQ(path.find("check mode"), std::string::npos);
    }
}

TEST(Preparation, OfARegionThatWasClaimedAndNotRecorded) {
    FakeRegion region;
    region.claim = claim_of(our_log);
    region.mode = "IMPORT";
    std::string path;
    EXPECT_EQ(prepare(region, facts(), path), "admitted");
    EXPECT_EQ(path, "list contents, check mode, admitted, ");
}

TEST(Preparation, OfARegionThatCameBackEmpty) {
    FakeRegion region;
    auto known = facts();
    known.claimed_before = true;
    known.put_there = names_of({"orders"});
    std::string path;
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_TRUE(region.claim);
}

TEST(Preparation, OfARegionThatLostItsClaimAlone) {
    FakeRegion region;
    region.subjects = {"orders"};
    auto known = facts();
    known.claimed_before = true;
    known.put_there = names_of({"orders"});
    std::string path;
    EXPECT_EQ(prepare(region, known, path), "admitted");
}

/// Ours, and open to others when it is looked at.
struct Opened : ::testing::Test {
    Opened() {
        region.claim = claim_of(our_log);
        region.subjects = {"orders"};
        start_from(known, at_start(RegionClaim::undisputed), RegionClaim::undisputed);
        known.put_there = names_of({"orders"});
    }

    using RegionClaim = catalog::RegionClaim;
    FakeRegion region;
    PreparationFacts known = facts();
    std::string path;
};

TEST_F(Opened, IsDoubtedBeforeItsModeHidesWhy) {
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_EQ(path,
              "check mode, doubt, list contents, read ids, check mode, set mode, check mode, "
              "list contents, read ids, check mode, admitted, ");
}

TEST_F(Opened, IsDoubtedWithoutItsClaimToo) {
    region.claim.reset();
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_EQ(path,
              "list contents, check mode, doubt, list contents, read ids, check mode, set mode, "
              "check mode, write claim, read claim, list contents, read ids, check mode, "
              "admitted, ");
}

TEST_F(Opened, IsDoubtedWhereTheLogCouldNotSaySoTheLastTime) {
    region.mode = "IMPORT";
    for (const auto contents : {Contents::unknown, Contents::foreign}) {
        start_from(known, {Admission::unknown, "", contents}, RegionClaim::undisputed);
        path.clear();
        EXPECT_EQ(prepare(region, known, path), "admitted");
        EXPECT_EQ(path.find("doubt, list contents, read ids, "), 0U) << path;
    }
}

TEST_F(Opened, KeepsItsModeWhereOthersWroteToIt) {
    region.subjects = {"orders", "own"};
    EXPECT_EQ(prepare(region, known, path),
              "unadopted: holds 1 subject that this gateway did not put there, such as own");
    EXPECT_EQ(path.find("set mode"), std::string::npos);
    region.subjects = {"orders"};
    region.strays = {"orders version 2 under id 78"};
    EXPECT_EQ(prepare(region, known, path),
              "unadopted: holds under a name of ours what this gateway did not put there: orders "
              "version 2 under id 78");
    EXPECT_EQ(path.find("set mode"), std::string::npos);
}

TEST_F(Opened, IsLookedThroughWhateverItsModeIsAtTheNextStart) {
    region.mode = "IMPORT";
    region.subjects = {"orders", "own"};
    start_from(known, at_start(RegionClaim::doubted), RegionClaim::doubted);
    EXPECT_EQ(prepare(region, known, path),
              "unadopted: holds 1 subject that this gateway did not put there, such as own");
    region.subjects = {"orders"};
    path.clear();
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_EQ(path,
              "list contents, read ids, check mode, list contents, read ids, check mode, "
              "admitted, ")
        << "the first look may have come before the mode was set";
}

TEST_F(Opened, IsLookedThroughWhereTheModeIsNotOursToSet) {
    known.manage_mode = false;
    EXPECT_EQ(prepare(region, known, path), "not_import: mode is READWRITE");
    EXPECT_EQ(path,
              "check mode, doubt, list contents, read ids, check mode, " +
                  std::string("not_import: mode is READWRITE, "));
    region.subjects = {"orders", "own"};
    EXPECT_EQ(prepare(region, known, path),
              "unadopted: holds 1 subject that this gateway did not put there, such as own");
}

/// Ours, in IMPORT mode, and it refused a write.
struct Refusing : Opened {
    Refusing() {
        region.mode = "IMPORT";
        known.refusal = "42205: not in import mode";
        start_from(known, {Admission::not_import, "", Contents::ours}, RegionClaim::undisputed);
    }
};

TEST_F(Refusing, IsAdmittedWhenItTakesWritesAgain) {
    EXPECT_EQ(prepare(region, known, path), "admitted");
    EXPECT_EQ(path,
              "check refused, list contents, check mode, check refused, rewrite claim, admitted, ");
    region.refuses_claim = true;
    EXPECT_EQ(prepare(region, known, path), "not_import: 42205: not in import mode");
}

TEST_F(Refusing, IsDoubtedWhereItIsOpenForThatSubject) {
    region.refused_mode = "READWRITE";
    EXPECT_EQ(prepare(region, known, path), "not_import: 42205: not in import mode");
    EXPECT_EQ(path.find("check refused, doubt, list contents, read ids, "), 0U) << path;
    region.strays = {"orders version 2 under id 2"};
    EXPECT_EQ(prepare(region, known, path),
              "unadopted: holds under a name of ours what this gateway did not put there: orders "
              "version 2 under id 2");
}

TEST(Preparation, TheFasterLogHoldsTheRegion) {
    FakeRegion region;
    region.faster = claim_of(their_log);
    std::string path;
    EXPECT_EQ(prepare(region, facts(), path),
              "claimed_by_other: claimed by log 9c4e28ba-2fa1-11d2-883f-0016d3cca427");
    EXPECT_NE(path.find("write claim, read claim"), std::string::npos);
}

TEST(Preparation, TheSameLogTwiceIsNoRace) {
    FakeRegion region;
    region.faster = claim_of(our_log);
    std::string path;
    EXPECT_EQ(prepare(region, facts(), path), "admitted");
}

}  // namespace
}  // namespace sgw::routing
