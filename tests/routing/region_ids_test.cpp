#include "routing/region_ids.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using catalog::SubjectVersion;

const RegionName us{"us"};
const auto orders = Subject::parse("orders");

/// Orders has versions 1 and 2 under ids 1 (int) and 2 (string), both deployed; payments has id 3.
class RegionIds : public ::testing::Test {
  protected:
    RegionIds() {
        known_.registered("orders", catalog::int_text);
        known_.registered("orders", catalog::string_text);
        known_.registered("payments", catalog::long_text);
        for (const int number : {1, 2}) {
            const SubjectVersion what{orders, Version{number}};
            known_.add({catalog::DeploymentChanged{us, what, DeploymentState::deployed, ""}});
        }
    }

    std::string said(const Subject& subject, int version, int id, const std::string& text) {
        VersionFact fact;
        fact.subject = subject.qualified();
        fact.version = Version{version};
        fact.id = SchemaId{id};
        fact.text = text;
        return stray(known_.state(), us, {subject, fact.version}, fact).value_or("");
    }

    catalog::TestCatalog known_;
};

TEST_F(RegionIds, AStrayDoesNotMeanWhatTheLogGaveTheIdTo) {
    const std::string text(catalog::int_text);
    EXPECT_EQ(said(orders, 1, 1, text), "");
    EXPECT_EQ(said(orders, 1, 1, " " + text), "");
    EXPECT_EQ(said(orders, 3, 1, text), "");
    EXPECT_EQ(said(orders, 2, 3, std::string(catalog::long_text)), "");
    EXPECT_EQ(said(orders, 3, 78, text), "orders version 3 under id 78");
    EXPECT_EQ(said(orders, 1, 2, text), "orders version 1 under id 2, which is another schema");
    EXPECT_EQ(said(orders, 1, 1, "no schema"),
              "orders version 1 under id 1, which is another schema");
    EXPECT_EQ(said(Subject::parse(":.c:orders"), 1, 1, text), ":.c:orders version 1 under id 1");
}

TEST_F(RegionIds, AKnownConflictIsNoStray) {
    const SubjectVersion first{orders, Version{1}};
    const std::string other(catalog::long_text);
    EXPECT_NE(said(orders, 1, 1, other), "");
    known_.add({catalog::DeploymentChanged{us, first, DeploymentState::conflict, ""}});
    EXPECT_EQ(said(orders, 1, 1, other), "");
    EXPECT_NE(said(orders, 1, 2, other), "");
    EXPECT_NE(said(orders, 1, 78, other), "");
}

TEST_F(RegionIds, AVersionThatIsListedAndNotToldMayHaveAnyId) {
    const Absent absent{40402};
    EXPECT_EQ(stray(known_.state(), us, {orders, Version{2}}, absent), std::nullopt);
    EXPECT_EQ(stray(known_.state(), us, {orders, Version{3}}, absent),
              "orders version 3, which the region lists and does not tell");
}

TEST_F(RegionIds, AnythingElseThanWhatShouldBeThereIsNotAsBooked) {
    const auto at = [](int version, int id) { return std::pair(Version{version}, SchemaId{id}); };
    struct Row {
        Ids told;
        bool expected;
    };
    const Row rows[] = {
        {{at(1, 1), at(2, 2)}, true},
        {{at(1, 1)}, false},
        {{}, false},
        {{at(1, 1), at(2, 3)}, false},
        {{at(1, 1), at(2, 2), at(3, 3)}, false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(is_as_booked(known_.state(), us, orders, row.told), row.expected);
    }
    EXPECT_TRUE(is_as_booked(known_.state(), us, Subject::parse("payments"), {}));
}

}  // namespace
}  // namespace sgw::routing
