// Reads a chunked body (RFC 9112, 7.1), as strictly as the guard reads a head: a line ends with
// CRLF and with nothing else, also within a quoted value, so that whatever stands before the
// gateway finds the body's end at the same byte. Extensions and trailers are checked and dropped.
//
// Pure, one body each. Bytes may come in any pieces. After a rejection it is of no further use.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gateway/http/guard.hpp"
#include "store/result.hpp"

namespace sgw::gateway::http {

class ChunkedBody {
  public:
    /// A body of more than `most` bytes is refused with 413, as soon as it is announced.
    explicit ChunkedBody(std::size_t most) : most_(most) {}

    /// Appends what `bytes` hold of the body, and answers how many of them belong to it, framing
    /// included: all, or fewer once it is done.
    ResultOr<std::size_t, Rejection> take(std::string_view bytes, std::string& body);

    bool done() const { return part_ == Part::nothing; }

    /// What is still to come of the chunk that has begun.
    std::size_t outstanding() const { return outstanding_; }

  private:
    enum class Part { size, data, end_of_data, trailers, nothing };

    ResultOr<void, Rejection> take_data(std::string_view& bytes, std::string& body);
    ResultOr<void, Rejection> take_line(std::string_view& bytes, std::size_t body_size);
    ResultOr<void, Rejection> end_line(std::size_t body_size);
    ResultOr<void, Rejection> begin_chunk(std::size_t body_size);

    std::size_t most_;
    Part part_ = Part::size;
    std::size_t outstanding_ = 0;
    std::string line_;  // of what frames the data, as far as it came, without CRLF
    bool after_cr_ = false;
    std::size_t trailer_bytes_ = 0;
};

}  // namespace sgw::gateway::http
