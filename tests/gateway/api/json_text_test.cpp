#include "gateway/api/json_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/json.hpp"

namespace sgw::gateway::api {
namespace {

using nlohmann::ordered_json;

TEST(JsonText, EscapesLikeTheRegistry) {
    struct Row {
        std::string_view text;
        std::string_view expected;
    };
    const Row rows[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"say \"x\"", R"("say \"x\"")"},
        {"back\\slash", R"("back\\slash")"},
        {"a/b <c> & 'd'", R"("a/b <c> & 'd'")"},
        {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
        {std::string_view("\0\x01\x0b\x1f", 4), R"("\u0000\u0001\u000B\u001F")"},
        {"\x7f", "\"\x7f\""},
        {"ü€", "\"ü€\""},
        {"\u2028\u2029", "\"\u2028\u2029\""},
        {"\ufeff\uffff", "\"\ufeff\uffff\""},
        {"😀", R"("\uD83D\uDE00")"},
        {"x😀y", R"("x\uD83D\uDE00y")"},
        {"\U00010000\U0010ffff", R"("\uD800\uDC00\uDBFF\uDFFF")"},
    };
    for (const auto& row : rows) EXPECT_EQ(json_text(ordered_json(row.text)), row.expected);
}

TEST(JsonText, IsCompactAndKeepsTheOrder) {
    const std::string_view texts[] = {
        R"({"b":1,"a":2})",
        R"([])",
        R"({})",
        R"([1,-1,0,true,false,null,"x"])",
        R"({"a":[{"b":{}},[],[[]]],"c":"d"})",
        R"([9223372036854775807,-9223372036854775808,18446744073709551615])",
        R"("x")",
        R"(7)",
        R"(null)",
    };
    for (const auto text : texts) EXPECT_EQ(json_text(ordered_json::parse(text)), text);
}

TEST(JsonText, EscapesKeysToo) {
    ordered_json json;
    json["a\"😀\n"] = "b";
    EXPECT_EQ(json_text(json), R"({"a\"\uD83D\uDE00\n":"b"})");
}

TEST(JsonText, PrintsWhateverParseJsonLetsIn) {
    const std::string text = std::string(1000, '[') + std::string(1000, ']');
    const auto json = parse_json(text, {.depth = 1000});
    ASSERT_TRUE(json);
    EXPECT_EQ(json_text(*json), text);
}

TEST(JsonText, ReadsBackTheSame) {
    std::string text;
    for (char32_t point = 0; point < 0x800; ++point) {
        if (point < 0x80) {
            text += static_cast<char>(point);
        } else {
            text += static_cast<char>(0xc0U | (point >> 6U));
            text += static_cast<char>(0x80U | (point & 0x3fU));
        }
    }
    EXPECT_EQ(ordered_json::parse(json_text(ordered_json(text))).get<std::string>(), text);
}

}  // namespace
}  // namespace sgw::gateway::api
