#include "tests/schema/golden_file.hpp"

#include <lzma.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace sgw::tests {
namespace {

std::string decompress(const std::string& packed) {
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_stream_decoder(&stream, UINT64_MAX, 0) != LZMA_OK) {
        throw std::runtime_error("cannot start the xz decoder");
    }
    stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
    stream.avail_in = packed.size();
    std::string out;
    std::array<std::uint8_t, 65536> buffer;
    lzma_ret status = LZMA_OK;
    while (status == LZMA_OK) {
        stream.next_out = buffer.data();
        stream.avail_out = buffer.size();
        status = lzma_code(&stream, LZMA_FINISH);
        out.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - stream.avail_out);
    }
    lzma_end(&stream);
    if (status != LZMA_STREAM_END) throw std::runtime_error("damaged xz file");
    return out;
}

}  // namespace

std::vector<nlohmann::json> read_golden_file(const std::string& name) {
    std::ifstream file(std::string{SGW_TEST_DATA} + "/golden/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open golden file " + name);
    const std::string packed{std::istreambuf_iterator<char>(file), {}};
    std::istringstream lines(decompress(packed));
    std::vector<nlohmann::json> cases;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) cases.push_back(nlohmann::json::parse(line));
    }
    return cases;
}

}  // namespace sgw::tests
