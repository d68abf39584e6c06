#include "routing/registration_block.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sgw::routing {
namespace {

using Regions = std::vector<RegionView>;

RegionView adopted(std::string name) {
    return {RegionName{std::move(name)}, {Admission::claimed, "", Contents::ours}, Up::yes, ""};
}

RegionView new_one(std::string name, Up reachable) {
    return {RegionName{std::move(name)}, Standing{}, reachable, ""};
}

RegionView foreign(std::string name) {
    const Standing standing{Admission::unadopted, "holds 2 subjects", Contents::foreign};
    return {RegionName{std::move(name)}, standing, Up::yes, ""};
}

RegionView failing(RegionView region, std::string trouble) {
    region.reachable = Up::no;
    region.trouble = std::move(trouble);
    return region;
}

std::string sentence(const std::string& region, const std::string& why) {
    return "Nothing new can be registered: region " + region + " is not adopted (" + why +
           "), until it is adopted or removed from the configuration";
}

TEST(RegistrationBlock, NothingStandsInTheWayWhereAllAreAdopted) {
    EXPECT_FALSE(registration_block(Regions{}));
    const Regions well{adopted("a"), failing(adopted("b"), "connect: refused")};
    EXPECT_FALSE(registration_block(well));
}

struct Row {
    const char* name;
    Regions regions;
    std::string reason;
    bool is_passing;
};

class Blocks : public ::testing::TestWithParam<Row> {};

TEST_P(Blocks, TellsWhichRegionAndWhy) {
    const auto block = registration_block(GetParam().regions);
    ASSERT_TRUE(block);
    EXPECT_EQ(block->reason, GetParam().reason);
    EXPECT_EQ(block->is_passing, GetParam().is_passing);
}

INSTANTIATE_TEST_SUITE_P(Regions,
                         Blocks,
                         ::testing::Values(Row{"not_seen_yet",
                                               {adopted("a"), new_one("b", Up::unknown)},
                                               sentence("b", "not examined yet"),
                                               true},
                                           Row{"being_looked_through",
                                               {new_one("a", Up::yes), new_one("b", Up::yes)},
                                               sentence("a", "not examined yet"),
                                               true},
                                           Row{"away_since_the_start",
                                               {failing(new_one("a", Up::no), "connect: refused")},
                                               sentence("a", "not examined yet; connect: refused"),
                                               false},
                                           Row{"foreign",
                                               {adopted("a"), foreign("b")},
                                               sentence("b", "holds 2 subjects"),
                                               false},
                                           Row{"what_stays_goes_before_what_passes",
                                               {new_one("a", Up::yes), foreign("b"), foreign("c")},
                                               sentence("b", "holds 2 subjects"),
                                               false},
                                           Row{"away_since_it_was_looked_through",
                                               {failing(foreign("a"), "read: reset")},
                                               sentence("a", "holds 2 subjects; read: reset"),
                                               false},
                                           Row{"the_same_words_once",
                                               {failing(foreign("a"), "2 subjects")},
                                               sentence("a", "holds 2 subjects"),
                                               false}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(RegistrationBlock, OldTroubleOfARegionThatAnswersIsNotTold) {
    auto region = foreign("a");
    region.trouble = "connect: refused";
    EXPECT_EQ(registration_block(Regions{region})->reason, sentence("a", "holds 2 subjects"));
}

}  // namespace
}  // namespace sgw::routing
