#include "routing/region_answer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/routing/answers.hpp"
#include "tests/routing/other_words.hpp"

namespace sgw::routing {
namespace {

constexpr std::string_view json_type = "application/vnd.schemaregistry.v1+json";
constexpr std::string_view html =
    "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

const RegionMapping same;

RawAnswer ok(std::string_view body) {
    return {200, json_type, body};
}

std::string error_text(int code, std::string_view message) {
    return nlohmann::json{{"error_code", code}, {"message", message}}.dump();
}

struct Failure {
    int status;
    std::string body;
    std::string expected;
};

// What is no success reads the same whatever was asked.
TEST(RegionAnswer, Failures) {
    const Failure rows[] = {
        // The registry's own words for what is not there
        {404, error_text(40401, "Subject 's' not found."), "absent 40401"},
        {404, error_text(40402, "Version 3 not found."), "absent 40402"},
        {404, error_text(40403, "Schema 7 not found"), "absent 40403"},
        // 404s that prove nothing
        {404, error_text(404, "HTTP 404 Not Found"), "refused 404: HTTP 404 Not Found"},
        {404, error_text(40409, "none set"), "refused 40409: none set"},
        {404, error_text(40404, "soft deleted"), "refused 40404: soft deleted"},
        {404, "", "garbage"},
        {404, "404 page not found\n", "garbage"},
        {404, std::string(html), "garbage"},
        {404, "{}", "garbage"},
        {404, "[]", "garbage"},
        {404, "null", "garbage"},
        {404, R"({"message":"not here"})", "garbage"},
        {404, R"({"error_code":"40401","message":"a text"})", "garbage"},
        {404, R"({"error_code":40401.0,"message":"a float"})", "garbage"},
        {404, R"({"error_code":true,"message":"a boolean"})", "garbage"},
        {404, R"({"error_code":null,"message":"nothing"})", "garbage"},
        {404, R"({"error_code":40401,"mess)", "garbage"},
        {404, R"({"error_code":40401})", "absent 40401"},
        {404, R"({"error_code":40401,"message":7})", "absent 40401"},
        // 40401 + 2^32 and 40401 + 2^64 are not 40401
        {404, R"({"error_code":4295007697,"message":"wide"})", "garbage"},
        {404, R"({"error_code":18446744073709592017,"message":"wider"})", "garbage"},
        {404, R"({"error_code":-4294926895,"message":"below"})", "garbage"},
        // Absence under another status is none
        {400, error_text(40401, "odd"), "refused 40401: odd"},
        {422, error_text(40403, "odd"), "refused 40403: odd"},
        {200, error_text(40401, "odd"), "garbage"},
        // Refusals
        {422, error_text(42205, "no"), "refused 42205: no"},
        {422, error_text(42201, "no schema"), "refused 42201: no schema"},
        {409, error_text(409, "incompatible"), "refused 409: incompatible"},
        {400, error_text(400, "Bad Request"), "refused 400: Bad Request"},
        {405, error_text(405, "wrong"), "refused 405: wrong"},
        {400, std::string(html), "garbage"},
        {405, "", "garbage"},
        {414, std::string(html), "garbage"},
        // Credentials
        {401, error_text(401, "Unauthorized"), "credentials"},
        {401, "", "credentials"},
        {403, error_text(40301, "Forbidden"), "credentials"},
        {403, std::string(html), "credentials"},
        // Throttling
        {429, error_text(429, "slow down"), "throttled"},
        {429, "", "throttled"},
        // The server's own trouble
        {500, error_text(500, "Internal Server Error"), "server_error"},
        {500, error_text(50001, "store"), "server_error"},
        {500, error_text(50002, "timed out"), "no_leader"},
        {500, error_text(50003, "forwarding"), "no_leader"},
        {500, error_text(50004, "Leader not known."), "no_leader"},
        {500, error_text(50005, "odd"), "server_error"},
        {500, error_text(40401, "odd"), "server_error"},
        {500, "", "server_error"},
        {502, std::string(html), "server_error"},
        {503, "", "server_error"},
        {504, error_text(504, "Request timed out"), "server_error"},
        // A call that the registry does not know yet is no trouble of the server
        {501, error_text(501, "not supported"), "refused 501: not supported"},
        {501, "", "server_error"},
        {501, std::string(html), "server_error"},
        // What no registry answers
        {204, "", "garbage"},
        {201, R"({"subject":"s","version":1,"id":1,"schema":"x"})", "garbage"},
        {301, std::string(html), "garbage"},
        {0, "", "garbage"},
        {200, "", "garbage"},
        {200, std::string(html), "garbage"},
    };
    for (const auto& row : rows) {
        const RawAnswer raw{row.status, json_type, row.body};
        const auto label = std::to_string(row.status) + ' ' + row.body;
        EXPECT_EQ(outcome(read_version(raw, same)), row.expected) << label;
        EXPECT_EQ(outcome(read_schema(raw, same)), row.expected) << label;
        EXPECT_EQ(outcome(read_versions(raw, same)), row.expected) << label;
        EXPECT_EQ(outcome(read_subjects(raw, same, Context{})), row.expected) << label;
        EXPECT_EQ(outcome(read_mode(raw, same)), row.expected) << label;
        const bool any_object_will_do = row.status == 200 && row.body.starts_with('{');
        EXPECT_EQ(outcome(read_written(raw, same)), any_object_will_do ? "fact" : row.expected)
            << label;
    }
}

TEST(RegionAnswer, KeepsTheRegionsWords) {
    const auto answer = read_mode({401, json_type, error_text(401, "Unauthorized")}, same);
    EXPECT_EQ(std::get<Failed>(answer).reason, "401: Unauthorized");
    const auto leaderless_answer =
        read_mode({500, json_type, error_text(50004, "Who leads?")}, same);
    EXPECT_EQ(std::get<Failed>(leaderless_answer).reason, "50004: Who leads?");
    const auto silent = read_mode({503, "", ""}, same);
    EXPECT_EQ(std::get<Failed>(silent).reason, "503: status 503");
    EXPECT_EQ(words(Refused{42205, "no"}), "42205: no");
}

TEST(RegionAnswer, TakesTheTimeThatAThrottlingRegionNames) {
    using namespace std::chrono_literals;
    struct Row {
        std::string_view retry_after;
        std::optional<std::chrono::milliseconds> expected;
    };
    const Row rows[] = {
        {"", std::nullopt},
        {"0", 0s},
        {"7", 7s},
        {"4294967295", 4294967295s},
        {"4294967296", std::nullopt},
        {"-1", std::nullopt},
        {"1.5", std::nullopt},
        {"7 ", std::nullopt},
        {"Fri, 31 Dec 1999 23:59:59 GMT", std::nullopt},
    };
    for (const auto& row : rows) {
        const auto answer = read_mode({429, json_type, "", row.retry_after}, same);
        EXPECT_EQ(std::get<Failed>(answer).retry_after, row.expected) << row.retry_after;
        const auto other = read_mode({503, json_type, "", row.retry_after}, same);
        EXPECT_EQ(std::get<Failed>(other).retry_after, std::nullopt);
    }
}

TEST(RegionAnswer, KeepsOfAMessageWhatMayBeTold) {
    const auto text = error_text(42201, R"(Invalid schema {\"type\":\"secret\"})");
    const auto answer = read_mode({422, json_type, text}, same);
    EXPECT_EQ(std::get<Refused>(answer).message, "Invalid schema ...");
}

struct Shape {
    std::string body;
    std::string expected;
};

TEST(ReadVersion, Shapes) {
    const Shape rows[] = {
        {R"({"subject":"s","version":1,"id":7,"schema":"\"int\""})", "fact"},
        {R"({"subject":"s","version":1,"id":0,"schema":""})", "fact"},
        {R"({"subject":"s","version":2147483647,"id":2147483647,"schema":"x"})", "fact"},
        {R"({"subject":"s","version":1,"id":-2147483648,"schema":"x"})", "fact"},
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
        {"[]", "fact"},
        {"null", "fact"},
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
        {R"({"is_compatible":true,"messages":[1]})", "garbage"},
        {R"({"messages":[]})", "garbage"},
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
        {"[]", "fact"},
        {"null", "fact"},
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

TEST(RefusesTakenId, IsToldByTheWordsNotByTheSubject) {
    struct Row {
        int code;
        std::string message;
        bool expected;
    };
    const Row rows[] = {
        {42205, "Overwrite new schema with id 7 is not permitted.", true},
        {42205, "Overwrite new schema with id 7 in context  is not permitted.", true},
        {42205, "Subject s in context  is not in import mode", false},
        {42205, "Subject 'Overwrite' is not in import mode. Registering needs IMPORT mode.", false},
        {42205, "", false},
        {42201, "Overwrite new schema with id 7 is not permitted.", false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(refuses_taken_id({row.code, row.message}), row.expected) << row.message;
    }
}

VersionFact fact_with(std::string text) {
    VersionFact fact;
    fact.subject = "s";
    fact.version = Version{1};
    fact.id = SchemaId{1};
    fact.text = std::move(text);
    return fact;
}

TEST(ContentOf, IsCanonical) {
    const auto content = content_of(fact_with(R"( { "type" : "string" } )"));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->text, "\"string\"");
    EXPECT_EQ(content->metadata, std::nullopt);
}

TEST(ContentOf, NothingForWhatIsNoSchema) {
    EXPECT_FALSE(content_of(fact_with("")));
    EXPECT_FALSE(content_of(fact_with("{")));
    EXPECT_FALSE(content_of(fact_with(R"({"type":"nosuch"})")));
    EXPECT_FALSE(content_of(fact_with(std::string(100'000, '['))));
    auto unknown_type = fact_with("\"int\"");
    unknown_type.type = "THRIFT";
    EXPECT_FALSE(content_of(unknown_type));
}

struct MetadataRow {
    std::optional<catalog::Metadata> told;
    std::optional<catalog::Metadata> wanted;
    std::optional<catalog::Metadata> expected;
};

TEST(ContentOf, TakesOffTheVersionThatRegistriesAdd) {
    const auto properties = [](std::map<std::string, std::string> values) {
        return catalog::Metadata{{}, std::move(values), {}};
    };
    const auto added = properties({{"confluent:version", "1"}});
    const auto owned = properties({{"owner", "me"}});
    const auto owned_and_added = properties({{"owner", "me"}, {"confluent:version", "1"}});
    const auto empty = catalog::Metadata{};
    const MetadataRow rows[] = {
        {std::nullopt, std::nullopt, std::nullopt},
        {added, std::nullopt, std::nullopt},
        {added, empty, empty},
        {added, owned, empty},
        {added, added, added},
        {owned, std::nullopt, owned},
        {owned_and_added, owned, owned},
        {owned_and_added, owned_and_added, owned_and_added},
        {std::nullopt, owned, std::nullopt},
        {empty, empty, empty},
    };
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        auto fact = fact_with("\"int\"");
        fact.metadata = rows[i].told;
        const auto content = content_of(fact, rows[i].wanted);
        ASSERT_TRUE(content);
        EXPECT_EQ(content->metadata, rows[i].expected) << "row " << i;
    }
}

TEST(ContentTold, KeepsTheVersionWhereTheGuidCountsItIn) {
    const catalog::Metadata with{{}, {{"confluent:version", "1"}, {"owner", "me"}}, {}};
    const catalog::Metadata without{{}, {{"owner", "me"}}, {}};
    const auto guid_with = [](const catalog::Metadata& metadata) {
        const catalog::Content content{schema::Type::avro, "\"int\"", {}, metadata, ""};
        return catalog::fingerprint(content).guid();
    };
    struct Row {
        std::string guid;
        catalog::Metadata expected;
    };
    const Row rows[] = {
        {"", without},
        {guid_with(with), with},
        {guid_with(without), without},
        {"4dc2ae6e-a1a1-4c13-8d0a-4b6f8f7f1a10", without},
    };
    for (const auto& row : rows) {
        auto fact = fact_with("\"int\"");
        fact.metadata = with;
        fact.guid = row.guid;
        const auto content = content_told(fact);
        ASSERT_TRUE(content);
        EXPECT_EQ(content->metadata, row.expected) << row.guid;
    }
    EXPECT_FALSE(content_told(fact_with("{")));
}

}  // namespace
}  // namespace sgw::routing
