#include "gateway/http/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace sgw::gateway::http {
namespace {

std::string uncompress(std::string compressed, std::size_t size) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    std::string out(size + 1, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_in = static_cast<uInt>(compressed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

TEST(Compress, IsReadBackAsItWas) {
    std::string noise;
    for (unsigned i = 0; i < 100'000; ++i) {
        noise.push_back(static_cast<char>((i * 2654435761U) >> 24));
    }
    for (const std::string& text :
         {std::string{}, std::string("{}"), std::string(1'000'000, 'x'), noise}) {
        EXPECT_EQ(uncompress(compress(text), text.size()), text);
    }
    EXPECT_LT(compress(std::string(1'000'000, 'x')).size(), 10'000U);
}

}  // namespace
}  // namespace sgw::gateway::http
