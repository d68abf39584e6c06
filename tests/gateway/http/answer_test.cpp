#include "gateway/http/answer.hpp"

#include <gtest/gtest.h>

namespace sgw::gateway::http {
namespace {

std::string head(const Response& response,
                 Persistence persistence = Persistence::keep_alive,
                 int minor = 1) {
    Envelope envelope;
    envelope.date = "today";
    envelope.request_id = "id";
    envelope.persistence = persistence;
    envelope.minor_version = minor;
    std::string out;
    append_head(out, response, envelope);
    return out;
}

Response with_body(std::string body) {
    Response response;
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
}

TEST(AppendHead, WritesWhatTheHandlerAnswered) {
    Response response = with_body("[1]");
    response.content_type = "application/json";
    response.headers = {{"Age", "3"}};
    EXPECT_EQ(
        head(response),
        "HTTP/1.1 200 OK\r\nDate: today\r\nX-Request-ID: id\r\nContent-Type: application/json\r\n"
        "Age: 3\r\nContent-Length: 3\r\n\r\n");
}

TEST(AppendHead, TellsWhatBecomesOfTheConnection) {
    const auto ends = [](const std::string& text, std::string_view with) {
        return text.ends_with(with);
    };
    EXPECT_TRUE(ends(head({}, Persistence::close), "Connection: close\r\n\r\n"));
    EXPECT_TRUE(ends(head({}, Persistence::close, 0), "Connection: close\r\n\r\n"));
    EXPECT_TRUE(ends(head({}, Persistence::keep_alive, 0), "Connection: keep-alive\r\n\r\n"));
    EXPECT_TRUE(ends(head({}, Persistence::keep_alive, 1), "Content-Length: 0\r\n\r\n"));
}

TEST(AppendHead, GivesNoLengthWhereThereIsNoBody) {
    for (const int status : {204, 304}) {
        Response response = with_body("ignored");
        response.status = status;
        EXPECT_EQ(head(response).find("Content-Length"), std::string::npos) << status;
    }
}

TEST(AppendHead, KeepsValuesFromEndingTheirHeader) {
    Response response;
    response.content_type = "a\r\nX: y";
    response.headers = {{"Location", "/a\r\nSet-Cookie: b\n"}, {"Bad Name", "x"}, {"", "x"}};
    EXPECT_EQ(head(response),
              "HTTP/1.1 200 OK\r\nDate: today\r\nX-Request-ID: id\r\nContent-Type: aX: y\r\n"
              "Location: /aSet-Cookie: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(Refusal, HasTheErrorForm) {
    const auto response = refusal(413, "HTTP 413 Request Entity Too Large");
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.content_type, "application/vnd.schemaregistry.v1+json");
    EXPECT_EQ(*response.body,
              R"({"error_code":413,"message":"HTTP 413 Request Entity Too Large"})");
    EXPECT_TRUE(response.close);
}

TEST(HttpDate, HasTheFormOfTheStandard) {
    EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace sgw::gateway::http
