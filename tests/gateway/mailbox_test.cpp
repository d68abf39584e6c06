#include "gateway/mailbox.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/on_context.hpp"

namespace sgw::gateway {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

TEST(Mailbox, HandsOverWhatAnotherThreadPuts) {
    OnContext context;
    const Mailbox<std::string> mailbox(context.executor());
    auto taken = context.run(mailbox.take(steady_clock::now() + seconds(60)));
    mailbox.put("here");
    EXPECT_EQ(taken.get(), "here");
}

TEST(Mailbox, KeepsWhatComesBeforeItIsTaken) {
    OnContext context;
    const Mailbox<int> mailbox(context.executor());
    mailbox.put(7);
    EXPECT_EQ(context.run(mailbox.take(steady_clock::now() + seconds(60))).get(), 7);
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
    const auto deadline = steady_clock::now() + seconds(30);
    while (!late.expired() && steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(late.expired());
}

}  // namespace
}  // namespace sgw::gateway
