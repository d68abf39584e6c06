#include "gateway/ack_board.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <thread>

namespace sgw::gateway {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

const catalog::SubjectVersion orders{Subject{Context{}, "orders"}, Version{1}};
const catalog::SubjectVersion later_orders{Subject{Context{}, "orders"}, Version{2}};

/// A context of its own thread, and the waiting on it.
class Waiting {
  public:
    Waiting() : work_(asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
    ~Waiting() {
        watch_.reset();
        work_.reset();
        thread_.join();
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    void watch(AckBoard& board, const catalog::SubjectVersion& what) {
        watch_ = std::make_unique<AckBoard::Watch>(board, what, context_.get_executor());
    }
    std::future<bool> changed(steady_clock::duration patience) {
        return asio::co_spawn(
            context_, watch_->changed(steady_clock::now() + patience), asio::use_future);
    }

  private:
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::unique_ptr<AckBoard::Watch> watch_;
    std::thread thread_;
};

constexpr auto for_ever = seconds(60);
constexpr auto at_once = seconds(0);

TEST(AckBoard, WakesWhoWaitsForTheVersion) {
    AckBoard board;
    Waiting waiting;
    waiting.watch(board, orders);
    auto changed = waiting.changed(for_ever);
    board.deployment_changed(orders);
    EXPECT_TRUE(changed.get());
}

TEST(AckBoard, LosesNoChangeBetweenTheWaits) {
    AckBoard board;
    Waiting waiting;
    waiting.watch(board, orders);
    board.deployment_changed(orders);
    board.deployment_changed(orders);
    EXPECT_TRUE(waiting.changed(for_ever).get());
    EXPECT_FALSE(waiting.changed(at_once).get());
    board.deployment_changed(orders);
    EXPECT_TRUE(waiting.changed(for_ever).get());
}

TEST(AckBoard, OtherVersionsDoNotMatterRegionsDo) {
    AckBoard board;
    Waiting waiting;
    waiting.watch(board, orders);
    board.deployment_changed(later_orders);
    EXPECT_FALSE(waiting.changed(at_once).get());
    board.region_changed();
    EXPECT_TRUE(waiting.changed(for_ever).get());
}

TEST(AckBoard, GivesUpAtTheDeadline) {
    AckBoard board;
    Waiting waiting;
    waiting.watch(board, orders);
    const auto began = steady_clock::now();
    EXPECT_FALSE(waiting.changed(milliseconds(20)).get());
    EXPECT_GE(steady_clock::now() - began, milliseconds(20));
}

TEST(AckBoard, EndsTheWaitsOfAllWhenItEnds) {
    AckBoard board;
    Waiting before;
    before.watch(board, orders);
    auto waits_already = before.changed(for_ever);
    const auto end = steady_clock::now() + milliseconds(20);
    board.end_by(end);
    EXPECT_TRUE(waits_already.get());  // to wait anew, for less
    Waiting after;
    after.watch(board, orders);
    for (auto* const each : {&before, &after}) {
        EXPECT_FALSE(each->changed(for_ever).get());
        EXPECT_GE(steady_clock::now(), end);
    }
    board.deployment_changed(orders);
    EXPECT_TRUE(after.changed(for_ever).get());
    EXPECT_FALSE(after.changed(for_ever).get());
}

TEST(AckBoard, WakesEveryoneOnTheirOwnContext) {
    AckBoard board;
    Waiting first;
    Waiting second;
    Waiting other;
    first.watch(board, orders);
    second.watch(board, orders);
    other.watch(board, later_orders);
    auto first_changed = first.changed(for_ever);
    auto second_changed = second.changed(for_ever);
    board.deployment_changed(orders);
    EXPECT_TRUE(first_changed.get());
    EXPECT_TRUE(second_changed.get());
    EXPECT_FALSE(other.changed(at_once).get());
}

TEST(AckBoard, NobodyWaitingIsFine) {
    AckBoard board;
    board.deployment_changed(orders);
    board.region_changed();
    {
        Waiting waiting;
        waiting.watch(board, orders);
        board.deployment_changed(orders);
    }
    board.deployment_changed(orders);
}

TEST(AckBoard, ComesAndGoesUnderFire) {
    AckBoard board;
    std::atomic<bool> stop{false};
    std::thread fire([&] {
        while (!stop) {
            board.deployment_changed(orders);
            board.region_changed();
        }
    });
    for (int i = 0; i < 50; ++i) {
        Waiting waiting;
        waiting.watch(board, orders);
        EXPECT_TRUE(waiting.changed(for_ever).get());
    }
    stop = true;
    fire.join();
}

}  // namespace
}  // namespace sgw::gateway
