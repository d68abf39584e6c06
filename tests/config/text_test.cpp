#include "config/text.hpp"

#include <gtest/gtest.h>

namespace sgw::config {
namespace {

TEST(Text, LowersAsciiAndNothingElse) {
    EXPECT_EQ(lower("AZaz09[`@"), "azaz09[`@");
    EXPECT_EQ(lower("\xC3\x84"), "\xC3\x84");  // a letter outside of ASCII
    EXPECT_EQ(lower(""), "");
}

TEST(Text, ControlCharactersAreThoseOfAscii) {
    for (int c = 0; c < 256; ++c) {
        EXPECT_EQ(is_control(static_cast<char>(c)), c < 32 || c == 127) << c;
    }
    EXPECT_TRUE(has_control("a\tb"));
    EXPECT_FALSE(has_control("a b \xC3\x84"));
    EXPECT_FALSE(has_control(""));
}

}  // namespace
}  // namespace sgw::config
