// The rules of who may include what, as a pure function over the text of a source file.
// The test beside it walks the tree; a table proves that each rule can fail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sgw::structure {

/// What the file includes, as written: `config/config.hpp`, `rocksdb/db.h`.
std::vector<std::string> includes_of(std::string_view text);

/// One line per include that breaks a rule; `path` is the file's, from the repository's root.
std::vector<std::string> violations(const std::string& path, std::string_view text);

}  // namespace sgw::structure
