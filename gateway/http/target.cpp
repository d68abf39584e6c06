#include "gateway/http/target.hpp"

#include <algorithm>
#include <optional>

#include "gateway/http/ascii.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::gateway::http {

namespace {

enum class Plus { plus, blank };

/// What may stand in a path unencoded (RFC 3986, 3.3), and the percent sign.
bool is_path_char(char c) {
    constexpr std::string_view symbols = "-._~!$&'()*+,;=:@%/";
    return is_letter(c) || is_digit(c) || symbols.find(c) != std::string_view::npos;
}

std::optional<int> hex_value(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? std::optional<int>(lower - 'a' + 10) : std::nullopt;
}

/// Nothing: a percent sign without two hexadecimal digits.
std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::blank) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            const auto high = i + 1 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
            if (!high || !low) {
                return std::nullopt;
            }
            out.push_back(static_cast<char>(*high * 16 + *low));
            i += 2;
        }
    }
    return out;
}

bool is_suspicious(char c) {
    return c == '\\' || c == '\t' || is_control(c);
}

ResultOr<routing::Segment, Rejection> read_segment(std::string_view text) {
    const auto raw = text.substr(0, text.find(';'));
    if (raw.empty()) {
        return bad_request("Ambiguous URI empty segment");
    }
    auto decoded = decode(raw, Plus::plus);
    if (!decoded || decoded->find('\0') != std::string::npos) {
        return bad_request("Bad Request");
    }
    if (!schema::text::is_valid_utf8(*decoded)) {
        return bad_request("Bad UTF-8 encoding");
    }
    if (std::any_of(decoded->begin(), decoded->end(), is_suspicious)) {
        return bad_request("Suspicious Path Character");
    }
    const bool dots = *decoded == "." || *decoded == "..";
    if (dots && raw != *decoded) {
        return bad_request("Ambiguous URI path segment");
    }
    if (dots && raw != text) {
        return bad_request("Ambiguous URI path parameter");
    }
    return routing::Segment{std::string(raw), std::move(*decoded)};
}

ResultOr<std::vector<routing::Segment>, Rejection> read_path(std::string_view path) {
    std::vector<routing::Segment> segments;
    if (!all_of(path, is_path_char)) {
        return bad_request("Illegal Path Character");
    }
    path.remove_prefix(1);
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        BOOST_OUTCOME_TRY(auto segment, read_segment(path.substr(0, end)));
        segments.push_back(std::move(segment));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return segments;
}

ResultOr<std::string, Rejection> read_query_text(std::string_view text) {
    auto decoded = decode(text, Plus::blank);
    if (!decoded) {
        return bad_request("Bad Request");
    }
    if (!schema::text::is_valid_utf8(*decoded)) {
        return bad_request("Bad UTF-8 encoding");
    }
    return std::move(*decoded);
}

ResultOr<QueryParameters, Rejection> read_query(std::string_view query) {
    QueryParameters parameters;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        const auto part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (part.empty()) {
            continue;
        }
        const auto equals = std::min(part.find('='), part.size());
        BOOST_OUTCOME_TRY(auto key, read_query_text(part.substr(0, equals)));
        BOOST_OUTCOME_TRY(auto value,
                          read_query_text(part.substr(std::min(equals + 1, part.size()))));
        parameters.emplace_back(std::move(key), std::move(value));
    }
    return parameters;
}

}  // namespace

ResultOr<Target, Rejection> read_target(std::string_view target) {
    const auto question = std::min(target.find('?'), target.size());
    Target result;
    if (!target.starts_with('/')) {
        return bad_request("Bad Request");
    }
    BOOST_OUTCOME_TRY(result.segments, read_path(target.substr(0, question)));
    BOOST_OUTCOME_TRY(result.query,
                      read_query(target.substr(std::min(question + 1, target.size()))));
    return result;
}

}  // namespace sgw::gateway::http
