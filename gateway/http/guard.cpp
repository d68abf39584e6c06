#include "gateway/http/guard.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

namespace {

constexpr std::size_t longest_request_id = 256;

bool valid_port(std::string_view port) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number <= 65535;
}

/// A host as it may stand in Host or in an absolute target: a name, an address or [an IPv6
/// address].
bool valid_host_name(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        return all_of(host.substr(1, host.size() - 2),
                      [](char c) { return is_digit(c) || is_letter(c) || c == ':' || c == '.'; });
    }
    return !host.empty() && all_of(host, [](char c) {
        return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || c == '~';
    });
}

struct Authority {
    std::string_view host;
    std::string_view port;  // empty: the scheme's
};

ResultOr<Authority, Rejection> read_authority(std::string_view text) {
    Authority authority{text, {}};
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        authority = {text.substr(0, colon), text.substr(colon + 1)};
        if (!authority.port.empty() && !valid_port(authority.port)) {
            return bad_request("Bad Host header");
        }
    }
    if (!valid_host_name(authority.host)) {
        return bad_request("Bad Host header");
    }
    return authority;
}

bool same_authority(const Authority& a, const Authority& b, std::string_view default_port) {
    const auto port = [&](const Authority& of) { return of.port.empty() ? default_port : of.port; };
    return iequals(a.host, b.host) && port(a) == port(b);
}

/// The target in origin-form. An absolute one (proxies send it) has to name the host that Host
/// names.
ResultOr<std::string, Rejection> origin_form(std::string_view target,
                                             std::string_view host,
                                             bool has_host) {
    if (!all_of(target, is_visible) || target.find_first_of("\"#") != std::string_view::npos) {
        return bad_request("Illegal character in the request target");
    }
    if (target.starts_with('/')) {
        return std::string(target);
    }
    const bool tls = istarts_with(target, "https://");
    if (!tls && !istarts_with(target, "http://")) {
        return bad_request("The request target is not a path");
    }
    target.remove_prefix(tls ? 8 : 7);
    const auto path = std::min(target.find_first_of("/?"), target.size());
    BOOST_OUTCOME_TRY(const auto named, read_authority(target.substr(0, path)));
    if (has_host) {
        BOOST_OUTCOME_TRY(const auto ours, read_authority(host));
        if (!same_authority(named, ours, tls ? "443" : "80")) {
            return bad_request("The request target names another host");
        }
    }
    target.remove_prefix(path);
    return target.starts_with('/') ? std::string(target) : "/" + std::string(target);
}

struct RequestLine {
    std::string_view method;
    std::string_view target;
    int minor_version = 1;
};

ResultOr<RequestLine, Rejection> read_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad_request("Malformed request line");
    }
    RequestLine result;
    result.method = line.substr(0, first);
    result.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(result.method) || result.target.empty()) {
        return bad_request("Malformed request line");
    }
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7])) {
        return bad_request("Malformed request line");
    }
    if (version[5] != '1' || version[7] > '1') {
        return Rejection{505, "HTTP 505 HTTP Version Not Supported"};
    }
    result.minor_version = version[7] - '0';
    return result;
}

/// What the headers that decide about framing and connection said.
struct Facts {
    unsigned hosts = 0;
    unsigned lengths = 0;
    unsigned encodings = 0;
    unsigned request_ids = 0;
    bool says_close = false;
    bool says_keep_alive = false;
    std::string_view host;
    std::string_view length;
    std::string_view encoding;
    std::string_view expect;
    std::string_view request_id;
};

void note_connection(std::string_view value, Facts& facts) {
    while (true) {
        const auto comma = value.find(',');
        const auto option = trim(value.substr(0, comma));
        facts.says_close = facts.says_close || iequals(option, "close");
        facts.says_keep_alive = facts.says_keep_alive || iequals(option, "keep-alive");
        if (comma == std::string_view::npos) {
            return;
        }
        value.remove_prefix(comma + 1);
    }
}

void note(std::string_view name, std::string_view value, Facts& facts) {
    if (iequals(name, "host")) {
        ++facts.hosts;
        facts.host = value;
    } else if (iequals(name, "content-length")) {
        ++facts.lengths;
        facts.length = value;
    } else if (iequals(name, "transfer-encoding")) {
        ++facts.encodings;
        facts.encoding = value;
    } else if (iequals(name, "connection")) {
        note_connection(value, facts);
    } else if (iequals(name, "expect")) {
        facts.expect = value;
    } else if (iequals(name, "x-request-id")) {
        ++facts.request_ids;
        facts.request_id = value;
    }
}

