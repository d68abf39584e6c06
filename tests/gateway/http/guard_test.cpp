#include "gateway/http/guard.hpp"

#include <gtest/gtest.h>

namespace sgw::gateway::http {
namespace {

ResultOr<Head, Rejection> read(const std::string& bytes) {
    const auto end = find_head_end(bytes, 0, 8192);
    if (!end) {
        return end.error();
    }
    EXPECT_EQ(end.value(), bytes.size());
    return read_head(bytes);
}

struct Refused {
    std::string name;
    std::string head;
    int status = 400;
    std::string reason = {};
};

class RefusedHead : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedHead, HasItsStatusAndReason) {
    const auto head = read(GetParam().head);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().status, GetParam().status);
    if (!GetParam().reason.empty()) {
        EXPECT_EQ(head.error().reason, GetParam().reason);
    }
}

std::string get(const std::string& headers) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string get_target(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: h:80\r\n\r\n";
}

std::vector<Refused> framing() {
    return {
        {"te_and_length",
         get("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
         400,
         "Both Transfer-Encoding and Content-Length"},
        {"length_and_te", get("Content-Length: 3\r\ntransfer-encoding: chunked\r\n")},
        {"te_identity",
         get("Transfer-Encoding: identity\r\n"),
         400,
         "Bad Transfer-Encoding header"},
        {"te_gzip", get("Transfer-Encoding: gzip\r\n")},
        {"te_gzip_chunked", get("Transfer-Encoding: gzip, chunked\r\n")},
        {"te_chunked_twice", get("Transfer-Encoding: chunked, chunked\r\n")},
        {"te_two_headers", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        {"te_empty", get("Transfer-Encoding:\r\n")},
        {"te_quoted", get("Transfer-Encoding: \"chunked\"\r\n")},
        {"te_vertical_tab",
         get("Transfer-Encoding: \x0b"
             "chunked\r\n")},
        {"te_parameter", get("Transfer-Encoding: chunked;a=b\r\n")},
        {"te_in_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {"two_equal_lengths",
         get("Content-Length: 3\r\nContent-Length: 3\r\n"),
         400,
         "Bad Content-Length header"},
        {"length_list", get("Content-Length: 3, 3\r\n")},
        {"two_lengths", get("Content-Length: 3\r\nContent-Length: 4\r\n")},
        {"length_signed", get("Content-Length: +3\r\n")},
        {"length_negative", get("Content-Length: -3\r\n")},
        {"length_hex", get("Content-Length: 0x3\r\n")},
        {"length_empty", get("Content-Length: \r\n")},
        {"length_blank_inside", get("Content-Length: 1 2\r\n")},
        {"name_with_blank", get("Content-Length : 3\r\n"), 400, "Malformed header line"},
        {"name_empty", get(": 3\r\n")},
        {"name_with_bytes", get("X\xC3\xA9: 3\r\n")},
        {"no_colon", get("nonsense\r\n")},
        {"folded", get("X: a\r\n b\r\n"), 400, "Folded header line"},
        {"folded_with_tab", get("X: a\r\n\tb\r\n")},
        {"folded_first", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
        {"bare_lf", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400, "Bare CR or LF"},
        {"bare_lf_in_headers", get("X: a\nY: b\r\n")},
        {"bare_cr", get("X: a\rY: b\r\n")},
        {"nul",
         get("X: a" + std::string(1, '\0') + "b\r\n"),
         400,
         "Illegal character in the header"},
        {"control", get("X: a\x01\r\n")},
        {"delete", get("X: a\x7F\r\n")},
        {"expect_other", get("Expect: a-miracle\r\n"), 417},
    };
}

std::vector<Refused> hosts() {
    return {
        {"none", "GET / HTTP/1.1\r\n\r\n", 400, "No Host"},
        {"two", get("Host: h\r\n"), 400, "More than one Host header"},
        {"two_in_1_0", "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n"},
        {"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "Bad Host header"},
        {"blank_inside", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {"list", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"},
        {"path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        {"user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"},
        {"port_word", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n"},
        {"port_big", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n"},
        {"ports", "GET / HTTP/1.1\r\nHost: h:1:2\r\n\r\n"},
        {"bracket_open", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
        {"bracket_text", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"},
        {"bracket_empty", "GET / HTTP/1.1\r\nHost: []\r\n\r\n"},
    };
}

std::vector<Refused> targets() {
    return {
        {"asterisk", get_target("*"), 400, "The request target is not a path"},
        {"authority", get_target("h:80")},
        {"relative", get_target("subjects")},
        {"scheme", get_target("ftp://h/")},
        {"other_host", get_target("http://other/"), 400, "The request target names another host"},
        {"other_port", get_target("http://h:81/")},
        {"other_scheme_port", get_target("https://h/")},
        {"user", get_target("http://u@h/")},
        {"no_host", get_target("http:///x")},
        {"fragment", get_target("/a#b"), 400, "Illegal character in the request target"},
        {"quote", get_target("/a\"b")},
        {"non_ascii", get_target("/\xC3\xA9")},
        {"blank", get_target("/a b")},
        {"tab", get_target("/a\tb")},
        {"empty", "GET  HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"method_bad", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "Malformed request line"},
        {"method_none", " / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"no_version", "GET /\r\nHost: h\r\n\r\n"},
        {"one_word", "GET\r\nHost: h\r\n\r\n"},
        {"version_word", "GET / HTTP/one\r\nHost: h\r\n\r\n"},
        {"version_lower", "GET / http/1.1\r\nHost: h\r\n\r\n"},
        {"version_long", "GET / HTTP/1.10\r\nHost: h\r\n\r\n"},
        {"version_1_2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505},
        {"version_2", "PRI * HTTP/2.0\r\n\r\n", 505},
        {"empty_line", "\r\n\r\n"},
    };
}

std::string name_of(const ::testing::TestParamInfo<Refused>& instance) {
    return instance.param.name;
}

INSTANTIATE_TEST_SUITE_P(Framing, RefusedHead, ::testing::ValuesIn(framing()), name_of);
INSTANTIATE_TEST_SUITE_P(Host, RefusedHead, ::testing::ValuesIn(hosts()), name_of);
INSTANTIATE_TEST_SUITE_P(Target, RefusedHead, ::testing::ValuesIn(targets()), name_of);

TEST(Guard, TakesAnOrdinaryRequest) {
    const std::string bytes =
        "POST /subjects/a%2Fb?x=y HTTP/1.1\r\nhOsT: registry_1.example:8081\r\nAccept:\t */* \r\n"
        "Content-Length: 007\r\nX:\r\nX-Bytes: \xFF\xC3\r\n\r\n";
    const auto head = read(bytes);
    ASSERT_TRUE(head) << head.error().reason;
    EXPECT_EQ(head.value().method, "POST");
    EXPECT_EQ(head.value().target, "/subjects/a%2Fb?x=y");
    EXPECT_EQ(head.value().framing, BodyFraming::length);
    EXPECT_EQ(head.value().content_length, 7U);
    EXPECT_EQ(head.value().persistence, Persistence::keep_alive);
    ASSERT_EQ(head.value().headers.size(), 5U);
    EXPECT_EQ(head.value().headers[1].first, "Accept");
    EXPECT_EQ(head.value().headers[1].second, "*/*");
    EXPECT_EQ(head.value().headers[3].second, "");
}

TEST(Guard, KnowsTheFraming) {
    const auto framing_of = [](const std::string& headers) {
        return read("POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n").value().framing;
    };
    EXPECT_EQ(framing_of(""), BodyFraming::none);
    EXPECT_EQ(framing_of("Content-Length: 0\r\n"), BodyFraming::none);
    EXPECT_EQ(framing_of("Transfer-Encoding: chunked\r\n"), BodyFraming::chunked);
    EXPECT_EQ(framing_of("Transfer-Encoding: Chunked\r\n"), BodyFraming::chunked);
    const std::string huge = get("Content-Length: 99999999999999999999999\r\n");
    EXPECT_EQ(read(huge).value().content_length, UINT64_MAX);
}

TEST(Guard, KnowsWhetherTheConnectionStays) {
    const auto persistence_of = [](const std::string& version, const std::string& headers) {
        return read("GET / " + version + "\r\nHost: h\r\n" + headers + "\r\n").value().persistence;
    };
    EXPECT_EQ(persistence_of("HTTP/1.1", ""), Persistence::keep_alive);
    EXPECT_EQ(persistence_of("HTTP/1.1", "Connection: Close\r\n"), Persistence::close);
    EXPECT_EQ(persistence_of("HTTP/1.1", "Connection: x, close\r\n"), Persistence::close);
    EXPECT_EQ(persistence_of("HTTP/1.1", "Connection: x\r\nConnection: close\r\n"),
              Persistence::close);
    EXPECT_EQ(persistence_of("HTTP/1.1", "Connection: closed\r\n"), Persistence::keep_alive);
    EXPECT_EQ(persistence_of("HTTP/1.0", ""), Persistence::close);
    EXPECT_EQ(persistence_of("HTTP/1.0", "Connection: keep-alive\r\n"), Persistence::keep_alive);
    EXPECT_EQ(persistence_of("HTTP/1.0", "Connection: keep-alive, close\r\n"), Persistence::close);
}

TEST(Guard, TakesAbsoluteTargetsOfItsHost) {
    const auto target_of = [](const std::string& target, const std::string& host) {
        return read("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").value().target;
    };
    EXPECT_EQ(target_of("http://h/a?b", "h"), "/a?b");
    EXPECT_EQ(target_of("HTTP://H:80/a", "h"), "/a");
    EXPECT_EQ(target_of("http://h", "h:80"), "/");
    EXPECT_EQ(target_of("http://h?x", "h"), "/?x");
    EXPECT_EQ(target_of("https://h/a", "h:443"), "/a");
    EXPECT_EQ(target_of("http://[::1]:8081/a", "[::1]:8081"), "/a");
}

TEST(Guard, NeedsNoHostInHttp10) {
    EXPECT_TRUE(read("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(read("GET http://h/ HTTP/1.0\r\n\r\n"));
}

TEST(Guard, TakesTheCallersRequestIdIfItIsOneUsableValue) {
    const auto id_of = [](const std::string& headers) {
        static std::string bytes;
        bytes = get(headers);
        return read(bytes).value().request_id;
    };
    EXPECT_EQ(id_of("X-Request-ID: abc-1 2\r\n"), "abc-1 2");
    EXPECT_EQ(id_of("x-request-id: " + std::string(256, 'a') + "\r\n").size(), 256U);
    EXPECT_EQ(id_of(""), "");
    EXPECT_EQ(id_of("X-Request-ID:  \r\n"), "");
    EXPECT_EQ(id_of("X-Request-ID: a\r\nX-Request-ID: a\r\n"), "");
    EXPECT_EQ(id_of("X-Request-ID: a\tb\r\n"), "");
    EXPECT_EQ(id_of("X-Request-ID: \xC3\xA9\r\n"), "");
    EXPECT_EQ(id_of("X-Request-ID: " + std::string(257, 'a') + "\r\n"), "");
}

TEST(Guard, KnowsExpectations) {
    EXPECT_TRUE(read(get("Expect: 100-Continue\r\n")).value().expects_continue);
    EXPECT_FALSE(read(get("")).value().expects_continue);
    EXPECT_FALSE(read("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").value().expects_continue);
}

TEST(FindHeadEnd, FindsItByteByByte) {
    const std::string head = get("X: y\r\n");
    for (std::size_t size = 1; size < head.size(); ++size) {
        const auto found = find_head_end(std::string_view(head).substr(0, size), size - 1, 8192);
        ASSERT_TRUE(found);
        ASSERT_EQ(found.value(), 0U) << size;
    }
    EXPECT_EQ(find_head_end(head + "GET", head.size() - 1, 8192).value(), head.size());
}

TEST(FindHeadEnd, BoundsTheHead) {
    const std::string line = "GET /" + std::string(100, 'a');
    EXPECT_EQ(find_head_end(line, 0, 105).error(), (Rejection{414, "HTTP 414 URI Too Long"}));
    EXPECT_TRUE(find_head_end(line, 0, 106));
    const std::string headers = "GET / HTTP/1.1\r\nX: " + std::string(100, 'a');
    EXPECT_EQ(find_head_end(headers, 0, 100).error(),
              (Rejection{431, "HTTP 431 Request Header Fields Too Large"}));
    const std::string exact = get("");
    EXPECT_EQ(find_head_end(exact, 0, exact.size()).value(), exact.size());
    EXPECT_FALSE(find_head_end(exact, 0, exact.size() - 1));
}

TEST(FindHeadEnd, RefusesOtherProtocolsAtOnce) {
    EXPECT_FALSE(find_head_end("\x16\x03\x01", 0, 8192));
}

}  // namespace
}  // namespace sgw::gateway::http
