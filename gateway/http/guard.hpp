// Reads the head of a request strictly, so that whatever stands before or behind the gateway cannot
// understand it differently (request smuggling), and decides how the body is framed. What is
// ambiguous is refused, even where HTTP libraries are lenient: folded lines, bare CR or LF, a
// second Content-Length or Host, any Transfer-Encoding but "chunked". Sources: RFC 9110, RFC 9112
// (2.2, 3.2, 5.1, 6.1, 6.3). A chunked body is chunked.hpp's.
//
// Pure functions over bytes, any thread. No I/O, nothing is decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/result.hpp"

namespace sgw::gateway::http {

/// Why a request is refused and the connection closed. `reason` is a constant of plain ASCII
/// without quotes.
struct Rejection {
    int status = 0;
    std::string_view reason;

    bool operator==(const Rejection&) const = default;
};

/// What is no HTTP, or HTTP that others may read otherwise.
inline Rejection bad_request(std::string_view reason) {
    return {400, reason};
}

enum class BodyFraming { none, length, chunked };
enum class Persistence { close, keep_alive };

/// A head that passed. The views point into the bytes given.
struct Head {
    std::string_view method;
    std::string target;  // origin-form, not decoded
    int minor_version = 1;
    std::vector<std::pair<std::string_view, std::string_view>>
        headers;  // values without blanks around them
    BodyFraming framing = BodyFraming::none;
    std::uint64_t content_length = 0;  // with BodyFraming::length; saturated
    Persistence persistence = Persistence::keep_alive;
    bool expects_continue = false;
    std::string_view request_id;  // the caller's, if it sent exactly one usable value
};

/// Looks for the end of the head in what has arrived of a request. 0: not there yet; else the
/// head's length, blank line included. `scanned` bytes were already looked at without success.
/// Refuses as soon as a byte stands where none like it may stand, or when `limit` bytes hold no
/// end: 414 if not even the request line fits, else 431.
ResultOr<std::size_t, Rejection> find_head_end(std::string_view bytes,
                                               std::size_t scanned,
                                               std::size_t limit);

/// Name and value of a header or trailer line without its CRLF; views into it.
ResultOr<std::pair<std::string_view, std::string_view>, Rejection> split_header_line(
    std::string_view line);

/// `head` is what find_head_end measured.
ResultOr<Head, Rejection> read_head(std::string_view head);

}  // namespace sgw::gateway::http
