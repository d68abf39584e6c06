#include "gateway/api/body.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/schema/golden_file.hpp"

namespace sgw::gateway::api {
namespace {

Result<catalog::SchemaRequest> parsed(std::string_view body) {
    return parse_schema_request(body, "register.arg5");
}

/// "ok" or the error's code.
template <class T>
std::string outcome(const Result<T>& result) {
    return result ? "ok" : std::to_string(result.error().code);
}

struct Row {
    std::string body;
    std::string expected;
};

TEST(SchemaRequest, Shapes) {
    const Row rows[] = {
        {"{}", "ok"},
        {R"({"schema":null})", "ok"},
        {R"({"schema":"\"int\"","nosuch":{"a":[1]}})", "ok"},
        {" \r\n\t{} ", "ok"},
        {R"({"schemaTagsToAdd":[],"schemaTagsToRemove":null})", "ok"},
        {R"({"propagateSchemaTags":false})", "ok"},
        {R"({"references":[]})", "ok"},
        {R"({"references":null})", "ok"},
        {R"({"ruleSet":null})", "ok"},
        {R"({"schemaType":"FOO"})", "ok"},  // 42201 later, with the text
        // No body
        {"", "422"},
        {"null", "422"},
        {" null ", "422"},
        // No JSON
        {"{", "400"},
        {"not json", "400"},
        {"{} x", "400"},
        {"{}{}", "400"},
        {R"({"schema":"x",})", "400"},
        {"{'schema':'x'}", "400"},
        {"{schema:1}", "400"},
        {"// c\n{}", "400"},
        {"/* c */{}", "400"},
        {"{\"schema\":\"a\nb\"}", "400"},
        {"{\"schema\":\"\xff\"}", "400"},
        {"{\"schema\":\"\xed\xa0\x80\"}", "400"},
        {R"({"schema":"\ud800"})", "400"},
        {std::string("\x1f\x8b\x08\x00", 4), "400"},
        {std::string("{}\0", 3), "400"},
        {R"({"id":NaN})", "400"},
        {R"({"id":01})", "400"},
        {R"({"id":1e999})", "400"},
        // Another shape
        {"[]", "400"},
        {"\"x\"", "400"},
        {"7", "400"},
        {"true", "400"},
        {R"({"schema":{}})", "400"},
        {R"({"schema":[]})", "400"},
        {R"({"schemaType":{}})", "400"},
        {R"({"id":[]})", "400"},
        {R"({"id":true})", "400"},
        {R"({"version":"x"})", "400"},
        {R"({"version":99999999999})", "400"},
        {R"({"version":2147483648})", "400"},
        {R"({"version":-2147483649})", "400"},
        {R"({"version":18446744073709551616})", "400"},
        {R"({"version":"2147483648"})", "400"},
        {R"({"metadata":[]})", "400"},
        {R"({"metadata":"x"})", "400"},
        {R"({"metadata":{"tags":[]}})", "400"},
        {R"({"metadata":{"tags":{"a":"b"}}})", "400"},
        {R"({"metadata":{"tags":{"a":[{}]}}})", "400"},
        {R"({"metadata":{"properties":[]}})", "400"},
        {R"({"metadata":{"properties":{"a":{}}}})", "400"},
        {R"({"metadata":{"properties":{"a":null}}})", "400"},
        {R"({"metadata":{"sensitive":{}}})", "400"},
        {R"({"references":{}})", "400"},
        {R"({"references":["x"]})", "400"},
        {R"({"references":[null]})", "400"},
        {R"({"schemaType":"JSON","references":{}})", "400"},
        {R"({"ruleSet":[]})", "400"},
        {R"({"ruleSet":"x"})", "400"},
        {R"({"ruleset":7})", "400"},
        {R"({"ruleSet":{},"ruleset":[]})", "400"},
        {R"({"schemaType":"PROTOBUF","ruleSet":[]})", "400"},
        {R"({"propagateSchemaTags":true,"ruleSet":false})", "400"},
        {R"({"schemaTagsToAdd":{}})", "400"},
        {R"({"schemaTagsToRemove":"x"})", "400"},
        {R"({"propagateSchemaTags":"yes"})", "400"},
        {R"({"propagateSchemaTags":{}})", "400"},
        // Not in this release
        {R"({"schemaType":"JSON"})", "501"},
        {R"({"schemaType":"PROTOBUF"})", "501"},
        {R"({"references":[{"name":"a","subject":"s","version":1}]})", "501"},
        {R"({"ruleSet":{}})", "501"},
        {R"({"ruleset":{}})", "501"},
        {R"({"ruleSet":{"unknown":[]}})", "501"},
        {R"({"schemaTagsToAdd":[{}]})", "501"},
        {R"({"schemaTagsToRemove":[{}]})", "501"},
        {R"({"propagateSchemaTags":true})", "501"},
        {R"({"propagateSchemaTags":"true"})", "501"},
        {R"({"propagateSchemaTags":1})", "501"},
    };
    for (const auto& row : rows) EXPECT_EQ(outcome(parsed(row.body)), row.expected) << row.body;
}

TEST(SchemaRequest, DefaultsAreTheContracts) {
    const auto request = parsed("{}").value();
    EXPECT_EQ(request.text, std::nullopt);
    EXPECT_EQ(request.type, "AVRO");
    EXPECT_EQ(request.version, 0);
    EXPECT_EQ(request.id, -1);
    EXPECT_EQ(request.metadata, std::nullopt);
    const auto nulls =
        parsed(R"({"schema":null,"schemaType":null,"version":null,"id":null,"metadata":null})");
    EXPECT_EQ(nulls.value().text, std::nullopt);
    EXPECT_EQ(nulls.value().type, "AVRO");
    EXPECT_EQ(nulls.value().version, 0);
    EXPECT_EQ(nulls.value().id, -1);
    EXPECT_EQ(nulls.value().metadata, std::nullopt);
}

TEST(SchemaRequest, IntegersAreCoerced) {
    struct IntRow {
        std::string_view value;
        std::int32_t expected;
    };
    const IntRow rows[] = {{"7", 7},
                           {"-7", -7},
                           {"1.5", 1},
                           {"-1.5", -1},
                           {"1e2", 100},
                           {"0.0", 0},
                           {"2147483647", 2147483647},
                           {"2147483647.9", 2147483647},
                           {"-2147483648", -2147483647 - 1},
                           {R"("7")", 7},
                           {R"("+7")", 7},
                           {R"(" 7 ")", 7},
                           {R"("")", -1},
                           {R"(" ")", -1}};
    for (const auto& row : rows) {
        const auto body = R"({"id":)" + std::string(row.value) + "}";
        const auto request = parsed(body);
        ASSERT_TRUE(request) << body;
        EXPECT_EQ(request.value().id, row.expected) << body;
    }
}

TEST(SchemaRequest, TextsAreCoerced) {
    struct TextRow {
        std::string_view value;
        std::string_view expected;
    };
    const TextRow rows[] = {{R"("x")", "x"},
                            {"1", "1"},
                            {"-7", "-7"},
                            {"true", "true"},
                            {"false", "false"},
                            {"1.5", "1.5"},
                            {"18446744073709551615", "18446744073709551615"},
                            {R"("\u0000\ud83d\ude00")", std::string_view("\0😀", 5)},
                            {R"("")", ""}};
    for (const auto& row : rows) {
        const auto request = parsed(R"({"schema":)" + std::string(row.value) + "}");
        ASSERT_TRUE(request) << row.value;
        EXPECT_EQ(request.value().text, row.expected);
    }
}

TEST(SchemaRequest, MetadataIsSortedAndCoerced) {
    const auto request = parsed(R"({"metadata":{"tags":{"b":["y","x","y"],"a":[]},
        "properties":{"n":1,"t":true},"sensitive":["z","y"],"nope":1}})");
    ASSERT_TRUE(request);
    const catalog::Metadata expected{
        {{"a", {}}, {"b", {"x", "y"}}}, {{"n", "1"}, {"t", "true"}}, {"y", "z"}};
    EXPECT_EQ(request.value().metadata, expected);
    EXPECT_EQ(parsed(R"({"metadata":{}})").value().metadata, catalog::Metadata{});
    EXPECT_EQ(parsed(R"({"metadata":{"tags":null,"properties":null}})").value().metadata,
              catalog::Metadata{});
}

