#include "routing/finding.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"
#include "tests/routing/answers.hpp"

namespace sgw::routing {
namespace {

using catalog::DeploymentChanged;
using catalog::DeploymentState;
using catalog::SubjectVersion;
using enum DeploymentState;

const RegionName us{"us"};
const SubjectVersion orders{Subject::parse("orders"), Version{1}};

std::string shown(const Finding& finding) {
    return finding.what.subject.name + " " + std::to_string(finding.what.version.value) + " id " +
           std::to_string(finding.id.value) + " " + std::string(state_name(finding.state)) + ": " +
           finding.reason;
}
std::string shown(const std::optional<Finding>& finding) {
    return finding ? shown(*finding) : "nothing";
}
std::string shown(const catalog::Events& events) {
    std::string text;
    for (const auto& event : events) {
        const auto& changed = std::get<DeploymentChanged>(event);
        text += changed.region.value + " " + std::to_string(changed.what.version.value) + " " +
                std::string(state_name(changed.state)) + ": " + changed.reason + "; ";
    }
    return text;
}

class FindingTest : public ::testing::Test {
  protected:
    /// `orders` with versions 1 (int) and 2 (string), ids 1 and 2, both deployed in us.
    FindingTest() {
        catalog_.registered("orders", catalog::int_text);
        catalog_.registered("orders", catalog::string_text);
        set(1, deployed);
        set(2, deployed);
    }
    void set(int version, DeploymentState state, const RegionName& region = us) {
        const SubjectVersion what{orders.subject, Version{version}};
        catalog_.add({DeploymentChanged{region, what, state, ""}});
    }
    std::string held_numbers() const {
        std::string text;
        for (const auto& what : held_versions(catalog_.state(), us, orders.subject)) {
            text += std::to_string(what.version.value) + " ";
        }
        return text;
    }
    Finding found(int version, int id, DeploymentState state) const {
        return {{orders.subject, Version{version}}, SchemaId{id}, state, "why"};
    }

