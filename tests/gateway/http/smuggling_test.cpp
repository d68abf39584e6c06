#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/gateway/http/server_requests.hpp"

namespace sgw::gateway::http::test {
namespace {

struct Smuggled {
    std::string name;
    std::string bytes;
};

class Smuggling : public ::testing::TestWithParam<Smuggled> {};

/// Whatever follows an ambiguous request must not be taken for another one.
TEST_P(Smuggling, IsRefusedAndEndsTheConnection) {
    const RunningServer running(echo);
    auto client = running.connect();
    client.send(GetParam().bytes + get("/smuggled"));
    const auto answers = client.read_to_end();
    EXPECT_EQ(status_of(answers), 400) << answers;
    EXPECT_EQ(header_of(answers, "Content-Type"), registry_type);
    EXPECT_EQ(header_of(answers, "Connection"), "close");
    EXPECT_EQ(answers.find("smuggled"), std::string::npos) << answers;
    EXPECT_EQ(running.server->stats().requests, 0U);
    EXPECT_EQ(running.server->stats().bad_requests, 1U);
}

std::string post(const std::string& headers, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

std::vector<Smuggled> smuggled() {
    const std::string empty_chunks = "0\r\n\r\n";
    return {
        {"te_and_length",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", empty_chunks)},
        {"te_identity", post("Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "abc")},
        {"te_identity_alone", post("Transfer-Encoding: identity\r\n", "")},
        {"te_gzip", post("Transfer-Encoding: gzip\r\n", "")},
        {"te_list", post("Transfer-Encoding: gzip, chunked\r\n", empty_chunks)},
        {"te_twice",
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", empty_chunks)},
        {"te_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + empty_chunks},
        {"equal_lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")},
        {"lengths", post("Content-Length: 3\r\nContent-Length: 0\r\n", "abc")},
        {"length_list", post("Content-Length: 3, 3\r\n", "abc")},
        {"length_sign", post("Content-Length: +3\r\n", "abc")},
        {"folded", post("X: a\r\n Content-Length: 3\r\n", "")},
        {"folded_te", post("Transfer-Encoding:\r\n chunked\r\n", empty_chunks)},
        {"two_hosts", post("Host: other\r\n", "")},
        {"no_host", "GET / HTTP/1.1\r\n\r\n"},
        {"other_host", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"name_blank", post("Content-Length : 3\r\n", "abc")},
        {"bare_lf", "GET / HTTP/1.1\nHost: h\n\n"},
        {"bare_lf_header", post("X: a\nContent-Length: 3\r\n", "abc")},
        {"bare_cr", post("X: a\rContent-Length: 3\r\n", "abc")},
        {"nul", post("X: a" + std::string(1, '\0') + "b\r\n", "")},
        {"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"connect", "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"},
        {"raw_bytes", "GET /\xC3\xA9 HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"chunk_size_word", post("Transfer-Encoding: chunked\r\n", "x\r\nabc\r\n" + empty_chunks)},
        {"chunk_size_sign", post("Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n" + empty_chunks)},
        {"chunk_size_huge",
         post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n")},
        {"chunk_bare_lf", post("Transfer-Encoding: chunked\r\n", "3\nabc\n0\n\n")},
        {"chunk_too_long", post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n" + empty_chunks)},
        {"chunk_line", post("Transfer-Encoding: chunked\r\n", "3;" + std::string(20000, 'x'))},
        {"trailers", post("Transfer-Encoding: chunked\r\n", "0\r\nX: " + std::string(60000, 'x'))},
        {"chunk_quoted_crlf",
         post("Transfer-Encoding: chunked\r\n", "2;a=\"\r\n{}\r\n" + empty_chunks)},
        {"chunk_quoted_lf",
         post("Transfer-Encoding: chunked\r\n", "2;a=\"\n\"\r\n{}\r\n" + empty_chunks)},
        {"chunk_extension_nul",
         post("Transfer-Encoding: chunked\r\n",
              "2;a=\"" + std::string(1, '\0') + "\"\r\n{}\r\n" + empty_chunks)},
        {"last_chunk_quoted_crlf",
         post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0;a=\"\r\n\r\n")},
        {"trailer_bare_lf", post("Transfer-Encoding: chunked\r\n", "0\r\nX: a\nY: b\r\n\r\n")},
        {"trailer_nul",
         post("Transfer-Encoding: chunked\r\n", "0\r\nX: a" + std::string(1, '\0') + "\r\n\r\n")},
        {"trailer_folded", post("Transfer-Encoding: chunked\r\n", "0\r\nX: a\r\n b\r\n\r\n")},
        {"trailer_blank", post("Transfer-Encoding: chunked\r\n", "0\r\nX : a\r\n\r\n")},
        {"tls", "\x16\x03\x01\x02"},
    };
}

INSTANTIATE_TEST_SUITE_P(Wire,
                         Smuggling,
                         ::testing::ValuesIn(smuggled()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace sgw::gateway::http::test
