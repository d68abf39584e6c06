#include "routing/comparison.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"
#include "tests/routing/answers.hpp"

namespace sgw::routing {
namespace {

using catalog::SubjectVersion;
using enum catalog::DeploymentState;
using Names = std::vector<std::string>;
using Numbers = std::vector<Version>;

const RegionName us{"us"};

HeldSubject held(const std::string& subject, const std::vector<int>& versions = {1}) {
    HeldSubject held{Subject::parse(subject), {}};
    for (const int version : versions) held.versions.push_back({held.subject, Version{version}});
    return held;
}

TEST(AllHeld, IsWhatIsThereBySubject) {
    catalog::TestCatalog catalog;
    const auto set = [&](const SubjectVersion& what, auto state, const RegionName& region) {
        catalog.add({catalog::DeploymentChanged{region, what, state, ""}});
    };
    const auto a = held("a", {1, 2, 3});
    const auto b = held(":.c:b");
    set(a.versions[0], deployed, us);
    set(a.versions[1], pending, us);
    set(a.versions[2], partial, us);
    set(b.versions[0], deployed, us);
    set(held("conflicting").versions[0], conflict, us);
    set(held("elsewhere").versions[0], deployed, RegionName{"eu"});
    const std::vector<HeldSubject> expected{held("a", {1, 3}), b};
    EXPECT_EQ(all_held(catalog.state(), us), expected);
}

TEST(Compare, TellsTheListedFromTheGone) {
    const std::vector<HeldSubject> all{
        held("a", {1, 2}), held(":.c:b"), held("c/d"), held("e"), held("f")};
    const Names names{"a", ":.c:b", "c%2Fd", "foreign"};
    const auto compared = compare(all, names);
    EXPECT_EQ(compared.listed, (std::vector{held("a", {1, 2}), held(":.c:b"), held("c/d")}));
    EXPECT_EQ(compared.gone, (Versions{held("e").versions[0], held("f").versions[0]}));
    EXPECT_EQ(compare(all, {}).gone.size(), 6U);
}

TEST(Missing, IsToldByListsAndAbsenceAlone) {
    struct Row {
        RegionAnswer<Numbers> answer;
        std::optional<std::vector<int>> expected;
    };
    const Row rows[] = {
        {Numbers{Version{1}, Version{2}, Version{3}}, std::vector<int>{}},
        {Numbers{Version{3}, Version{9}}, std::vector<int>{1, 2}},
        {Numbers{}, std::vector<int>{1, 2, 3}},
        {Absent{40401}, std::vector<int>{1, 2, 3}},
        {Refused{404, "HTTP 404 Not Found"}, std::nullopt},
        {no_answer, std::nullopt},
    };
    for (const auto& row : rows) {
        const auto gone = missing(held("a", {1, 2, 3}), row.answer);
        ASSERT_EQ(gone.has_value(), row.expected.has_value()) << outcome(row.answer);
        if (gone) {
            EXPECT_EQ(*gone, held("a", *row.expected).versions) << outcome(row.answer);
        }
    }
}

}  // namespace
}  // namespace sgw::routing
