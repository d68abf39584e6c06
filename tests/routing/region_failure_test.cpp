// Answers that are no success, which read the same whatever was asked.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "tests/routing/answers.hpp"
#include "tests/routing/raw_answers.hpp"

namespace sgw::routing {
namespace {

struct Failure {
    int status;
    std::string body;
    std::string expected;
};

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
    using std::chrono::seconds;
    struct Row {
        std::string_view retry_after;
        std::optional<std::chrono::milliseconds> expected;
    };
    const Row rows[] = {
        {"", std::nullopt},
        {"0", seconds(0)},
        {"7", seconds(7)},
        {"4294967295", seconds(4294967295)},
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

}  // namespace
}  // namespace sgw::routing
