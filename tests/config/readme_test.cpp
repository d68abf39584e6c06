#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/load.hpp"

namespace sgw::config {
namespace {

/// The cell's text without the backticks and spaces around it.
std::string trimmed(const std::string& cell) {
    const auto first = cell.find_first_not_of(" `");
    if (first == std::string::npos) return {};
    return cell.substr(first, cell.find_last_not_of(" `") - first + 1);
}

/// The rows `| key | type | default | meaning |` of the README's table of keys.
std::vector<KnownKey> documented_keys(std::istream& readme) {
    std::vector<KnownKey> keys;
    for (std::string line; std::getline(readme, line);) {
        if (!line.starts_with("| `")) continue;
        std::istringstream cells(line.substr(1));
        std::string path;
        std::string type;
        std::string default_text;
        std::string meaning;
        std::getline(cells, path, '|');
        std::getline(cells, type, '|');
        std::getline(cells, default_text, '|');
        std::getline(cells, meaning, '|');
        EXPECT_FALSE(trimmed(meaning).empty()) << line;
        keys.push_back({trimmed(path), trimmed(type), trimmed(default_text)});
    }
    return keys;
}

TEST(ConfigReadme, ListsEveryKeyWithTypeAndDefault) {
    std::ifstream readme(std::string(SGW_SOURCE_DIR) + "/config/README.md");
    const auto documented = documented_keys(readme);
    const auto known = known_keys();
    for (std::size_t i = 0; i < std::max(documented.size(), known.size()); ++i) {
        ASSERT_LT(i, documented.size()) << "not documented: " << known[i].path;
        ASSERT_LT(i, known.size()) << "documented, but not known: " << documented[i].path;
        EXPECT_EQ(documented[i].path, known[i].path);
        EXPECT_EQ(documented[i].type, known[i].type) << known[i].path;
        EXPECT_EQ(documented[i].default_text, known[i].default_text) << known[i].path;
    }
}

TEST(ConfigReadme, IsReadAsATable) {
    std::istringstream text("| key | type |\n|---|---|\n| `a.b` | flag | `true` | what |\nother\n");
    EXPECT_EQ(documented_keys(text), (std::vector<KnownKey>{{"a.b", "flag", "true"}}));
}

}  // namespace
}  // namespace sgw::config
