#include "gateway/http/chunked.hpp"

#include <gtest/gtest.h>

namespace sgw::gateway::http {
namespace {

constexpr std::size_t most = 1000;

struct Outcome {
    int status = 0;  // 0: taken
    std::string body;
    std::size_t taken = 0;
    bool done = false;
};

/// Gives `bytes` in pieces of that size, as sockets do: what was taken is not given again.
Outcome read(std::string_view bytes, std::size_t piece) {
    Outcome outcome;
    ChunkedBody chunks(most);
    while (outcome.taken < bytes.size() && !chunks.done()) {
        const auto part = bytes.substr(outcome.taken, piece);
        const auto taken = chunks.take(part, outcome.body);
        if (!taken) {
            outcome.status = taken.error().status;
            return outcome;
        }
        outcome.taken += taken.value();
    }
    outcome.done = chunks.done();
    return outcome;
}

TEST(ChunkedBody, TakesWhatTheGrammarAllows) {
    struct Row {
        std::string bytes;
        std::string body;
    };
    const Row rows[] = {
        {"0\r\n\r\n", ""},
        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"3\r\na\r\n\r\n0\r\n\r\n", "a\r\n"},
        {"000A\r\n0123456789\r\n2\r\nab\r\n00\r\n\r\n", "0123456789ab"},
        {"1;a\r\nx\r\n0;b\r\n\r\n", "x"},
        {"1;a=b;c=\"d\"\r\nx\r\n0\r\n\r\n", "x"},
        {"1 ;\ta = \"b;\\\"\t\xC3\xA9\" ; c\r\nx\r\n0\r\n\r\n", "x"},
        {"1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n", "x"},
    };
    for (const auto& row : rows) {
        for (std::size_t piece = 1; piece <= row.bytes.size() + 4; ++piece) {
            const auto outcome = read(row.bytes + "GET ", piece);
            EXPECT_EQ(outcome.status, 0) << row.bytes;
            EXPECT_TRUE(outcome.done) << row.bytes;
            EXPECT_EQ(outcome.body, row.body) << row.bytes;
            EXPECT_EQ(outcome.taken, row.bytes.size()) << row.bytes << " in pieces of " << piece;
        }
    }
}

TEST(ChunkedBody, RefusesEverythingElse) {
    const std::string nul(1, '\0');
    const std::string rows[] = {
        "\r\n",
        ";a\r\n",
        " 1\r\nx\r\n",
        "+1\r\nx\r\n",
        "-1\r\nx\r\n",
        "0x1\r\nx\r\n",
        "1g\r\nx\r\n",
        "1 \r\nx\r\n",
        "1\nx\n0\n\n",
        "1\rx",
        "ffffffffffffffffff\r\n",
        "1\r\nxy\r\n",
        "1\r\nx\n",
        "1;\r\n",
        "1;;a\r\n",
        "1;a=\r\n",
        "1;a b\r\n",
        "1;a=\"b\"c\r\n",
        "1;=b\r\n",
        "1;a=\"b\r\n",
        "1;a=\"\r\nb\"\r\n",
        "1;a=\"\\\r\nb\"\r\n",
        "1;a=\"b\\\"\r\n",
        "1;a=\"\n\"\r\n",
        "1;a=\"" + nul + "\"\r\n",
        "1;a=\"\x7F\"\r\n",
        "1;a" + nul + "\r\n",
        "0;a=\"\r\n\r\n",
        "0\r\n\n",
        "0\r\n\rx",
        "0\r\nX\r\n",
        "0\r\n: a\r\n",
        "0\r\nX : a\r\n",
        "0\r\n X: a\r\n",
        "0\r\nX: a\nY: b\r\n",
        "0\r\nX: a\rY: b\r\n",
        "0\r\nX: " + nul + "\r\n",
        "0\r\nX: a\r\n\tb\r\n",
        "1;" + std::string(9000, 'a'),
        "0\r\nX: " + std::string(5000, 'a') + "\r\nY: " + std::string(5000, 'a') + "\r\n\r\n",
    };
    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, row.size()}) {
            EXPECT_EQ(read(row, piece).status, 400) << row << " in pieces of " << piece;
        }
    }
}

TEST(ChunkedBody, RefusesWhatIsTooLongWhenItIsAnnounced) {
    EXPECT_EQ(read("3e8\r\n", 5).status, 0);
    EXPECT_EQ(read("3e9\r\n", 5).status, 413);
    EXPECT_EQ(read("ffffffffffffffff\r\n", 18).status, 413);
    const auto full = "3e8\r\n" + std::string(most, 'x') + "\r\n";
    EXPECT_EQ(read(full + "1\r\n", 100).status, 413);
    const auto outcome = read(full + "0\r\n\r\n", 100);
    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.body.size(), most);
}

TEST(ChunkedBody, TellsWhatTheChunkStillNeeds) {
    ChunkedBody chunks(most);
    std::string body;
    EXPECT_EQ(chunks.outstanding(), 0U);
    ASSERT_TRUE(chunks.take("a\r\nabc", body));
    EXPECT_EQ(chunks.outstanding(), 7U);
}

}  // namespace
}  // namespace sgw::gateway::http
