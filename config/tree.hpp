// YAML text as a plain tree in which every node knows its line: the only file that sees the YAML
// library. Pure, any thread. Refuses what could hide a mistake: a key given twice, a second
// document, tags, control characters; and what could exhaust memory: large texts, deep nesting,
// aliases that multiply.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.hpp"

namespace sgw::config {

inline constexpr std::size_t max_text_bytes = std::size_t{1024} * 1024;

struct TreeNode {
    enum class Kind { null, scalar, sequence, mapping };

    Kind kind = Kind::null;
    int line = 0;                 // from 1
    std::string text;             // of a scalar
    std::vector<TreeNode> items;  // of a sequence; of a mapping: its values
    std::vector<TreeNode> keys;   // of a mapping: scalars, in the order of `items`
};

/// The tree of the text's one document; an empty text is a null node. `file` names the text in
/// problems.
Result<TreeNode> parse_tree(const std::string& file, std::string_view text);

}  // namespace sgw::config
