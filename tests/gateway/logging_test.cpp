#include "gateway/logging.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

namespace sgw::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

std::string line_of(LogFields fields) {
    return log_line(
        system_clock::time_point(milliseconds(1'769'860'800'007)), Level::warning, "e", fields);
}

std::vector<std::string> captured_lines() {
    std::istringstream text(testing::internal::GetCapturedStderr());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

TEST(Logging, WritesTimeLevelEventAndFieldsInOrder) {
    EXPECT_EQ(
        line_of({{"region", "us"}, {"attempt", 3}}),
        R"({"time":"2026-01-31T12:00:00.007Z","level":"warning","event":"e","region":"us","attempt":3})");
}

TEST(Logging, KeepsTheTypesOfValues) {
    const std::string text = "t";
    const auto line =
        nlohmann::json::parse(line_of({{"string", text},
                                       {"view", std::string_view("v")},
                                       {"literal", "l"},
                                       {"flag", true},
                                       {"negative", -1},
                                       {"large", std::numeric_limits<std::uint64_t>::max()},
                                       {"fraction", 0.5},
                                       {"no_number", std::nan("")},
                                       {"took_ms", milliseconds(20)}}));
    EXPECT_EQ(line["string"], "t");
    EXPECT_EQ(line["view"], "v");
    EXPECT_EQ(line["literal"], "l");
    EXPECT_EQ(line["flag"], true);
    EXPECT_EQ(line["negative"], -1);
    EXPECT_EQ(line["large"], std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(line["fraction"], 0.5);
    EXPECT_TRUE(line["no_number"].is_null());
    EXPECT_EQ(line["took_ms"], 20);
}

TEST(Logging, StaysOneLineOfValidJsonWhateverTheValue) {
    const std::vector<std::string> values{
        "a\nb\r\n{\"event\":\"forged\"}",
        std::string("nul\0x", 5),
        "quote\" back\\",
        "\x1b[31m",
        "\xff\xfe",
        "\xc3",
    };
    for (const auto& value : values) {
        const auto line = line_of({{"value", value}});
        EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos) << line;
        EXPECT_EQ(nlohmann::json::parse(line).size(), 4u) << line;
    }
    EXPECT_EQ(nlohmann::json::parse(line_of({{"value", "a\xff"}}))["value"], "a\xef\xbf\xbd");
    EXPECT_EQ(nlohmann::json::parse(line_of({{"value", values[0]}}))["value"], values[0]);
}

TEST(Logging, DoesNotLetFieldsReplaceTheFirstThree) {
    const auto line =
        nlohmann::json::parse(line_of({{"event", "x"}, {"level", "x"}, {"a", 1}, {"a", 2}}));
    EXPECT_EQ(line["event"], "e");
    EXPECT_EQ(line["level"], "warning");
    EXPECT_EQ(line["a"], 1);
}

TEST(Logging, DropsWhatIsBelowTheLevel) {
    testing::internal::CaptureStderr();
    set_log_level(Level::warning);
    log_event(Level::info, "not_seen");
    log_event(Level::warning, "seen");
    log_event(Level::error, "seen_too", {{"why", "test {} %s"}});
    set_log_level(Level::info);
    log_event(Level::debug, "not_seen");
    const auto lines = captured_lines();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(nlohmann::json::parse(lines[0])["event"], "seen");
    EXPECT_EQ(nlohmann::json::parse(lines[1])["why"], "test {} %s");
}

TEST(Logging, KeepsLinesOfManyThreadsApart) {
    testing::internal::CaptureStderr();
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([i] {
            for (int n = 0; n < 100; ++n) log_event(Level::info, "tick", {{"thread", i}, {"n", n}});
        });
    }
    for (auto& thread : threads) thread.join();
    const auto lines = captured_lines();
    EXPECT_EQ(lines.size(), 400u);
    for (const auto& line : lines) EXPECT_EQ(nlohmann::json::parse(line)["event"], "tick");
}

}  // namespace
}  // namespace sgw::gateway