ResultOr<void, Rejection> read_header_line(std::string_view line, Head& head, Facts& facts) {
    BOOST_OUTCOME_TRY(const auto header, split_header_line(line));
    head.headers.push_back(header);
    note(header.first, header.second, facts);
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> decide_framing(const Facts& facts, Head& head) {
    if (facts.encodings > 0) {
        if (facts.lengths > 0) {
            return bad_request("Both Transfer-Encoding and Content-Length");
        }
        if (facts.encodings > 1 || head.minor_version == 0 || !iequals(facts.encoding, "chunked")) {
            return bad_request("Bad Transfer-Encoding header");
        }
        head.framing = BodyFraming::chunked;
    } else if (facts.lengths > 0) {
        if (facts.lengths > 1 || facts.length.empty() || !all_of(facts.length, is_digit)) {
            return bad_request("Bad Content-Length header");
        }
        const auto* end = facts.length.data() + facts.length.size();
        const auto [_, error] = std::from_chars(facts.length.data(), end, head.content_length);
        if (error != std::errc{}) {
            head.content_length = std::numeric_limits<std::uint64_t>::max();
        }
        head.framing = head.content_length == 0 ? BodyFraming::none : BodyFraming::length;
    }
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> check_host(const Facts& facts, int minor_version) {
    if (facts.hosts > 1) {
        return bad_request("More than one Host header");
    }
    if (facts.hosts == 0) {
        if (minor_version == 1) {
            return bad_request("No Host");
        }
        return boost::outcome_v2::success();
    }
    BOOST_OUTCOME_TRY(read_authority(facts.host));
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> check_expect(const Facts& facts, Head& head) {
    if (facts.expect.empty() || head.minor_version == 0) {
        return boost::outcome_v2::success();
    }
    if (!iequals(facts.expect, "100-continue")) {
        return Rejection{417, "HTTP 417 Expectation Failed"};
    }
    head.expects_continue = true;
    return boost::outcome_v2::success();
}

}  // namespace

ResultOr<std::size_t, Rejection> find_head_end(std::string_view bytes,
                                               std::size_t scanned,
                                               std::size_t limit) {
    const std::size_t visible = std::min(bytes.size(), limit);
    for (std::size_t i = scanned; i < visible; ++i) {
        const char c = bytes[i];
        const bool after_cr = i > 0 && bytes[i - 1] == '\r';
        if (after_cr != (c == '\n')) {
            return bad_request("Bare CR or LF");
        }
        if (c == '\n' && i >= 3 && bytes[i - 2] == '\n') {
            return i + 1;
        }
        if (is_control(c) && c != '\r' && c != '\n') {
            return bad_request("Illegal character in the header");
        }
    }
    if (bytes.size() < limit) {
        return std::size_t{0};
    }
    if (bytes.substr(0, limit).find('\n') == std::string_view::npos) {
        return Rejection{414, "HTTP 414 URI Too Long"};
    }
    return Rejection{431, "HTTP 431 Request Header Fields Too Large"};
}

ResultOr<std::pair<std::string_view, std::string_view>, Rejection> split_header_line(
    std::string_view line) {
    if (line.starts_with(' ') || line.starts_with('\t')) {
        return bad_request("Folded header line");
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return bad_request("Malformed header line");
    }
    return std::pair{line.substr(0, colon), trim(line.substr(colon + 1))};
}

ResultOr<Head, Rejection> read_head(std::string_view bytes) {
    Head head;
    Facts facts;
    const auto line_end = bytes.find("\r\n");
    BOOST_OUTCOME_TRY(const auto request, read_request_line(bytes.substr(0, line_end)));
    head.method = request.method;
    head.minor_version = request.minor_version;
    bytes.remove_prefix(line_end + 2);
    head.headers.reserve(12);
    while (!bytes.starts_with("\r\n")) {
        const auto end = bytes.find("\r\n");
        BOOST_OUTCOME_TRY(read_header_line(bytes.substr(0, end), head, facts));
        bytes.remove_prefix(end + 2);
    }
    BOOST_OUTCOME_TRY(check_host(facts, head.minor_version));
    BOOST_OUTCOME_TRY(decide_framing(facts, head));
    BOOST_OUTCOME_TRY(check_expect(facts, head));
    BOOST_OUTCOME_TRY(head.target, origin_form(request.target, facts.host, facts.hosts > 0));
    const bool persistent =
        head.minor_version == 1 ? !facts.says_close : facts.says_keep_alive && !facts.says_close;
    head.persistence = persistent ? Persistence::keep_alive : Persistence::close;
    const bool usable_id =
        facts.request_ids == 1 && facts.request_id.size() <= longest_request_id &&
        !facts.request_id.empty() &&
        all_of(facts.request_id, [](char c) { return c == ' ' || is_visible(c); });
    head.request_id = usable_id ? facts.request_id : std::string_view{};
    return head;
}

}  // namespace sgw::gateway::http
