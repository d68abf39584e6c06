// Golden data: one JSON case a line, xz-compressed under tests/data/golden.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sgw::tests {

/// All cases of `name` (avro.jsonl.xz, say). Throws when the file cannot be read.
std::vector<nlohmann::json> read_golden_file(const std::string& name);

}  // namespace sgw::tests
