#include "routing/region_answer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/routing/answers.hpp"
#include "tests/routing/other_words.hpp"
#include "tests/routing/raw_answers.hpp"

namespace sgw::routing {
namespace {

struct Shape {
    std::string body;
    std::string expected;
};

TEST(ReadVersion, Shapes) {
    const Shape rows[] = {
        {R"({"subject":"s","version":1,"id":7,"schema":"\"int\""})", "fact"},
        {R"({"subject":"s","version":1,"id":0,"schema":""})", "fact"},
        {R"({"subject":"s","version":2147483647,"id":2147483647,"schema":"x"})", "fact"},
        {R"({"subject":"s","version":1,"id":-1,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","schemaType":null})", "fact"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","references":null})", "fact"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","metadata":null,"ruleSet":null})",
         "fact"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","metadata":{"tags":null}})", "fact"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","new":[{"a":{}}]})", "fact"},
        // missing
        {R"({"version":1,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":7})", "garbage"},
        {R"({"id":7})", "garbage"},
        // wrong types
        {R"({"subject":null,"version":1,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":1,"version":1,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":"1","id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1.0,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":true,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":"7","schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":{"type":"int"}})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":null})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","schemaType":1})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","references":{}})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","references":[1]})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","references":[{"name":"a"}]})",
         "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","metadata":"m"})", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","metadata":{"properties":[1]}})",
         "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x","metadata":{"properties":{"a":1}}})",
         "garbage"},
        // numbers that are not ours
        {R"({"subject":"s","version":0,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":-1,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":2147483648,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":4294967297,"id":7,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":4294967303,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":18446744073709551615,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":-2147483649,"schema":"x"})", "garbage"},
        {R"({"subject":"s","version":1,"id":99999999999999999999999,"schema":"x"})", "garbage"},
        // no answer of a registry
        {"", "garbage"},
        {"null", "garbage"},
        {"[]", "garbage"},
        {"7", "garbage"},
        {"\"s\"", "garbage"},
        {"{}", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x")", "garbage"},
        {R"({"subject":"s","version":1,"id":7,"schema":"x"} trailing)", "garbage"},
        {"{\"subject\":\"\xff\",\"version\":1,\"id\":7,\"schema\":\"x\"}", "garbage"},
        {"\xef\xbb\xbf", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_version(ok(row.body), same)), row.expected) << row.body;
    }
}

TEST(ReadVersion, TakesTheFacts) {
    const auto answer = read_version(ok(R"({"subject":":.c:s","version":3,"id":7,
        "schemaType":"AVRO","references":[{"name":"n","subject":"t","version":2}],
        "metadata":{"properties":{"owner":"me"},"sensitive":["owner"]},"schema":"\"int\""})"),
                                     same);
    const auto& fact = std::get<VersionFact>(answer);
    EXPECT_EQ(fact.subject, ":.c:s");
    EXPECT_EQ(fact.version, Version{3});
    EXPECT_EQ(fact.id, SchemaId{7});
    EXPECT_EQ(fact.type, "AVRO");
    EXPECT_EQ(fact.text, "\"int\"");
    ASSERT_EQ(fact.references.size(), 1U);
    EXPECT_EQ(fact.references[0], (schema::Reference{"n", "t", 2}));
    ASSERT_TRUE(fact.metadata);
    EXPECT_EQ(fact.metadata->properties.at("owner"), "me");
    EXPECT_TRUE(fact.metadata->sensitive.contains("owner"));
}

TEST(ReadVersion, OfEqualKeysTheLastWins) {
    const auto answer =
        read_version(ok(R"({"subject":"s","version":1,"id":1,"schema":"x","id":2})"), same);
    EXPECT_EQ(std::get<VersionFact>(answer).id, SchemaId{2});
}

