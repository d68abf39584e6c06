#include "config/tree.hpp"

#include <gtest/gtest.h>

namespace sgw::config {
namespace {

std::string refusal_of(const std::string& text) {
    const auto tree = parse_tree("t", text);
    return tree ? "taken" : to_line(tree.error().front());
}

TEST(Tree, KnowsTheLineOfEveryNode) {
    const auto tree = parse_tree("t", "# comment\na: 1\nb:\n  - x\n  - { c: y }\n").value();
    ASSERT_EQ(tree.kind, TreeNode::Kind::mapping);
    ASSERT_EQ(tree.keys.size(), 2u);
    EXPECT_EQ(tree.keys[0].text, "a");
    EXPECT_EQ(tree.items[0].text, "1");
    EXPECT_EQ(tree.items[0].line, 2);
    EXPECT_EQ(tree.keys[1].line, 3);
    ASSERT_EQ(tree.items[1].items.size(), 2u);
    EXPECT_EQ(tree.items[1].items[0].line, 4);
    EXPECT_EQ(tree.items[1].items[1].items[0].line, 5);
}

TEST(Tree, TakesAliases) {
    const auto tree = parse_tree("t", "a: &x { k: v }\nb: *x\n").value();
    EXPECT_EQ(tree.items[1].items[0].text, "v");
}

TEST(Tree, TakesBlocksAndQuotesAtTheEnd) {
    for (const std::string text :
         {"a: |\n  x", "a: |\n  x\n", "a: \"x\"", "a: 'x'\n", "a: x", "a: x #y"}) {
        const auto tree = parse_tree("t", text);
        ASSERT_TRUE(tree.has_value()) << text;
        EXPECT_EQ(tree.value().items[0].text.substr(0, 1), "x") << text;
        EXPECT_EQ(tree.value().items[0].text.find('#'), std::string::npos) << text;
    }
}

TEST(Tree, TakesAnEmptyText) {
    for (const std::string text : {"", "# only a comment\n", "---\n", "~"}) {
        EXPECT_EQ(parse_tree("t", text).value().kind, TreeNode::Kind::null) << text;
    }
}

TEST(Tree, RefusesWhatCouldHideAMistake) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a: 1\nb: 2\na: 3\n", "t:3: a: given twice, first in line 1"},
        {"a: 1\n---\nb: 2\n", "t:2: a second document begins; only one is allowed"},
        {"a: !include x\n", "t:1: tags (!name) are not supported; quote a text that begins with !"},
        {"? [a]\n: b\n", "t:1: a key must be a text"},
        {"a: 1\nb: \x04\n", "t:2: holds a control character; write it as an escape in quotes"},
        {std::string("a: 1\0b", 6),
         "t:1: holds a control character; write it as an escape in quotes"},
        {"a: 1\n \tb: 2\n", "t:2: is indented with a tab; use spaces"},
        {"a: &x [*x]\n", "t:1: an alias holds itself"},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(refusal_of(text), expected) << text;
}

TEST(Tree, TellsTheLineOfASyntaxError) {
    for (const std::string text : {"a: 1\nb: [1\n",
                                   "a: 1\nb: {x: 1\n",
                                   "a: 1\nb: \"x\n",
                                   "a: 1\nb: 'x",
                                   "a: 1\nb: c: d\n"}) {
        const auto refusal = refusal_of(text);
        EXPECT_TRUE(refusal.starts_with("t:2: YAML syntax: ")) << refusal;
    }
}

TEST(Tree, NeverRepeatsTheTextInASyntaxError) {
    for (const std::string text : {"password: *hunter2\n",
                                   "password: \"a\\qhunter2\"\n",
                                   "password: @hunter2\n",
                                   "password: hunter2: x\n",
                                   "password: !<hunter2\n",
                                   "password: %hunter2\n"}) {
        EXPECT_EQ(refusal_of(text).find("hunter2"), std::string::npos) << refusal_of(text);
    }
}

TEST(Tree, BoundsSizeDepthAndAliases) {
    EXPECT_EQ(refusal_of(std::string(max_text_bytes + 1, '#')), "t: larger than 1 MiB");
    for (const std::string opening : {"[", "{a: ", "- ", "? ", "[? "}) {
        std::string deep;
        for (int i = 0; i < 50'000; ++i) deep += opening;
        EXPECT_NE(refusal_of(deep), "taken") << opening;
    }

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const auto last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "" : ", ") + last + " ";
        bomb += "]\n";
    }
    EXPECT_NE(refusal_of(bomb).find("aliases make this configuration too large"),
              std::string::npos);

    std::string large = "a: &a " + std::string(1000, 'x') + "\nb: [";
    for (int i = 0; i < 100'000; ++i) large += "*a ,";
    EXPECT_NE(refusal_of(large + "]\n"), "taken");

    std::string keys;
    for (int i = 0; i < 100'000; ++i) keys += "k" + std::to_string(i) + ":\n";
    EXPECT_EQ(refusal_of(keys), "t:1001: too many keys");
}

}  // namespace
}  // namespace sgw::config
