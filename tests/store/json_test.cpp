#include "store/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace sgw {
namespace {

using nlohmann::ordered_json;

TEST(ParseJson, BuildsWhatTheLibraryBuilds) {
    const std::string_view texts[] = {
        "null",
        " true ",
        "-7",
        "9223372036854775808",
        "1e2",
        R"("a\u0041\n")",
        "[]",
        "{}",
        R"([1,[2,[3]],{"a":[{}]},"x",false,null])",
        R"({"b":1,"a":{"d":[],"c":{"e":null}},"f":"g"})",
        R"({"a":1,"b":2,"a":3})",
        R"({"a":{"x":1},"b":0,"a":[{"y":2,"y":{"z":3}}]})",
        R"({"":{"":[]}})",
    };
    for (const auto text : texts) {
        const auto json = parse_json(text, {.depth = 10});
        ASSERT_TRUE(json) << text;
        EXPECT_EQ(*json, ordered_json::parse(text)) << text;
        EXPECT_EQ(json->dump(), ordered_json::parse(text).dump()) << text;
    }
}

TEST(ParseJson, RefusesWhatIsNoJson) {
    const std::string_view texts[] = {"",
                                      " ",
                                      "{",
                                      "[1,",
                                      R"({"a")",
                                      R"({"a":})",
                                      "1 2",
                                      "{}x",
                                      "nul",
                                      "1e400",
                                      std::string_view("1\0", 2),
                                      "\"\xff\"",
                                      R"({"a":1,})"};
    for (const auto text : texts) EXPECT_FALSE(parse_json(text, {.depth = 10})) << text;
}

TEST(ParseJson, IsBoundedInDepth) {
    EXPECT_TRUE(parse_json("[[1]]", {.depth = 2}));
    EXPECT_FALSE(parse_json("[[[1]]]", {.depth = 2}));
    EXPECT_FALSE(parse_json(std::string(100'000, '['), {.depth = 1000}));
}

TEST(ParseJson, IsBoundedInValues) {
    EXPECT_TRUE(parse_json(R"([1,{"a":2}])", {.depth = 2, .values = 4}));
    EXPECT_FALSE(parse_json(R"([1,{"a":2}])", {.depth = 2, .values = 3}));
    EXPECT_FALSE(parse_json(R"({"a":1,"a":2})", {.depth = 2, .values = 2}));
    EXPECT_FALSE(parse_json("1", {.depth = 2, .values = 0}));
}

/// With a search through all members for each of them this would take an hour.
TEST(ParseJson, TakesAMillionMembers) {
    std::string text = "{";
    for (int i = 0; i < 1'000'000; ++i) text += '"' + std::to_string(i) + "\":0,";
    text.back() = '}';
    const auto json = parse_json(text, {.depth = 1});
    ASSERT_TRUE(json);
    EXPECT_EQ(json->size(), 1'000'000U);
}

TEST(Int32Of, TakesWhatFitsAndNothingElse) {
    const std::pair<std::string_view, std::optional<std::int32_t>> cases[] = {
        {"0", 0},
        {"-1", -1},
        {"2147483647", 2147483647},
        {"-2147483648", -2147483647 - 1},
        {"2147483648", std::nullopt},
        {"-2147483649", std::nullopt},
        {"4294967295", std::nullopt},
        {"9223372036854775808", std::nullopt},
        {"18446744073709551615", std::nullopt},
        {"18446744073709551616", std::nullopt},
        {"1.0", std::nullopt},
        {"1e2", std::nullopt},
        {"\"1\"", std::nullopt},
        {"true", std::nullopt},
        {"null", std::nullopt},
        {"[1]", std::nullopt},
    };
    for (const auto& [text, number] : cases) {
        EXPECT_EQ(int32_of(*parse_json(text, {.depth = 2})), number) << text;
    }
}

TEST(Member, IsNothingWhereItIsMissingOrNull) {
    const auto object = *parse_json(R"({"a":0,"b":null})", {.depth = 2});
    ASSERT_NE(member(object, "a"), nullptr);
    EXPECT_EQ(*member(object, "a"), 0);
    EXPECT_EQ(member(object, "b"), nullptr);
    EXPECT_EQ(member(object, "c"), nullptr);
}

}  // namespace
}  // namespace sgw