TEST(ReadVersion, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return R"({"subject":"s","version":1,"id":7,"schema":"x","more":)" +
               std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_EQ(outcome(read_version(ok(nested(60)), same)), "fact");
    EXPECT_EQ(outcome(read_version(ok(nested(64)), same)), "garbage");
    EXPECT_EQ(outcome(read_version(ok(nested(100'000)), same)), "garbage");
    EXPECT_EQ(outcome(read_version(ok(std::string(100'000, '[')), same)), "garbage");
}

TEST(ReadSchema, Shapes) {
    const Shape rows[] = {
        {R"({"schema":"x"})", "fact"},
        {R"({"schema":"x","schemaType":"JSON"})", "fact"},
        {R"({"schema":7})", "garbage"},
        {R"({"schemaType":"AVRO"})", "garbage"},
        {"[]", "garbage"},
        {"null", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_schema(ok(row.body), same)), row.expected) << row.body;
    }
    EXPECT_EQ(std::get<SchemaFact>(read_schema(ok(R"({"schema":"x"})"), same)).type, "AVRO");
}

TEST(ReadSchema, TakesTheFacts) {
    const auto answer = read_schema(ok(R"({"schema":"\"int\"","guid":"g",
        "references":[{"name":"n","subject":"t","version":2}],
        "metadata":{"properties":{"owner":"me"}}})"),
                                    same);
    const auto& fact = std::get<SchemaFact>(answer);
    EXPECT_EQ(fact.text, "\"int\"");
    EXPECT_EQ(fact.guid, "g");
    EXPECT_EQ(fact.references, (std::vector<schema::Reference>{{"n", "t", 2}}));
    ASSERT_TRUE(fact.metadata);
    EXPECT_EQ(fact.metadata->properties.at("owner"), "me");
}

TEST(ReadHolders, Shapes) {
    const Shape rows[] = {
        {"[]", "absent 40403"},
        {"null", "absent 40403"},
        {R"([{"subject":"s","version":1},{"subject":":.c:t","version":2}])", "fact"},
        {R"([{"subject":"s"}])", "garbage"},
        {R"([{"subject":"s","version":0}])", "garbage"},
        {R"([{"subject":1,"version":1}])", "garbage"},
        {"[1]", "garbage"},
        {"{}", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_holders(ok(row.body), same)), row.expected) << row.body;
    }
}

TEST(ReadCompatibility, Shapes) {
    const Shape rows[] = {
        {R"({"is_compatible":true})", "fact"},
        {R"({"is_compatible":false,"messages":["no"]})", "fact"},
        {R"({"is_compatible":false,"messages":null})", "fact"},
        {R"({"is_compatible":"true"})", "garbage"},
        {R"({"is_compatible":1})", "garbage"},
        {R"({"is_compatible":null})", "garbage"},
        {R"({"is_compatible":true,"messages":[1]})", "garbage"},
        {R"({"messages":[]})", "garbage"},
        {"{}", "garbage"},
        {"[]", "garbage"},
        {"true", "garbage"},
        {"null", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_compatibility(ok(row.body), same)), row.expected) << row.body;
    }
    const auto answer =
        read_compatibility(ok(R"({"is_compatible":false,"messages":["a","b"]})"), same);
    const auto& fact = std::get<CompatibilityFact>(answer);
    EXPECT_FALSE(fact.compatible);
    EXPECT_EQ(fact.messages, (std::vector<std::string>{"a", "b"}));
}

TEST(ReadVersions, Shapes) {
    const Shape rows[] = {
        {"[]", "absent 40401"},
        {"null", "absent 40401"},
        {"[1]", "fact"},
        {"[1,2,2147483647]", "fact"},
        {"[1,]", "garbage"},
        {"[1,2", "garbage"},
        {"{}", "garbage"},
        {R"({"0":1})", "garbage"},
        {"1", "garbage"},
        {"\"1\"", "garbage"},
        {"[\"1\"]", "garbage"},
        {"[1.5]", "garbage"},
        {"[true]", "garbage"},
        {"[null]", "garbage"},
        {"[[1]]", "garbage"},
        {"[0]", "garbage"},
        {"[-1]", "garbage"},
        {"[2147483648]", "garbage"},
        {"[4294967297]", "garbage"},
        {"[18446744073709551615]", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_versions(ok(row.body), same)), row.expected) << row.body;
    }
    const auto answer = read_versions(ok("[1,3]"), same);
    EXPECT_EQ(std::get<std::vector<Version>>(answer),
              (std::vector<Version>{Version{1}, Version{3}}));
}

TEST(ReadSubjects, Shapes) {
    const Shape rows[] = {
        {"[]", "fact"},
        {"null", "fact"},
        {R"(["a",":.c:b"])", "fact"},
        {R"(["a",1])", "garbage"},
        {R"(["a",null])", "garbage"},
        {R"({"a":"b"})", "garbage"},
        {R"("a")", "garbage"},
        {R"(["a")", "garbage"},
        {"false", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_subjects(ok(row.body), same, Context{})), row.expected) << row.body;
    }
    using Names = std::vector<std::string>;
    EXPECT_EQ(std::get<Names>(read_subjects(ok("null"), same, Context{})), Names{});
    EXPECT_EQ(std::get<Names>(read_subjects(ok(R"(["a","ü"])"), same, Context{})),
              (Names{"a", "ü"}));
}

TEST(ReadWritten, Shapes) {
    const Shape rows[] = {
        {R"({"id":7})", "fact"},
        {R"({"id":7,"version":1,"guid":"g","schemaType":"AVRO","schema":"x"})", "fact"},
        {"{}", "fact"},
        {R"({"id":null})", "fact"},
        {R"({"id":"7"})", "garbage"},
        {R"({"id":7.5})", "garbage"},
        {R"({"id":4294967303})", "garbage"},
        {"7", "garbage"},
        {"[]", "garbage"},
        {"null", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_written(ok(row.body), same)), row.expected) << row.body;
    }
    EXPECT_EQ(std::get<WrittenFact>(read_written(ok(R"({"id":7})"), same)).id, SchemaId{7});
    EXPECT_EQ(std::get<WrittenFact>(read_written(ok("{}"), same)).id, std::nullopt);
}

TEST(ReadMode, Shapes) {
    const Shape rows[] = {
        {R"({"mode":"IMPORT"})", "fact"},
        {R"({"mode":null})", "garbage"},
        {R"({"mode":1})", "garbage"},
        {"{}", "garbage"},
        {"[]", "garbage"},
        {"\"IMPORT\"", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_mode(ok(row.body), same)), row.expected) << row.body;
    }
}

// Whatever a region says in its own words is told in the catalog's.
TEST(RegionAnswer, IsTranslated) {
    const OtherWords other;
    const auto version = read_version(ok(R"({"subject":":.c-r:r-s","version":103,"id":1007,
        "references":[{"name":"n","subject":"r-t","version":102}],"schema":"\"int\""})"),
                                      other);
    const auto& fact = std::get<VersionFact>(version);
    EXPECT_EQ(fact.subject, ":.c:s");
    EXPECT_EQ(fact.version, Version{3});
    EXPECT_EQ(fact.id, SchemaId{7});
    EXPECT_EQ(fact.references, (std::vector<schema::Reference>{{"n", "t", 2}}));
    const auto versions = read_versions(ok("[101,103]"), other);
    EXPECT_EQ(std::get<std::vector<Version>>(versions),
              (std::vector<Version>{Version{1}, Version{3}}));
    const auto written = read_written(ok(R"({"id":1007})"), other);
    EXPECT_EQ(std::get<WrittenFact>(written).id, SchemaId{7});
    const auto holders = read_holders(ok(R"([{"subject":":.c-r:r-s","version":103}])"), other);
    EXPECT_EQ(std::get<std::vector<catalog::SubjectVersion>>(holders),
              (std::vector<catalog::SubjectVersion>{{{Context{".c"}, "s"}, Version{3}}}));
    const auto contexts = read_contexts(ok(R"([".",".c-r"])"), other);
    EXPECT_EQ(std::get<std::vector<Context>>(contexts),
              (std::vector<Context>{Context{}, Context{".c"}}));
    using Names = std::vector<std::string>;
    const auto all = read_subjects(ok(R"(["r-a",":.c-r:r-b"])"), other, Context{});
    EXPECT_EQ(std::get<Names>(all), (Names{"a", ":.c:b"}));
    const auto held = read_subjects(ok(R"(["r-a",":.c-r:r-b"])"), other, Context{".c"});
    EXPECT_EQ(std::get<Names>(held), (Names{":.c:a", ":.c:b"}));
}

TEST(ReadContexts, Shapes) {
    const Shape rows[] = {
        {R"([".",".c"])", "fact"},
        {"null", "fact"},
        {"[1]", "garbage"},
        {"{}", "garbage"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(outcome(read_contexts(ok(row.body), same)), row.expected) << row.body;
    }
}

TEST(ReadSubjects, NamesWithoutAContextAreInTheOneThatWasAskedFor) {
    using Names = std::vector<std::string>;
    const auto held = read_subjects(ok(R"(["a",":.d:b",":odd"])"), same, Context{".c"});
    EXPECT_EQ(std::get<Names>(held), (Names{":.c:a", ":.d:b", ":.c::odd"}));
}

}  // namespace
}  // namespace sgw::routing
