#include "store/schema/text/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "store/schema/text/json_writer.hpp"

namespace sgw::schema::text {
namespace {

std::string rewritten(std::string_view text) {
    const auto json = read_json(text, 100);
    return json ? to_json(json.value().document.root()) : "! " + json.error().what;
}

TEST(JsonReader, ValuesAreWrittenAsTheRegistryWritesThem) {
    const struct {
        const char* text;
        const char* written;
    } cases[] = {{" { \"b\" : 1 , \"a\" : [ ] } ", "{\"b\":1,\"a\":[]}"},
                 {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
                 {"/* x */ [1, // y\n 2]", "[1,2]"},
                 {"[1e3,1.50,-0,-0.0,1E400,12345678901234567890123]",
                  "[1000.0,1.5,0,-0.0,\"Infinity\",12345678901234567890123]"},
                 {"[true,false,null]", "[true,false,null]"},
                 {R"("a\"\\\/\b\f\n\r\t\u0001\u007f\u00e9")",
                  "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7F\xC3\xA9\""},
                 {R"("\ud83d\ude00")", "\"\xF0\x9F\x98\x80\""}};
    for (const auto& c : cases) EXPECT_EQ(rewritten(c.text), c.written);
}

TEST(JsonReader, RepeatedKeysOfLargeObjectsKeepTheFirstPlaceAndTheLastValue) {
    std::string text = "{";
    for (int i = 0; i < 100; ++i)
        text += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
    text += "\"k7\":\"last\"}";
    const auto json = read_json(text, 10);
    ASSERT_TRUE(json);
    const auto members = json.value().document.root().members();
    ASSERT_EQ(members.size(), 100U);
    EXPECT_EQ(members[7].key, "k7");
    EXPECT_EQ(members[7].value.text(), "last");
}

TEST(JsonReader, WhatIsNoJsonIsRefused) {
    const std::string cases[] = {"{",
                                 "[",
                                 "[1,]",
                                 "[,1]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{a:1}",
                                 "{\"a\":1,}",
                                 "tru",
                                 "nullx",
                                 "01",
                                 "-",
                                 "1.",
                                 "1e",
                                 ".5",
                                 "+1",
                                 "NaN",
                                 "Infinity",
                                 "\"",
                                 "\"\\q\"",
                                 "\"\\u12\"",
                                 "\"\\ud800\"",
                                 "\"\\ude00\"",
                                 "\"\\ud800\\u0041\"",
                                 "\"\t\"",
                                 "'a'",
                                 "/* x",
                                 "/",
                                 "\xEF\xBB\xBF\"a\"",
                                 "\"\xFF\"",
                                 "\"\xC0\x80\"",
                                 "\"\xED\xA0\x80\"",
                                 "\"\xF4\x90\x80\x80\"",
                                 "\"\xE2\x82\"",
                                 std::string("\"a\0\"", 4),
                                 std::string(1, '\0'),
                                 std::string(1001, '1')};
    for (const std::string& text : cases) EXPECT_FALSE(read_json(text, 100)) << text;
}

TEST(JsonReader, ErrorsTellTheirPlace) {
    const auto json = read_json("{\n  \"a\": x}", 10);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().line, 2U);
    EXPECT_EQ(json.error().column, 8U);
}

TEST(JsonReader, TextAfterTheFirstValueIsTheCallersBusiness) {
    EXPECT_EQ(read_json("1 2", 10).value().trailing, " 2");
    EXPECT_EQ(read_json("{}}", 10).value().trailing, "}");
    EXPECT_EQ(read_json("\"a\"", 10).value().trailing, "");
}

TEST(JsonReader, BlanksAndCommentsAloneAreNoValue) {
    EXPECT_TRUE(read_json(" /* x */ // y", 10).value().is_blank);
    EXPECT_TRUE(read_json("", 10).value().is_blank);
    EXPECT_FALSE(read_json("null", 10).value().is_blank);
}

TEST(JsonReader, DepthIsBoundedBeforeItIsEntered) {
    EXPECT_TRUE(read_json("[[[]]]", 3));
    const auto json = read_json("[[[[]]]]", 3);
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().kind, JsonError::Kind::limit);
    EXPECT_FALSE(read_json(std::string(100'000, '['), 1000));
}

TEST(JsonValue, EqualityIgnoresTheOrderOfKeysButNotTheKindOfNumbers) {
    const struct {
        const char* a;
        const char* b;
        bool equal;
    } cases[] = {{"{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", true},
                 {"[1,2]", "[2,1]", false},
                 {"1", "1.0", false},
                 {"1.0", "1.00", true},
                 {"0.0", "-0.0", false},
                 {"0", "-0", true},
                 {"123456789012345678901", "123456789012345678901", true},
                 {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
                 {"null", "false", false}};
    for (const auto& c : cases) {
        const auto a = read_json(c.a, 10);
        const auto b = read_json(c.b, 10);
        EXPECT_EQ(equal(a.value().document.root(), b.value().document.root()), c.equal)
            << c.a << " " << c.b;
    }
}

}  // namespace
}  // namespace sgw::schema::text
