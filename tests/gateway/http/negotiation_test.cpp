#include "gateway/http/negotiation.hpp"

#include <gtest/gtest.h>

namespace sgw::gateway::http {
namespace {

constexpr const char* v1 = "application/vnd.schemaregistry.v1+json";
constexpr const char* vendor = "application/vnd.schemaregistry+json";
constexpr const char* json = "application/json";
constexpr const char* none = nullptr;  // 406

struct Accepted {
    const char* accept;
    const char* type;
};

class Accept : public ::testing::TestWithParam<Accepted> {};

TEST_P(Accept, ChoosesTheType) {
    const auto type = answer_type({{"X", "y"}, {"accept", GetParam().accept}});
    if (GetParam().type == none) {
        EXPECT_FALSE(type) << *type;
    } else {
        EXPECT_EQ(type, GetParam().type);
    }
}

// Recorded from the registry's own server.
INSTANTIATE_TEST_SUITE_P(
    Recorded,
    Accept,
    ::testing::Values(Accepted{"", v1},
                      Accepted{"*/*", v1},
                      Accepted{json, json},
                      Accepted{v1, v1},
                      Accepted{vendor, vendor},
                      Accepted{"application/json, application/vnd.schemaregistry.v1+json", v1},
                      Accepted{"application/vnd.schemaregistry.v1+json; q=0.5, application/json",
                               json},
                      Accepted{"application/json, application/vnd.schemaregistry+json", vendor},
                      Accepted{"application/vnd.schemaregistry.v1+json;charset=utf-8",
                               "application/vnd.schemaregistry.v1+json;charset=utf-8"},
                      Accepted{"text/plain", none},
                      Accepted{"text/html", none},
                      Accepted{"application/xml", none},
                      Accepted{"application/octet-stream", none},
                      Accepted{"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", v1},
                      Accepted{"application/json;q=0", json},
                      Accepted{"garbage", none},
                      Accepted{"application/vnd.schemaregistry.v2+json", none}));

INSTANTIATE_TEST_SUITE_P(
    Further,
    Accept,
    ::testing::Values(Accepted{"application/*", v1},
                      Accepted{"APPLICATION/JSON", json},
                      Accepted{"application/json;q=0.4,*/*;q=0.9", v1},
                      Accepted{"application/json ; charset=UTF-8 ; q=0.9",
                               "application/json;charset=UTF-8"},
                      Accepted{"application/json;a=\"x,y;z\"", "application/json;a=\"x,y;z\""},
                      Accepted{"*/*;charset=utf-8", v1},
                      Accepted{"text/plain;q=1, application/json;q=0.1", json},
                      Accepted{",,application/json,", json},
                      Accepted{";;;", none},
                      Accepted{"application/json;q=x", json},
                      Accepted{"application/json;a=\"", "application/json;a=\""}));

TEST(AcceptHeader, MayBeAbsentOrComeTwice) {
    EXPECT_EQ(answer_type({}), v1);
    EXPECT_EQ(answer_type({{"Accept", "text/html"}, {"Accept", json}}), json);
}

struct Body {
    const char* type;
    BodyType when_read;     // POST, PUT
    BodyType when_ignored;  // GET, DELETE
};

class ContentType : public ::testing::TestWithParam<Body> {};

TEST_P(ContentType, IsJudged) {
    Request request;
    request.headers = {{"Content-Type", GetParam().type}};
    for (const char* method : {"POST", "PUT"}) {
        request.method = method;
        EXPECT_EQ(judge_body_type(request), GetParam().when_read) << method;
    }
    for (const char* method : {"GET", "DELETE"}) {
        request.method = method;
        EXPECT_EQ(judge_body_type(request), GetParam().when_ignored) << method;
    }
}

constexpr auto yes = BodyType::consumable;
constexpr auto no = BodyType::unsupported;
constexpr auto bad = BodyType::malformed;

INSTANTIATE_TEST_SUITE_P(Recorded,
                         ContentType,
                         ::testing::Values(Body{v1, yes, yes},
                                           Body{vendor, yes, yes},
                                           Body{json, yes, yes},
                                           Body{"application/octet-stream", yes, yes},
                                           Body{"application/json; charset=utf-8", yes, yes},
                                           Body{"application/json;charset=ISO-8859-1", yes, yes},
                                           Body{"APPLICATION/JSON", yes, yes},
                                           Body{"text/plain", no, no},
                                           Body{"multipart/form-data", no, no},
                                           Body{"application/vnd.schemaregistry.v2+json", no, no},
                                           Body{"*/*", no, yes},
                                           Body{"application/*", no, yes},
                                           Body{"garbage", bad, bad},
                                           Body{"", bad, bad}));

INSTANTIATE_TEST_SUITE_P(Further,
                         ContentType,
                         ::testing::Values(Body{"application/x-www-form-urlencoded", no, no},
                                           Body{"application/", bad, bad},
                                           Body{"/json", bad, bad},
                                           Body{"a b/c", bad, bad}));

TEST(ContentTypeHeader, MayBeAbsent) {
    Request request;
    request.method = "POST";
    EXPECT_EQ(judge_body_type(request), BodyType::consumable);
}

TEST(ContentTypeHeader, IsAnsweredOddlyWhenItIsNone) {
    Request request;
    request.method = "POST";
    const auto post = malformed_type_answer(request);
    EXPECT_EQ(post.status, 400);
    EXPECT_EQ(post.content_type, json);
    EXPECT_EQ(*post.body, R"({"error_code":400,"message":"Bad Request"})");
    EXPECT_EQ(post.headers, (Headers{{"Cache-Control", "must-revalidate,no-cache,no-store"}}));
    request.method = "PUT";
    const auto put = malformed_type_answer(request);
    EXPECT_EQ(put.content_type, "");
    EXPECT_EQ(put.body, nullptr);
    EXPECT_EQ(put.headers, post.headers);
    request.method = "DELETE";
    const auto removal = malformed_type_answer(request);
    EXPECT_EQ(removal.body, nullptr);
    EXPECT_EQ(removal.headers, Headers{});
}

TEST(AcceptEncoding, TakesGzipOnlyByName) {
    const auto takes = [](const char* value) { return accepts_gzip({{"Accept-Encoding", value}}); };
    EXPECT_TRUE(takes("gzip"));
    EXPECT_TRUE(takes("br, GZIP"));
    EXPECT_TRUE(takes("gzip;q=0.1, deflate"));
    EXPECT_FALSE(takes("gzip;q=0"));
    EXPECT_FALSE(takes("gzip; q=0.000"));
    EXPECT_FALSE(takes("*"));
    EXPECT_FALSE(takes("deflate"));
    EXPECT_FALSE(takes("br"));
    EXPECT_FALSE(takes(""));
    EXPECT_FALSE(accepts_gzip({}));
}

}  // namespace
}  // namespace sgw::gateway::http
