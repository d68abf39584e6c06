#include "routing/suspicions.hpp"

#include <gtest/gtest.h>

namespace sgw::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Suspicions::Time start{};
const Subject orders = Subject::parse("orders");
const Subject payments = Subject::parse(":.c:payments");

TEST(Suspicions, EachIsTakenOnce) {
    Suspicions suspicions;
    EXPECT_FALSE(suspicions.any());
    suspicions.add(orders, start);
    suspicions.add(orders, start);
    suspicions.add(payments, start);
    EXPECT_TRUE(suspicions.any());
    EXPECT_EQ(suspicions.take(start), (std::set{orders, payments}));
    EXPECT_FALSE(suspicions.any());
    EXPECT_TRUE(suspicions.take(start).empty());
}

TEST(Suspicions, WhatWasTakenRestsForAWhile) {
    Suspicions suspicions;
    suspicions.add(orders, start);
    suspicions.take(start + seconds(5));
    const auto end = start + seconds(5) + Suspicions::rest;
    suspicions.add(orders, end - milliseconds(1));
    suspicions.add(payments, end - milliseconds(1));
    EXPECT_EQ(suspicions.take(end - milliseconds(1)), std::set{payments});
    suspicions.add(orders, end);
    EXPECT_EQ(suspicions.take(end), std::set{orders});
}

TEST(Suspicions, AreBounded) {
    Suspicions suspicions;
    for (std::size_t i = 0; i < 2 * Suspicions::most; ++i) {
        suspicions.add(Subject::parse("s" + std::to_string(i)), start);
    }
    EXPECT_EQ(suspicions.take(start).size(), Suspicions::most);
    suspicions.add(orders, start);
    EXPECT_TRUE(suspicions.any());
}

}  // namespace
}  // namespace sgw::routing
