#include "routing/region_mapping.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sgw::routing {
namespace {

std::string decoded(std::string_view segment) {
    std::string text;
    for (std::size_t i = 0; i < segment.size(); ++i) {
        if (segment[i] == '%') {
            const std::string digits(segment.substr(i + 1, 2));
            text += static_cast<char>(std::strtol(digits.c_str(), nullptr, 16));
            i += 2;
        } else {
            text += segment[i];
        }
    }
    return text;
}

TEST(PathSegment, EncodesWhatAPathCannotHold) {
    struct Row {
        std::string_view text;
        std::string_view expected;
    };
    const Row rows[] = {
        {"", ""},
        {"orders-value", "orders-value"},
        {":.ctx:orders", ":.ctx:orders"},
        {":.__GLOBAL:", ":.__GLOBAL:"},
        {".", "."},
        {"..", ".."},
        {"a/b", "a%2Fb"},
        {"a b", "a%20b"},
        {"a%2Fb", "a%252Fb"},
        {"a?b#c", "a%3Fb%23c"},
        {"a;b", "a%3Bb"},
        {"a&b=c+d", "a%26b=c+d"},
        {"a\\b", "a%5Cb"},
        {"\"<>[]{}|^`", "%22%3C%3E%5B%5D%7B%7D%7C%5E%60"},
        {"ü€😀", "%C3%BC%E2%82%AC%F0%9F%98%80"},
        {"\x7f\x01", "%7F%01"},
        {"~*@!$'(),_", "~*@!$'(),_"},
    };
    for (const auto& row : rows) EXPECT_EQ(path_segment(row.text), row.expected);
}

TEST(PathSegment, EveryByteComesBack) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        const auto segment = path_segment(text);
        EXPECT_EQ(decoded(segment), text) << byte;
        EXPECT_EQ(segment.find_first_of("/?#%; \"\\", segment.starts_with('%') ? 1 : 0),
                  std::string::npos)
            << byte;
    }
}

TEST(NamesSubject, TakesTheSpellingsThatRegistriesUse) {
    struct Row {
        std::string_view answered;
        Subject subject;
        bool expected;
    };
    const Subject plain{Context{}, "a"};
    const Subject odd{Context{}, "a/b c"};
    const Subject named{Context{".ctx"}, "a/b"};
    const Row rows[] = {
        {"a", plain, true},
        {"A", plain, false},
        {"b", plain, false},
        {"", plain, false},
        {":.ctx:a", plain, false},
        {"a/b c", odd, true},
        {"a%2Fb%20c", odd, true},
        {"a/b%20c", odd, false},
        {":.ctx:a/b", named, true},
        {":.ctx:a%2Fb", named, true},
        {"a/b", named, true},
        {"a%2Fb", named, true},
        {":.other:a/b", named, false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(names_subject(row.answered, row.subject), row.expected)
            << row.answered << " for " << row.subject.qualified();
    }
}

TEST(RegionMapping, IsTheIdentity) {
    const RegionMapping mapping;
    const Subject subject{Context{".c"}, "s"};
    EXPECT_EQ(mapping.to_region(subject), subject);
    EXPECT_EQ(mapping.to_region(subject.context), subject.context);
    EXPECT_EQ(mapping.to_region(Version{3}), Version{3});
    EXPECT_EQ(mapping.from_region(mapping.to_region(SchemaId{5})), SchemaId{5});
    EXPECT_EQ(mapping.from_region(std::string("s")), "s");
    EXPECT_EQ(mapping.from_region(Context{".c"}), Context{".c"});
    EXPECT_EQ(mapping.from_region(Version{3}), Version{3});
    for (const char* const text : {"s", ":.c:s", ":.:s", ":s", "a%2Fb"}) {
        const schema::Reference reference{"n", text, 2};
        EXPECT_EQ(mapping.to_region(reference), reference);
        EXPECT_EQ(mapping.from_region(reference), reference);
    }
    EXPECT_TRUE(drives(RegionName{"us"}));
}

}  // namespace
}  // namespace sgw::routing
