#include "routing/backoff.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sgw::routing {
namespace {

using std::chrono::milliseconds;
constexpr double almost_one = 0.9999999999;

TEST(Backoff, DoublesToTheCap) {
    struct Row {
        unsigned attempt;
        milliseconds least;
        milliseconds most;
    };
    const Row rows[] = {
        {0, milliseconds{50}, milliseconds{100}},
        {1, milliseconds{50}, milliseconds{100}},
        {2, milliseconds{100}, milliseconds{200}},
        {3, milliseconds{200}, milliseconds{400}},
        {6, milliseconds{1600}, milliseconds{3200}},
        {7, milliseconds{2500}, milliseconds{5000}},
        {8, milliseconds{2500}, milliseconds{5000}},
        {1000, milliseconds{2500}, milliseconds{5000}},
        {std::numeric_limits<unsigned>::max(), milliseconds{2500}, milliseconds{5000}},
    };
    for (const auto& row : rows) {
        const auto delay = [&](double random) {
            return backoff(row.attempt, milliseconds{100}, milliseconds{5000}, random);
        };
        EXPECT_EQ(delay(0), row.least) << row.attempt;
        EXPECT_GE(delay(almost_one), row.most - milliseconds{1}) << row.attempt;
        EXPECT_LE(delay(almost_one), row.most) << row.attempt;
    }
}

TEST(Backoff, StaysBetweenItsBoundsForAllRandoms) {
    std::mt19937 generator(7);
    std::uniform_real_distribution<double> fraction(0, 1);
    for (int i = 0; i < 10'000; ++i) {
        const unsigned attempt = generator() % 64;
        const milliseconds initial(1 + generator() % 10'000);
        const milliseconds max(1 + generator() % 100'000);
        const auto delay = backoff(attempt, initial, max, fraction(generator));
        EXPECT_GE(delay, milliseconds{1});
        EXPECT_GE(delay, std::min(initial, max) / 2);
        EXPECT_LE(delay, max);
    }
}

TEST(Backoff, NeverSpinsAndNeverOverflows) {
    EXPECT_EQ(backoff(1, milliseconds{0}, milliseconds{0}, 0), milliseconds{1});
    EXPECT_EQ(backoff(9, milliseconds{0}, milliseconds{100}, 0.5), milliseconds{1});
    constexpr milliseconds year{31'536'000'000};
    const auto delay = backoff(60, year, year, 0.5);
    EXPECT_GT(delay, milliseconds{0});
    EXPECT_LE(delay, year);
}

TEST(Jittered, StaysWithinATenth) {
    constexpr milliseconds second{1000};
    EXPECT_EQ(jittered(second, 0), milliseconds{900});
    EXPECT_EQ(jittered(second, 0.5), second);
    EXPECT_LE(jittered(second, almost_one), milliseconds{1100});
}

}  // namespace
}  // namespace sgw::routing
