#include "gateway/http/chunked.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http {

namespace {

// Chunk sizes, extensions and trailers are no body, yet have to end somewhere.
constexpr std::size_t longest_line = std::size_t{8} * 1024;

std::string_view without_blanks(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::size_t token_length(std::string_view text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_token_char);
    return static_cast<std::size_t>(end - text.begin());
}

/// Of the quoted string that `text` begins with; 0: it does not end in here.
std::size_t quoted_length(std::string_view text) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

/// `;name`, `;name=token` or `;name="quoted"`, any number of them, with blanks around each sign
/// (RFC 9112, 7.1.1).
bool valid_extensions(std::string_view text) {
    while (!text.empty()) {
        text = without_blanks(text);
        if (!text.starts_with(';')) {
            return false;
        }
        text = without_blanks(text.substr(1));
        const auto name = token_length(text);
        if (name == 0) {
            return false;
        }
        text.remove_prefix(name);
        const auto rest = without_blanks(text);
        if (!rest.starts_with('=')) {
            continue;
        }
        text = without_blanks(rest.substr(1));
        const auto value = text.starts_with('"') ? quoted_length(text) : token_length(text);
        if (value == 0) {
            return false;
        }
        text.remove_prefix(value);
    }
    return true;
}

}  // namespace

ResultOr<std::size_t, Rejection> ChunkedBody::take(std::string_view bytes, std::string& body) {
    const std::size_t given = bytes.size();
    while (!done() && !bytes.empty()) {
        if (part_ == Part::data) {
            BOOST_OUTCOME_TRY(take_data(bytes, body));
        } else {
            BOOST_OUTCOME_TRY(take_line(bytes, body.size()));
        }
    }
    return given - bytes.size();
}

ResultOr<void, Rejection> ChunkedBody::take_data(std::string_view& bytes, std::string& body) {
    const auto here = bytes.substr(0, outstanding_);
    body.append(here);
    bytes.remove_prefix(here.size());
    outstanding_ -= here.size();
    if (outstanding_ == 0) {
        part_ = Part::end_of_data;
    }
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> ChunkedBody::take_line(std::string_view& bytes, std::size_t body_size) {
    while (!bytes.empty()) {
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (after_cr_ != (c == '\n')) {
            return bad_request("Bare CR or LF in a chunked body");
        }
        if (c == '\n') {
            return end_line(body_size);
        }
        after_cr_ = c == '\r';
        if (after_cr_) {
            continue;
        }
        if (is_control(c)) {
            return bad_request("Illegal character in a chunked body");
        }
        line_ += c;
        if (part_ == Part::end_of_data || trailer_bytes_ + line_.size() > longest_line) {
            return bad_request("Bad chunk");
        }
    }
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> ChunkedBody::end_line(std::size_t body_size) {
    after_cr_ = false;
    if (part_ == Part::size) {
        BOOST_OUTCOME_TRY(begin_chunk(body_size));
    } else if (part_ == Part::end_of_data) {
        part_ = Part::size;
    } else if (line_.empty()) {
        part_ = Part::nothing;
    } else {
        BOOST_OUTCOME_TRY(split_header_line(line_));
        trailer_bytes_ += line_.size();
    }
    line_.clear();
    return boost::outcome_v2::success();
}

ResultOr<void, Rejection> ChunkedBody::begin_chunk(std::size_t body_size) {
    std::uint64_t size = 0;
    const char* const end = line_.data() + line_.size();
    const auto [behind, error] = std::from_chars(line_.data(), end, size, 16);
    if (error != std::errc{}) {
        return bad_request("Bad chunk size");
    }
    if (!valid_extensions({behind, static_cast<std::size_t>(end - behind)})) {
        return bad_request("Bad chunk extension");
    }
    if (size > most_ - std::min(most_, body_size)) {
        return Rejection{413, "HTTP 413 Request Entity Too Large"};
    }
    outstanding_ = size;
    part_ = size == 0 ? Part::trailers : Part::data;
    return boost::outcome_v2::success();
}

}  // namespace sgw::gateway::http
