#include "routing/passes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "routing/comparison.hpp"

namespace sgw::routing {
namespace {

using Reading = Passes::Reading;

std::vector<Subject> subjects(const std::string& names) {
    std::vector<Subject> all;
    for (const auto name : names) all.push_back(Subject{Context{}, std::string(1, name)});
    return all;
}

/// One pass, one subject after the other, of which some fail. The names that it reads, in order.
std::string pass(Passes& passes, const std::string& names, const std::string& failing) {
    auto all = subjects(names);
    passes.begin(all);
    std::string read;
    for (const auto& subject : all) {
        passes.reads(subject);
        read += subject.name;
        const bool fails = failing.find(subject.name) != std::string::npos;
        if (!passes.goes_on(fails ? Reading::failed : Reading::done, Up::yes)) break;
    }
    return read;
}

TEST(Passes, WhatFailsAndHowFarTheNextOnesGet) {
    struct Row {
        const char* name;
        std::string failing;
        std::vector<std::string> passes;
    };
    const Row rows[] = {
        {"nothing", "", {"abcdefg", "abcdefg"}},
        {"one, the first", "a", {"abcdefg", "abcdefg"}},
        {"two in a row", "cd", {"abcdefg", "abcdefg"}},
        {"many, but not in a row", "abdeg", {"abcdefg", "abcdefg"}},
        {"three in a row, the first", "abc", {"abc", "defgabc", "defgabc"}},
        {"three in a row, in the middle", "cde", {"abcde", "fgabcde", "fgabcde"}},
        {"three in a row around the end", "fga", {"abcdefg", "abcdefg"}},
        {"all", "abcdefg", {"abc", "def", "gab", "cde", "fga", "bcd"}},
    };
    for (const auto& row : rows) {
        Passes passes;
        for (const auto& expected : row.passes) {
            EXPECT_EQ(pass(passes, "abcdefg", row.failing), expected) << row.name;
        }
    }
}

TEST(Passes, EndWhereTheRegionIsAway) {
    for (const auto reading : {Reading::done, Reading::failed}) {
        Passes passes;
        EXPECT_TRUE(passes.goes_on(reading, Up::yes));
        EXPECT_TRUE(passes.goes_on(reading, Up::unknown));
        EXPECT_FALSE(passes.goes_on(reading, Up::no));
    }
}

TEST(Passes, TheNextBeginsBehindTheLastThoughThatIsNotAmongThemAnyMore) {
    struct Row {
        std::string last;
        std::string names;
        std::string expected;
    };
    const Row rows[] = {{"c", "abcde", "deabc"},
                        {"c", "abde", "deab"},
                        {"e", "abcde", "abcde"},
                        {"x", "abc", "abc"},
                        {"0", "abc", "abc"},
                        {"c", "", ""}};
    for (const auto& row : rows) {
        Passes passes;
        passes.reads(Subject{Context{}, row.last});
        EXPECT_EQ(pass(passes, row.names, ""), row.expected) << row.last << " of " << row.names;
    }
}

TEST(Passes, FailuresOfAnEarlierOneDoNotCount) {
    Passes passes;
    EXPECT_TRUE(passes.goes_on(Reading::failed, Up::yes));
    EXPECT_TRUE(passes.goes_on(Reading::failed, Up::yes));
    EXPECT_EQ(pass(passes, "abc", "a"), "abc");
}

TEST(Passes, NobodyStarvesHoweverManyFail) {
    const std::string names = "abcdefghijklmnopqrstuvwxyz";
    std::map<std::string, int> turns;
    Passes passes;
    for (int i = 0; i < 26; ++i) {
        for (const auto name : pass(passes, names, "abcdefghijklmnopqrstuvwxy")) {
            ++turns[std::string(1, name)];
        }
    }
    ASSERT_EQ(turns.size(), names.size());
    for (const auto& [name, count] : turns) EXPECT_GE(count, 3) << name;
}

TEST(Passes, OrderWhateverHasASubject) {
    std::vector<HeldSubject> held;
    for (const auto& subject : subjects("abc")) held.push_back({subject, {}});
    Passes passes;
    passes.reads(held.front().subject);
    passes.begin(held, &HeldSubject::subject);
    EXPECT_EQ(held.front().subject.name + held.back().subject.name, "ba");
}

}  // namespace
}  // namespace sgw::routing
