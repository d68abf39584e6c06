#include "config/units.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace sgw::config {
namespace {

TEST(Units, ReadsDurations) {
    const std::vector<std::pair<std::string, std::optional<int>>> cases{
        {"300ms", 300},
        {"2s", 2000},
        {"5m", 300'000},
        {"1h", 3'600'000},
        {"0s", 0},
        {"2", std::nullopt},
        {"2 s", std::nullopt},
        {"s", std::nullopt},
        {"", std::nullopt},
        {"-1s", std::nullopt},
        {"+1s", std::nullopt},
        {"1.5s", std::nullopt},
        {"1d", std::nullopt},
        {"1S", std::nullopt},
        {"1s1", std::nullopt},
        {"99999999999999999999s", std::nullopt},
        {"9223372036854775807h", std::nullopt},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_duration(text);
        ASSERT_EQ(parsed.has_value(), expected.has_value()) << text;
        if (expected) {
            EXPECT_EQ(parsed.value(), milliseconds(*expected)) << text;
        }
    }
}

TEST(Units, ReadsSizes) {
    const std::vector<std::pair<std::string, std::optional<std::size_t>>> cases{
        {"8KiB", 8192},
        {"10MiB", 10u << 20},
        {"1GiB", 1u << 30},
        {"4096", 4096},
        {"0", 0},
        {"8KB", std::nullopt},
        {"8k", std::nullopt},
        {"-1", std::nullopt},
        {"1.5MiB", std::nullopt},
        {"MiB", std::nullopt},
        {"", std::nullopt},
        {"99999999999GiB", std::nullopt},
        {"0x10", std::nullopt},
        {"10 MiB", std::nullopt},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_size(text);
        ASSERT_EQ(parsed.has_value(), expected.has_value()) << text;
        if (expected) {
            EXPECT_EQ(parsed.value(), *expected) << text;
        }
    }
}

TEST(Units, ReadsEndpoints) {
    const std::vector<std::pair<std::string, std::optional<Endpoint>>> cases{
        {"127.0.0.1:8081", Endpoint{"127.0.0.1", 8081}},
        {"0.0.0.0:0", Endpoint{"0.0.0.0", 0}},
        {"[::1]:65535", Endpoint{"::1", 65535}},
        {"localhost:1", Endpoint{"127.0.0.1", 1}},
        {"8081", std::nullopt},
        {":8081", std::nullopt},
        {"127.0.0.1", std::nullopt},
        {"127.0.0.1:", std::nullopt},
        {"127.0.0.1:65536", std::nullopt},
        {"127.0.0.1:80x", std::nullopt},
        {"256.0.0.1:80", std::nullopt},
        {"::1:80", std::nullopt},
        {"[127.0.0.1]:80", std::nullopt},
        {"[::1]80", std::nullopt},
        {"[::1", std::nullopt},
        {"name.example:80", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_endpoint(text);
        ASSERT_EQ(parsed.has_value(), expected.has_value()) << text;
        if (expected) {
            EXPECT_EQ(parsed.value(), *expected) << text;
        }
    }
}

TEST(Units, ReadsUrls) {
    const std::vector<std::pair<std::string, std::optional<Url>>> cases{
        {"http://a.example", Url{"a.example", 80, ""}},
        {"HTTP://A.Example:8081/", Url{"a.example", 8081, ""}},
        {"http://a:1/x/y//", Url{"a", 1, "/x/y"}},
        {"http://[::1]:8081/r", Url{"::1", 8081, "/r"}},
        {"a.example:8081", std::nullopt},
        {"http:/a", std::nullopt},
        {"http", std::nullopt},
        {"http://", std::nullopt},
        {"http://:80", std::nullopt},
        {"http:///path", std::nullopt},
        {"http://a:0", std::nullopt},
        {"http://a:99999", std::nullopt},
        {"http://a:", std::nullopt},
        {"http://a:8081?x=1", std::nullopt},
        {"http://a/#f", std::nullopt},
        {"http://a/b c", std::nullopt},
        {"http://a b/", std::nullopt},
        {"http://[::1", std::nullopt},
        {"http://[a]:80", std::nullopt},
        {"ftp://a", std::nullopt},
        {"", std::nullopt},
    };
    for (const auto& [text, expected] : cases) {
        const auto parsed = parse_url(text);
        ASSERT_EQ(parsed.has_value(), expected.has_value()) << text;
        if (expected) {
            EXPECT_EQ(parsed.value(), *expected) << text;
        }
    }
}

TEST(Units, SaysWhyAUrlIsRefused) {
    EXPECT_EQ(parse_url("https://a").error().message,
              "https is not supported by this release (TLS comes with a later one); use http://");
    EXPECT_EQ(parse_url("http://user:hunter2@a").error().message,
              "credentials do not belong in a URL; use auth.basic");
}

TEST(Units, WritesWhatItReads) {
    for (const std::string text : {"300ms", "2s", "5m", "1h", "0ms", "1500ms", "90s"}) {
        EXPECT_EQ(to_text(parse_duration(text).value()), text);
    }
    for (const std::string text : {"8KiB", "10MiB", "1GiB", "0", "1025"}) {
        EXPECT_EQ(size_text(parse_size(text).value()), text);
    }
    for (const std::string text : {"127.0.0.1:8081", "[::1]:0"}) {
        EXPECT_EQ(to_text(parse_endpoint(text).value()), text);
    }
    for (const std::string text : {"http://a:80", "http://[::1]:8081/r"}) {
        EXPECT_EQ(to_text(parse_url(text).value()), text);
    }
}

}  // namespace
}  // namespace sgw::config