    catalog::TestCatalog catalog_;
};

VersionFact fact() {
    VersionFact fact;
    fact.subject = "orders";
    fact.version = Version{1};
    fact.id = SchemaId{1};
    fact.text = catalog::int_text;
    return fact;
}

TEST_F(FindingTest, HeldIsWhatWasBroughtToTheRegion) {
    const auto wanted = held(catalog_.state(), us, orders);
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->wanted.what, orders);
    EXPECT_EQ(wanted->wanted.id, SchemaId{1});
    EXPECT_EQ(wanted->wanted.content.text, catalog::int_text);
    EXPECT_EQ(wanted->state, deployed);
    EXPECT_EQ(held_numbers(), "1 2 ");
    for (const auto state : {partial, conflict}) {
        set(1, state);
        EXPECT_EQ(held(catalog_.state(), us, orders)->state, state);
        EXPECT_EQ(held_numbers(), "1 2 ");
    }
    for (const auto state : {pending, failed, deleted}) {
        set(1, state);
        EXPECT_FALSE(held(catalog_.state(), us, orders)) << state_name(state);
        EXPECT_EQ(held_numbers(), "2 ");
    }
    EXPECT_FALSE(held(catalog_.state(), RegionName{"eu"}, orders));
    EXPECT_FALSE(held(catalog_.state(), us, {Subject::parse("unknown"), Version{1}}));
}

TEST_F(FindingTest, IsWhatASecondLookSays) {
    auto other_text = fact();
    other_text.text = "\"bytes\"";
    auto other_id = fact();
    other_id.id = SchemaId{9};
    auto respelled = fact();
    respelled.text = R"({"type":"int"})";
    auto other_number = fact();
    other_number.version = Version{7};
    struct Row {
        RegionAnswer<VersionFact> answer;
        bool contradicts;
        std::string expected;
        std::string of_a_conflict;
    };
    const std::string well = "orders 1 id 1 deployed: ";
    const Row rows[] = {
        {fact(), false, "nothing", well},
        {respelled, false, "nothing", well},
        {Absent{40402}, true, "orders 1 id 1 pending: missing in the region", "nothing"},
        {other_text,
         true,
         "orders 1 id 1 conflict: the region holds another schema under this version, id 1",
         "nothing"},
        {other_id,
         true,
         "orders 1 id 1 conflict: the region holds this version under id 9",
         "nothing"},
        {other_number, true, "nothing", "nothing"},
        {Refused{404, "HTTP 404 Not Found"}, false, "nothing", "nothing"},
        {bad_credentials, false, "nothing", "nothing"},
        {no_answer, false, "nothing", "nothing"},
    };
    auto wanted = *held(catalog_.state(), us, orders);
    for (const auto& row : rows) {
        wanted.state = deployed;
        EXPECT_EQ(shown(finding(wanted, row.answer)), row.expected) << outcome(row.answer);
        EXPECT_EQ(contradicts(wanted, row.answer), row.contradicts) << outcome(row.answer);
        wanted.state = conflict;
        EXPECT_EQ(shown(finding(wanted, row.answer)), row.of_a_conflict) << outcome(row.answer);
        EXPECT_FALSE(contradicts(wanted, row.answer)) << outcome(row.answer);
        EXPECT_EQ(is_gone_conflict(wanted, row.answer), std::holds_alternative<Absent>(row.answer))
            << outcome(row.answer);
    }
}

TEST_F(FindingTest, DroppedMetadataIsPartialAndNoNewsIsNone) {
    auto wanted = *held(catalog_.state(), us, orders);
    wanted.wanted.content.metadata = catalog::properties({{"owner", "me"}});
    EXPECT_EQ(shown(finding(wanted, fact())),
              "orders 1 id 1 partial: the region dropped the metadata");
    EXPECT_TRUE(contradicts(wanted, fact()));
    wanted.state = partial;
    EXPECT_EQ(shown(finding(wanted, fact())), "nothing");
    EXPECT_FALSE(contradicts(wanted, fact()));
    auto whole = fact();
    whole.metadata = wanted.wanted.content.metadata;
    EXPECT_EQ(shown(finding(wanted, whole)), "orders 1 id 1 deployed: ");
    EXPECT_FALSE(contradicts(wanted, whole));
}

TEST_F(FindingTest, AListWithVersionsThatWereNotPutThere) {
    const auto listing = [&](const std::vector<Version>& listed) {
        return shown(listing_finding(catalog_.state(), us, orders.subject, listed));
    };
    EXPECT_EQ(listing({Version{1}, Version{2}}), "nothing");
    EXPECT_EQ(listing({Version{1}}), "nothing");  // told by reading the version itself
    const std::string expected =
        "orders 2 id 2 conflict: the region lists version 99 of the subject, which was not put "
        "there";
    EXPECT_EQ(listing({Version{1}, Version{99}, Version{100}}), expected);
    set(2, pending);
    EXPECT_EQ(listing({Version{99}}).substr(0, 22), "orders 1 id 1 conflict");
    set(2, conflict);
    EXPECT_EQ(listing({Version{99}}), "nothing");  // it is not asked any more
}

TEST_F(FindingTest, WhatHealedCountsOnceTheListIsRightToo) {
    using Listed = RegionAnswer<std::vector<Version>>;
    const auto after = [&](const Listed& answer, std::vector<Finding> healed) {
        const auto found =
            after_list(catalog_.state(), us, orders.subject, answer, std::move(healed));
        std::string text;
        for (const auto& one : found) text += shown(one).substr(0, 22) + "; ";
        return text;
    };
    const std::vector<Version> right{Version{1}, Version{2}};
    const std::vector<Version> one_more{Version{1}, Version{2}, Version{99}};
    EXPECT_EQ(after(right, {}), "");
    EXPECT_EQ(after(one_more, {}), "orders 2 id 2 conflict; ");
    EXPECT_EQ(after(Absent{40401}, {}), "");
    set(1, conflict);
    EXPECT_EQ(after(right, {found(1, 1, deployed)}), "orders 1 id 1 deployed; ");
    EXPECT_EQ(after(one_more, {found(1, 1, deployed)}), "");
    EXPECT_EQ(after(no_answer, {found(1, 1, deployed)}), "");
}

TEST_F(FindingTest, SubjectsInConflictAreThoseOfTheRegion) {
    EXPECT_TRUE(subjects_in_conflict(catalog_.state(), us).empty());
    set(1, conflict);
    set(2, conflict, RegionName{"eu"});
    EXPECT_EQ(subjects_in_conflict(catalog_.state(), us), std::set{orders.subject});
    EXPECT_TRUE(subjects_in_conflict(catalog_.state(), RegionName{"ap"}).empty());
}

TEST_F(FindingTest, WhatIsBookedStillHolds) {
    EXPECT_EQ(
        shown(book_findings(catalog_.state(), us, {found(1, 1, pending), found(2, 2, conflict)})),
        "us 1 pending: why; us 2 conflict: why; ");
    struct Row {
        const char* name;
        DeploymentState now;
        Finding finding;
    };
    const Row rows[] = {
        {"was requeued meanwhile", pending, found(1, 1, conflict)},
        {"is a conflict already", conflict, found(1, 1, pending)},
        {"means another id now", deployed, found(1, 8, conflict)},
        {"is booked so", partial, found(1, 1, partial)},
        {"was a conflict already", conflict, found(1, 1, conflict)},
        {"is not known", deployed, found(3, 1, conflict)},
    };
    for (const auto& row : rows) {
        set(1, row.now);
        EXPECT_EQ(shown(book_findings(catalog_.state(), us, {row.finding})), "") << row.name;
    }
    set(1, conflict);
    EXPECT_EQ(shown(book_findings(catalog_.state(), us, {found(1, 1, deployed)})),
              "us 1 deployed: why; ");
}

}  // namespace
}  // namespace sgw::routing
