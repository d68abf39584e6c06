#include "store/schema/text/utf8.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sgw::schema::text {
namespace {

TEST(Utf8, OrderIsThatOfUtf16) {
    const char* const ascending[] = {"",
                                     "A",
                                     "a",
                                     "ab",
                                     "\xC3\xA9",
                                     "\xE6\x97\xA5",
                                     "\xF0\x9F\x98\x80",
                                     "\xEE\x80\x80",
                                     "\xEF\xBF\xBD"};
    const Utf16Less less;
    for (std::size_t i = 0; i < std::size(ascending); ++i) {
        for (std::size_t j = 0; j < std::size(ascending); ++j) {
            EXPECT_EQ(less(ascending[i], ascending[j]), i < j) << i << " " << j;
        }
    }
}

TEST(Utf8, PrefixesCountUtf16UnitsAndCutNoCharacter) {
    EXPECT_EQ(utf16_prefix("abc", 2), "ab");
    EXPECT_EQ(utf16_prefix("\xC3\xA9"
                           "a",
                           1),
              "\xC3\xA9");
    EXPECT_EQ(utf16_prefix("\xF0\x9F\x98\x80"
                           "a",
                           1),
              "");
    EXPECT_EQ(utf16_prefix("\xF0\x9F\x98\x80"
                           "a",
                           2),
              "\xF0\x9F\x98\x80");
    EXPECT_EQ(utf16_prefix("abc", 9), "abc");
}

TEST(Utf8, SplitsIntoSurrogates) {
    const std::array<std::uint32_t, 3> rows[] = {
        {0x10000, 0xD800, 0xDC00}, {0x1F600, 0xD83D, 0xDE00}, {0x10FFFF, 0xDBFF, 0xDFFF}};
    for (const auto& [point, high, low] : rows) {
        const auto pair = surrogates_of(point);
        EXPECT_EQ(pair.high, high);
        EXPECT_EQ(pair.low, low);
    }
}

}  // namespace
}  // namespace sgw::schema::text
