#include "config/problem.hpp"

#include <gtest/gtest.h>

namespace sgw::config {
namespace {

TEST(Problem, IsOneLine) {
    EXPECT_EQ(to_line({"a.yaml", 3, "gateway.lisen", "unknown key", "listen"}),
              "a.yaml:3: gateway.lisen: unknown key; did you mean \"listen\"?");
    EXPECT_EQ(to_line({"a.yaml", 3, "", "broken", ""}), "a.yaml:3: broken");
    EXPECT_EQ(to_line({"a.yaml", 0, "", "cannot be read", ""}), "a.yaml: cannot be read");
    EXPECT_EQ(to_line({"a\nb", 1, "k\x1b[31m", "x\r\ny", ""}), "a?b:1: k?[31m: x??y");
}

TEST(Problem, ShortensWhatItQuotes) {
    EXPECT_EQ(in_quotes("abc"), "\"abc\"");
    EXPECT_EQ(in_quotes(std::string(500, 'a')), "\"" + std::string(60, 'a') + "...\"");
}

TEST(Problem, NamesTheNearestCandidate) {
    const std::vector<std::string> keys{
        "listen", "admin", "threads", "limits", "ack", "ack_timeout"};
    const std::vector<std::pair<std::string, std::string>> cases{
        {"lisen", "listen"},
        {"lsiten", "listen"},
        {"LISTEN", "listen"},
        {"thread", "threads"},
        {"limit", "limits"},
        {"akc", "ack"},
        {"acktimeout", "ack_timeout"},
        {"zzzzzz", ""},
        {"", ""},
        {std::string(100'000, 'a'), ""},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(nearest(text, keys), expected) << text;
    EXPECT_EQ(nearest("listen", {}), "");
}

}  // namespace
}  // namespace sgw::config
