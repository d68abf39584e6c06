#include "gateway/http/body_budget.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace sgw::gateway::http {
namespace {

constexpr std::size_t most = 10 * free_body_bytes;

TEST(BodyBudget, TakesSmallBodiesForNothing) {
    BodyBudget budget;
    BodyBudget::Share share(budget);
    EXPECT_TRUE(share.cover(0, most));
    EXPECT_TRUE(share.cover(free_body_bytes, 0));
    EXPECT_EQ(budget.in_use(), 0U);
}

TEST(BodyBudget, CountsABodyAsItGrows) {
    BodyBudget budget;
    BodyBudget::Share share(budget);
    EXPECT_TRUE(share.cover(free_body_bytes + 1, most));
    EXPECT_EQ(budget.in_use(), free_body_bytes + 1);
    EXPECT_TRUE(share.cover(free_body_bytes, most));
    EXPECT_EQ(budget.in_use(), free_body_bytes + 1);
    EXPECT_TRUE(share.cover(most, most));
    EXPECT_EQ(budget.in_use(), most);
    EXPECT_FALSE(share.cover(most + 1, most));
    EXPECT_EQ(budget.in_use(), most);
    share.give_back();
    EXPECT_EQ(budget.in_use(), 0U);
    EXPECT_TRUE(share.cover(most, most));
}

TEST(BodyBudget, RefusesWhatDoesNotFitBesideTheOthers) {
    BodyBudget budget;
    {
        BodyBudget::Share large(budget);
        BodyBudget::Share another(budget);
        EXPECT_TRUE(large.cover(most - 2 * free_body_bytes, most));
        EXPECT_FALSE(another.cover(2 * free_body_bytes + 1, most));
        EXPECT_TRUE(another.cover(2 * free_body_bytes, most));
        EXPECT_TRUE(another.cover(free_body_bytes, most));
        EXPECT_EQ(budget.in_use(), most);
        EXPECT_FALSE(another.cover(3 * free_body_bytes, most / 2)) << "more is in use than allowed";
    }
    EXPECT_EQ(budget.in_use(), 0U);
}

TEST(BodyBudget, HoldsAmongThreads) {
    BodyBudget budget;
    std::atomic<std::size_t> worst{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 10'000; ++round) {
                BodyBudget::Share share(budget);
                if (share.cover(most / 3, most)) worst = std::max(worst.load(), budget.in_use());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_LE(worst, most);
    EXPECT_GE(worst, most / 3);
    EXPECT_EQ(budget.in_use(), 0U);
}

}  // namespace
}  // namespace sgw::gateway::http
