#include "store/log/entry.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sgw::log {
namespace {

const Draft sample{.time_ms = 1'700'000'000'123,
                   .origin = {"ana", "tenant-7", "127.0.0.1:4242", "request-1"},
                   .body = std::string("body\0\xff", 6)};

void expect_error(Sequence expected, std::string_view bytes, EntryError error) {
    const auto entry = decode(expected, bytes);
    ASSERT_FALSE(entry);
    EXPECT_EQ(entry.error(), error);
}

TEST(Entry, RoundTrips) {
    const auto entry = decode(7, encode(7, sample));
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry.value().sequence, 7U);
    EXPECT_EQ(entry.value().time_ms, sample.time_ms);
    EXPECT_EQ(entry.value().origin, sample.origin);
    EXPECT_EQ(entry.value().body, sample.body);
}

// Entries are read for ever: these bytes must never mean anything else.
TEST(Entry, HasTheseBytesInFormat1) {
    const Draft draft{.time_ms = 2, .origin = {"a", "", "", ""}, .body = "b"};
    const std::string expected(
        "SG\x01\x48\xd6\x0b\x6d"
        "\0\0\0\0\0\0\0\x01"
        "\0\0\0\0\0\0\0\x02"
        "\0\0\0\x01"
        "a"
        "\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\0\x01"
        "b",
        7 + 16 + 22);
    EXPECT_EQ(encode(1, draft), expected);
}

TEST(Entry, RefusesAnEntryOfAnotherPosition) {
    expect_error(8, encode(7, sample), EntryError::other_sequence);
}

TEST(Entry, FindsEveryFlippedBitAndEveryCut) {
    const auto intact = encode(7, sample);
    for (std::size_t at = 0; at < intact.size(); ++at) {
        expect_error(7, std::string_view(intact).substr(0, at), EntryError::damaged);
        for (int bit = 0; bit < 8; ++bit) {
            auto damaged = intact;
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
            expect_error(7, damaged, EntryError::damaged);
        }
    }
    expect_error(7, intact + '\0', EntryError::damaged);
}

TEST(Entry, TellsANewerFormatFromADamagedOne) {
    // CRC-32 of "\x02" "what a later release writes".
    const std::string newer =
        std::string("SG\x02\x9f\xe7\xf7\xd5", 7) + "what a later release writes";
    expect_error(7, newer, EntryError::format_too_new);
    expect_error(7, newer + "!", EntryError::damaged);
}

TEST(Entry, TakesAnyBytes) {
    std::mt19937 random(1);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = round % 2 == 0 ? "SG\x01" : "";
        const auto size = random() % 100;
        for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random()));
        expect_error(7, bytes, EntryError::damaged);
    }
}

}  // namespace
}  // namespace sgw::log
