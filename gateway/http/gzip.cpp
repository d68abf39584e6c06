#include "gateway/http/gzip.hpp"

#include <zlib.h>

#include <new>

namespace sgw::gateway::http {

std::string compress(std::string_view text) {
    constexpr int window_of_gzip = MAX_WBITS + 16;
    constexpr int memory_level = 8;
    z_stream stream{};
    if (deflateInit2(
            &stream, Z_BEST_SPEED, Z_DEFLATED, window_of_gzip, memory_level, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw std::bad_alloc();
    }
    std::string out(deflateBound(&stream, text.size()), '\0');
    // zlib takes its input through a pointer that is not const, and does not write to it.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace sgw::gateway::http
