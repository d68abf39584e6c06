#include "gateway/mailbox.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/on_context.hpp"

namespace sgw::gateway {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST(Mailbox, HandsOverWhatAnotherThreadPuts) {
    OnContext context;
    const Mailbox<std::string> mailbox(context.executor());
    auto taken = context.run(mailbox.take(steady_clock::now() + 60s));
    mailbox.put("here");
    EXPECT_EQ(taken.get(), "here");
}

TEST(Mailbox, KeepsWhatComesBeforeItIsTaken) {
    OnContext context;
    const Mailbox<int> mailbox(context.executor());
    mailbox.put(7);
    EXPECT_EQ(context.run(mailbox.take(steady_clock::now() + 60s)).get(), 7);
}

TEST(Mailbox, EndsAtTheDeadlineAndDropsWhatComesLater) {
    OnContext context;
    std::weak_ptr<int> late;
    {
        const Mailbox<std::shared_ptr<int>> mailbox(context.executor());
        EXPECT_EQ(context.run(mailbox.take(steady_clock::now())).get(), std::nullopt);
        auto value = std::make_shared<int>(1);
        late = value;
        mailbox.put(std::move(value));
    }
    const auto deadline = steady_clock::now() + 30s;
    while (!late.expired() && steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(late.expired());
}

}  // namespace
}  // namespace sgw::gateway