TEST(SchemaRequest, OfEqualKeysTheLastWins) {
    const auto request = parsed(R"({"schema":"a","id":1,"schema":"b","id":2})");
    EXPECT_EQ(request.value().text, "b");
    EXPECT_EQ(request.value().id, 2);
    EXPECT_EQ(parsed(R"({"schema":"a","schema":null})").value().text, std::nullopt);
    const auto metadata =
        parsed(R"({"metadata":{"properties":{"a":"1","a":"2"},"sensitive":["a"]}})");
    EXPECT_EQ(metadata.value().metadata->properties.at("a"), "2");
}

TEST(SchemaRequest, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return R"({"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_EQ(outcome(parsed(nested(999))), "ok");
    EXPECT_EQ(outcome(parsed(nested(1000))), "400");
    EXPECT_EQ(outcome(parsed(nested(100'000))), "400");
    EXPECT_EQ(outcome(parsed(std::string(100'000, '['))), "400");
    EXPECT_EQ(outcome(parsed(std::string(100'000, '[') + std::string(100'000, ']'))), "400");
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
    EXPECT_EQ(outcome(parsed(objects)), "400");
    // Brackets in a text are no depth.
    EXPECT_EQ(outcome(parsed(R"({"schema":")" + std::string(100'000, '[') + "\"}")), "ok");
    EXPECT_EQ(outcome(parsed(R"({"schema":"\")" + std::string(2'000, '[') + "\"}")), "ok");
}

TEST(SchemaRequest, ErrorsAreTheContracts) {
    struct ErrorRow {
        std::string_view body;
        Error expected;
    };
    const ErrorRow rows[] = {
        {"", {422, "register.arg5 must not be null (was null)"}},
        {"[]",
         {400,
          "Cannot deserialize value of type `RegisterSchemaRequest` from Array value (token "
          "`JsonToken.START_ARRAY`)"}},
        {R"({"schema":{}})",
         {400,
          "Cannot deserialize value of type `String` from Object value (token "
          "`JsonToken.START_OBJECT`)"}},
        {R"({"ruleSet":[]})",
         {400,
          "Cannot deserialize value of type `RuleSet` from Array value (token "
          "`JsonToken.START_ARRAY`)"}},
        {R"({"version":"x"})",
         {400,
          "Cannot deserialize value of type `Integer` from String \"x\": not a valid "
          "`java.lang.Integer` value"}},
        {R"({"id":99999999999})",
         {400, "Numeric value (99999999999) out of range of int (-2147483648 - 2147483647)"}},
        {R"({"propagateSchemaTags":"yes"})",
         {400,
          "Cannot deserialize value of type `Boolean` from String \"yes\": only \"true\" or "
          "\"false\" recognized"}},
    };
    for (const auto& row : rows) EXPECT_EQ(parsed(row.body).error(), row.expected) << row.body;
}

TEST(ConfigUpdate, Shapes) {
    const Row rows[] = {
        {"{}", "ok"},
        {R"({"compatibility":"full"})", "ok"},
        {R"({"compatibility":null})", "ok"},
        {R"({"compatibilityLevel":"nosuch"})", "ok"},  // another name, ignored
        {R"({"compatibilityPolicy":"LOGICAL"})", "ok"},
        {R"({"normalize":"true"})", "ok"},
        {R"({"normalize":1})", "ok"},
        {R"({"alias":""})", "ok"},
        {R"({"alias":null})", "ok"},
        {R"({"defaultRuleSet":null})", "ok"},
        {"", "422"},
        {"null", "422"},
        {"[]", "400"},
        {"{", "400"},
        {R"({"compatibility":""})", "42203"},
        {R"({"compatibility":" full"})", "42203"},
        {R"({"compatibility":"nosuch"})", "42203"},
        {R"({"compatibility":1})", "42203"},
        {R"({"compatibility":[]})", "400"},
        {R"({"normalize":"x"})", "400"},
        {R"({"normalize":[]})", "400"},
        {R"({"defaultMetadata":"x"})", "400"},
        {R"({"defaultRuleSet":[]})", "400"},
        {R"({"overrideRuleSet":"x"})", "400"},
        {R"({"overrideRuleSet":{}})", "501"},
        {R"({"alias":"b"})", "501"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(parse_config_update(row.body, "a")), row.expected) << row.body;
    }
}

TEST(ConfigUpdate, AbsentKeepsNullClearsValueSets) {
    const auto update =
        parse_config_update(R"({"compatibility":null,"normalize":true,"alias":""})", "a").value();
    EXPECT_TRUE(update.level.present);
    EXPECT_EQ(update.level.value, std::nullopt);
    EXPECT_TRUE(update.normalize.present);
    EXPECT_EQ(update.normalize.value, true);
    EXPECT_EQ(update.alias.value, "");
    EXPECT_FALSE(update.policy.present);
    EXPECT_FALSE(update.default_metadata.present);
    const auto cleared = parse_config_update(R"({"compatibilityPolicy":"nosuch"})", "a").value();
    EXPECT_TRUE(cleared.policy.present);
    EXPECT_EQ(cleared.policy.value, std::nullopt);
}

TEST(ModeUpdate, Shapes) {
    const Row rows[] = {{"{}", "ok"},
                        {R"({"mode":null})", "ok"},
                        {R"({"mode":"x"})", "ok"},
                        {R"({"mode":7})", "ok"},
                        {"", "422"},
                        {"null", "422"},
                        {"[]", "400"},
                        {R"({"mode":["IMPORT"]})", "400"}};
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(parse_mode_update(row.body, "a")), row.expected) << row.body;
    }
    EXPECT_FALSE(parse_mode_update("{}", "a").value().present);
    EXPECT_TRUE(parse_mode_update(R"({"mode":null})", "a").value().present);
    EXPECT_EQ(parse_mode_update(R"({"mode":null})", "a").value().mode, std::nullopt);
    EXPECT_EQ(parse_mode_update(R"({"mode":"Import"})", "a").value().mode, "Import");
}

TEST(AnyObject, OrNoBody) {
    const Row rows[] = {{"", "ok"},
                        {"{}", "ok"},
                        {"null", "ok"},
                        {R"({"a":1})", "ok"},
                        {"[]", "400"},
                        {"7", "400"},
                        {"{", "400"}};
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(parse_any_object(row.body)), row.expected) << row.body;
    }
}

/// What we make of a body that was sent to this path; empty: not a path that takes one.
std::string judged(const std::string& method, const std::string& path, const std::string& body) {
    const auto plain = path.substr(0, path.find('?'));
    const bool schema = method == "POST" && plain.find("/subjects/") != std::string::npos &&
                        !plain.ends_with("/tags");
    if (schema) return outcome(parsed(body));
    if (method == "PUT" && plain.starts_with("/config")) {
        return outcome(parse_config_update(body, "a"));
    }
    if (method == "PUT" && plain.starts_with("/mode")) return outcome(parse_mode_update(body, "a"));
    return "";
}

/// The recorded code; nothing for answers that did not come to look at the body.
std::optional<int> recorded_code(const nlohmann::json& response) {
    const int status = response.at("status").get<int>();
    const auto answer = nlohmann::json::parse(response.value("body", ""), nullptr, false);
    if (status == 200) return status;
    if (status == 415 || status == 406 || status >= 500 || !answer.is_object()) return std::nullopt;
    const auto message = answer.value("message", "");
    const bool for_the_path = message == "Bad Request" || message.starts_with("Context name");
    if (for_the_path) return std::nullopt;
    return answer.at("error_code").get<int>();
}

// Bodies that the registry refused are refused with its code; what it took is taken, or not in this
// release.
TEST(Bodies, AreJudgedAsRecorded) {
    std::map<std::string, int> compared;
    for (const auto& conversation : tests::read_golden_file("exchanges.jsonl.xz")) {
        if (conversation.value("quirk", false)) continue;
        for (const auto& exchange : conversation.at("exchanges")) {
            const auto& request = exchange.at("request");
            const auto path = request.at("path").get<std::string>();
            const auto body = request.value("body", "");
            const auto ours = judged(request.at("method").get<std::string>(), path, body);
            const auto code = recorded_code(exchange.at("response"));
            if (ours.empty() || !code) continue;
            ++compared[ours];
            const auto label = conversation.at("id").get<std::string>() + ' ' + path + ' ' + body;
            if (*code == 400 || *code == 422 || *code == 42203) {
                EXPECT_EQ(ours, std::to_string(*code)) << label;
            } else {
                EXPECT_TRUE(ours == "ok" || ours == "501") << ours << ' ' << label;
            }
        }
    }
    EXPECT_GE(compared["ok"], 500);
    EXPECT_GE(compared["400"], 50);
    EXPECT_GE(compared["422"], 5);
}

}  // namespace
}  // namespace sgw::gateway::api
