#include "routing/admission.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sgw::routing {
namespace {

constexpr std::array all_contents{
    Contents::unknown, Contents::clean, Contents::ours, Contents::foreign};

TEST(IsVerdict, UnlessTheRegionIsStillToBeExamined) {
    for (const auto admission : all_admissions) {
        const bool to_come = admission == Admission::unknown || admission == Admission::unverified;
        EXPECT_EQ(is_verdict(admission), !to_come) << admission_name(admission);
    }
}

TEST(InDoubt, KeepsTheReasonWhyItCouldNotBeExaminedSince) {
    const auto doubted = in_doubt({Admission::not_import, "42205: no", Contents::ours});
    EXPECT_EQ(doubted, at_start(catalog::RegionClaim::doubted));
    EXPECT_FALSE(doubted.is_adopted());
    const auto failed = after_failed_examination(doubted, "connect: refused");
    EXPECT_NE(failed, doubted);
    EXPECT_EQ(in_doubt(failed), failed);
    const Standing foreign{Admission::unadopted, "holds 1 subject", Contents::foreign};
    EXPECT_EQ(in_doubt(foreign), foreign);
}

TEST(AdmissionName, EachHasItsOwn) {
    std::set<std::string_view> names;
    for (const auto admission : all_admissions) names.insert(admission_name(admission));
    EXPECT_EQ(names.size(), all_admissions.size());
    EXPECT_FALSE(names.contains(""));
}

TEST(Standing, BeginsUnknown) {
    const Standing standing;
    EXPECT_EQ(standing.admission, Admission::unknown);
    EXPECT_FALSE(standing.is_adopted());
    EXPECT_NE(standing.reason, "");
}

TEST(Standing, IsAdoptedForWhatItHolds) {
    for (const auto contents : all_contents) {
        const Standing standing{Admission::not_import, "", contents};
        const bool expected = contents == Contents::clean || contents == Contents::ours;
        EXPECT_EQ(standing.is_adopted(), expected) << static_cast<int>(contents);
    }
    EXPECT_TRUE(at_start(catalog::RegionClaim::undisputed).is_adopted());
    EXPECT_FALSE(at_start(catalog::RegionClaim::doubted).is_adopted());
}

TEST(WithoutClaim, IsToBeVerifiedAgain) {
    for (const auto contents : {Contents::ours, Contents::foreign}) {
        const auto standing = without_claim(contents);
        EXPECT_EQ(standing.admission, Admission::unverified);
        EXPECT_EQ(standing.contents, contents);
        EXPECT_NE(standing.reason.find("claim is gone"), std::string::npos);
    }
}

TEST(AfterRefusal, KeepsWhatIsKnownOfTheContents) {
    for (const auto contents : all_contents) {
        const auto after = after_refusal({Admission::claimed, "", contents}, "42205: no");
        EXPECT_EQ(after, (Standing{Admission::not_import, "42205: no", contents}));
    }
}

TEST(OutOfSight, ForgetsWhatOthersMayChange) {
    for (const auto admission : all_admissions) {
        for (const auto contents : all_contents) {
            const Standing before{admission, "why", contents};
            const auto after = out_of_sight(before);
            if (contents == Contents::clean) {
                EXPECT_EQ(after.admission, Admission::unknown);
                EXPECT_EQ(after.contents, Contents::unknown);
                EXPECT_EQ(out_of_sight(after), after);
            } else {
                EXPECT_EQ(after, before);
            }
        }
    }
}

TEST(AfterFailedExamination, OnlyWhatWasNotDecidedIsExplained) {
    for (const auto admission : all_admissions) {
        const bool open = admission == Admission::unknown || admission == Admission::unverified;
        const auto after =
            after_failed_examination({admission, "why", Contents::ours}, "connect: refused");
        EXPECT_EQ(after.admission, admission);
        EXPECT_EQ(after.contents, Contents::ours);
        EXPECT_EQ(after.reason, open ? "cannot be examined: connect: refused" : "why");
    }
}

TEST(ContradictedIds, AreToldWithTheReason) {
    const Context named{".c"};
    ContradictedIds ids;
    EXPECT_EQ(ids.told_with("holds 2 subjects"), "holds 2 subjects");
    EXPECT_TRUE(ids.add(Context{}, SchemaId{7}));
    EXPECT_FALSE(ids.add(Context{}, SchemaId{7}));
    EXPECT_EQ(ids.told_with("holds 2 subjects"),
              "holds 2 subjects; another schema than in the catalog under id 7");
    EXPECT_TRUE(ids.add(named, SchemaId{7}));
    EXPECT_EQ(ids.told_with(""), "; another schema than in the catalog under id 7, 7 of .c");
    for (const std::int32_t id : {1, 2, 3, 4, 5}) EXPECT_TRUE(ids.add(Context{}, SchemaId{id}));
    EXPECT_EQ(ids.told_with(""),
              "; another schema than in the catalog under id 1, 2, 3, 4, 5 and 2 more");
}

TEST(ContradictedIds, AreKeptUpToABound) {
    ContradictedIds ids;
    std::int32_t kept = 0;
    while (kept < 10'000 && ids.add(Context{}, SchemaId{kept})) ++kept;
    EXPECT_EQ(kept, 1000);
}

}  // namespace
}  // namespace sgw::routing
