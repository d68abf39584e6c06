#include "gateway/admin/deployments.hpp"

#include <gtest/gtest.h>

#include "store/catalog/apply.hpp"
#include "tests/catalog/memory_key_values.hpp"

namespace sgw::gateway::admin {
namespace {

using catalog::DeploymentState;

const RegionName us{"us-west"};
const RegionName eu{"eu-west"};

TEST(ReadFilter, TakesWhatIsKnown) {
    const std::vector known{us, eu};
    struct Row {
        http::QueryParameters query;
        DeploymentFilter expected;
    };
    const Row rows[] = {
        {{}, {}},
        {{{"state", ""}, {"region", ""}}, {}},
        {{{"state", "failed"}}, {DeploymentState::failed, {}}},
        {{{"region", "eu-west"}, {"more", "x"}}, {{}, eu}},
        {{{"region", "us-west"}, {"state", "conflict"}, {"state", "nope"}},
         {DeploymentState::conflict, us}},
    };
    for (const auto& row : rows) {
        const auto filter = read_filter(row.query, known);
        ASSERT_TRUE(filter) << filter.error().message;
        EXPECT_EQ(filter.value(), row.expected);
    }
}

TEST(ReadFilter, NamesWhatIsKnown) {
    struct Row {
        http::QueryParameters query;
        std::vector<RegionName> known;
        std::string expected;
    };
    const Row rows[] = {
        {{{"region", "nope"}}, {us, eu}, "region \"nope\" is unknown; known are us-west, eu-west"},
        {{{"region", "US-WEST"}}, {us}, "region \"US-WEST\" is unknown; known are us-west"},
        {{{"region", "nope"}}, {}, "region \"nope\" is unknown; there are none"},
        {{{"state", "Failed"}},
         {us},
         "state \"Failed\" is unknown; known are pending, deployed, failed, conflict, partial, "
         "over_capacity, deleted"},
    };
    for (const auto& row : rows) {
        const auto filter = read_filter(row.query, row.known);
        ASSERT_FALSE(filter);
        EXPECT_EQ(filter.error(), (Error{400, row.expected}));
    }
}

class ListDeployments : public ::testing::Test {
  protected:
    ListDeployments() {
        catalog::Events events;
        for (const auto* const name : {"a", "b", "c"}) {
            const catalog::SubjectVersion what{{Context{}, name}, Version{1}};
            events.emplace_back(catalog::DeploymentChanged{us, what, DeploymentState::pending, ""});
            events.emplace_back(
                catalog::DeploymentChanged{eu, what, DeploymentState::failed, "no"});
        }
        catalog::apply(events, 1, 0, store_);
    }

    std::pair<std::string, bool> listed(const DeploymentFilter& filter, std::size_t most) {
        const auto list = list_deployments(catalog::Queries(store_), filter, most);
        std::string names;
        for (const auto& one : list.deployments) {
            names += one.what.subject.name + "@" + one.region.value + " ";
        }
        return {names, list.is_truncated};
    }

    catalog::MemoryKeyValues store_;
};

TEST_F(ListDeployments, SaysWhetherThereAreMore) {
    using Listed = std::pair<std::string, bool>;
    EXPECT_EQ(listed({{}, eu}, 3), (Listed{"a@eu-west b@eu-west c@eu-west ", false}));
    EXPECT_EQ(listed({{}, eu}, 2), (Listed{"a@eu-west b@eu-west ", true}));
    EXPECT_EQ(listed({DeploymentState::failed, {}}, 3),
              (Listed{"a@eu-west b@eu-west c@eu-west ", false}));
    EXPECT_EQ(listed({DeploymentState::failed, us}, 3), (Listed{"", false}));
    EXPECT_TRUE(listed({}, 5).second);
    EXPECT_FALSE(listed({}, 6).second);
}

}  // namespace
}  // namespace sgw::gateway::admin
