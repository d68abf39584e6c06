// Compression of answers. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace sgw::gateway::http {

/// `text` as one gzip member, compressed for speed rather than size. Throws std::bad_alloc.
std::string compress(std::string_view text);

}  // namespace sgw::gateway::http
