#include "gateway/call.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "tests/gateway/calls.hpp"

namespace sgw::gateway {
namespace {

TEST(ParseInt32, ReadsWhatJavaReads) {
    struct Row {
        std::string_view text;
        std::optional<std::int32_t> expected;
    };
    const Row rows[] = {
        {"0", 0},
        {"1", 1},
        {"-1", -1},
        {"+1", 1},
        {"01", 1},
        {"007", 7},
        {"-0", 0},
        {"+0", 0},
        {"2147483647", 2147483647},
        {"-2147483648", -2147483647 - 1},
        {"00000000000000000000000000001", 1},
        {"2147483648", std::nullopt},
        {"-2147483649", std::nullopt},
        {"4294967297", std::nullopt},
        {"99999999999999999999", std::nullopt},
        {"", std::nullopt},
        {"+", std::nullopt},
        {"-", std::nullopt},
        {"+-1", std::nullopt},
        {"-+1", std::nullopt},
        {"++1", std::nullopt},
        {"--1", std::nullopt},
        {" 1", std::nullopt},
        {"1 ", std::nullopt},
        {"1.0", std::nullopt},
        {"1e2", std::nullopt},
        {"0x10", std::nullopt},
        {"1x", std::nullopt},
        {"x", std::nullopt},
        {"1\n", std::nullopt},
        {std::string_view("1\0", 2), std::nullopt},
    };
    for (const auto& row : rows) EXPECT_EQ(parse_int32(row.text), row.expected) << row.text;
}

/// The number, "latest", or the error's code.
std::string chosen(std::string_view text) {
    const auto choice = parse_version(text);
    if (!choice) return "error " + std::to_string(choice.error().code);
    const auto number = choice.value().number;
    return number ? std::to_string(number->value) : "latest";
}

TEST(ParseVersion, TakesNumbersFromOneAndLatest) {
    struct Row {
        std::string_view text;
        std::string_view expected;
    };
    const Row rows[] = {
        {"1", "1"},
        {"+1", "1"},
        {"01", "1"},
        {" 1 ", "1"},
        {"2147483647", "2147483647"},
        {"latest", "latest"},
        {"LATEST", "latest"},
        {"LaTeSt", "latest"},
        {" latest ", "latest"},
        {"-1", "latest"},
        {" -1", "latest"},
        {"-01", "latest"},
        {"0", "error 42202"},
        {"-0", "error 42202"},
        {"-2", "error 42202"},
        {"2147483648", "error 42202"},
        {"4294967297", "error 42202"},
        {"", "error 42202"},
        {" ", "error 42202"},
        {"latest1", "error 42202"},
        {"lates", "error 42202"},
        {"1.0", "error 42202"},
        {"1 1", "error 42202"},
        {"ü", "error 42202"},
    };
    for (const auto& row : rows) EXPECT_EQ(chosen(row.text), row.expected) << row.text;
}

TEST(ParseVersion, TheErrorQuotesWhatWasSent) {
    EXPECT_EQ(parse_version("x y").error().message,
              "The specified version 'x y' is not a valid version id. Allowed values are between "
              "[1, 2^31-1] and the string \"latest\"");
}

TEST(Call, FlagsAreTrueOnlyForTrue) {
    struct Row {
        std::string_view value;
        bool expected;
    };
    const Row rows[] = {{"true", true},
                        {"TRUE", true},
                        {"True", true},
                        {"false", false},
                        {"", false},
                        {"1", false},
                        {"yes", false},
                        {"true ", false},
                        {" true", false},
                        {"truetrue", false}};
    for (const auto& row : rows) {
        SomeCall some;
        some.query = {{"deleted", std::string(row.value)}};
        EXPECT_EQ(some.call().flag("deleted"), row.expected) << row.value;
        EXPECT_FALSE(some.call().flag("Deleted"));
    }
    EXPECT_FALSE(SomeCall{}.call().flag("deleted"));
}

TEST(Call, OfParametersTheFirstCounts) {
    SomeCall some;
    some.query = {{"a", "1"}, {"b", ""}, {"a", "2"}};
    const auto call = some.call();
    EXPECT_EQ(call.parameter("a"), "1");
    EXPECT_EQ(call.parameter("b"), "");
    EXPECT_EQ(call.parameter("c"), "");
    EXPECT_TRUE(call.has("b"));
    EXPECT_FALSE(call.has("c"));
}

TEST(Call, IntegersAreInt32OrTheApis404) {
    struct Row {
        std::string_view value;
        std::optional<std::int32_t> expected;
    };
    const Row rows[] = {{"", 7},
                        {"0", 0},
                        {"-5", -5},
                        {"+5", 5},
                        {"x", std::nullopt},
                        {" 1", std::nullopt},
                        {"2147483648", std::nullopt}};
    for (const auto& row : rows) {
        SomeCall some;
        some.query = {{"limit", std::string(row.value)}};
        const auto value = some.call().integer("limit", 7);
        ASSERT_EQ(bool(value), row.expected.has_value()) << row.value;
        if (row.expected) {
            EXPECT_EQ(value.value(), *row.expected);
        } else {
            EXPECT_EQ(value.error(), (Error{404, "HTTP 404 Not Found"}));
        }
    }
    EXPECT_EQ(SomeCall{}.call().integer("limit", -1).value(), -1);
}

TEST(Call, IdIsAnInt32OrTheApis404) {
    SomeCall some;
    some.parameters["id"] = "7";
    EXPECT_EQ(some.call().id().value(), SchemaId{7});
    for (const char* const text : {"x", "", "7.0", "2147483648", " 7"}) {
        some.parameters["id"] = text;
        EXPECT_EQ(some.call().id().error(), (Error{404, "HTTP 404 Not Found"})) << text;
    }
}

TEST(Call, SubjectIsQualifiedOrTheTopLevel) {
    SomeCall some;
    EXPECT_FALSE(some.call().has_subject());
    EXPECT_EQ(some.call().subject(), Subject{});
    some.parameters["subject"] = ":.c:s";
    EXPECT_TRUE(some.call().has_subject());
    EXPECT_EQ(some.call().subject(), (Subject{Context{".c"}, "s"}));
    some.parameters["subject"] = ":.:s";
    EXPECT_EQ(some.call().subject(), (Subject{Context{}, "s"}));
}

// Calls of another method or with another body never share an answer.
TEST(Call, CacheKeysTellCallsApart) {
    const auto key = [](std::string_view method, std::string target, std::string body) {
        SomeCall some;
        some.route.method = method;
        some.request.method = "HEAD";
        some.request.target = std::move(target);
        some.request.body = std::move(body);
        return some.call().cache_key();
    };
    const auto plain = key("GET", "/subjects/s/versions?deleted=true", "");
    EXPECT_EQ(plain, key("GET", "/subjects/s/versions?deleted=true", ""));
    EXPECT_NE(plain, key("POST", "/subjects/s/versions?deleted=true", ""));
    EXPECT_NE(plain, key("GET", "/subjects/s/versions", ""));
    EXPECT_NE(plain, key("GET", "/subjects/s/versions?deleted=true", "{}"));
}

TEST(Call, OriginNamesTheClient) {
    SomeCall some;
    some.request.peer = "127.0.0.9";
    some.request.request_id = "r-1";
    const auto origin = some.call().origin();
    const log::Origin expected{"", "", "127.0.0.9", "r-1"};
    EXPECT_EQ(origin, expected);
}

}  // namespace
}  // namespace sgw::gateway
