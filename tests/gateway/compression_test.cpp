#include "gateway/compression.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <latch>

#include "gateway/http/gzip.hpp"
#include "gateway/runtime.hpp"
#include "tests/gateway/on_context.hpp"

namespace sgw::gateway {
namespace {

using Body = Compression::Body;
using std::chrono::seconds;

Body body_of_size(std::size_t size) {
    return std::make_shared<const std::string>(size, 'x');
}

/// A pool of one thread that is busy until told otherwise.
class BusyPool {
  public:
    BusyPool() : pool_(1) {
        boost::asio::post(pool_, [this] { free_.wait(); });
    }
    ~BusyPool() {
        free();
        pool_.join();
    }
    void free() {
        if (!free_.try_wait()) free_.count_down();
    }
    boost::asio::thread_pool& pool() { return pool_; }

  private:
    std::latch free_{1};
    boost::asio::thread_pool pool_;
};

TEST(Compression, OfSmallBodiesNeedsNoPool) {
    OnContext context;
    BusyPool busy;
    Compression compression(busy.pool());
    const http::Request request;
    const auto body = body_of_size(large_bytes - 1);
    const auto packed = context.run(compression.compress(request, body)).get();
    ASSERT_NE(packed, nullptr);
    EXPECT_EQ(*packed, http::compress(*body));
}

TEST(Compression, OfLargeBodiesLeavesTheCallersThreadFree) {
    OnContext context;
    BusyPool busy;
    Compression compression(busy.pool());
    const http::Request request;
    const auto body = body_of_size(large_bytes);
    auto packing = context.run(compression.compress(request, body));
    auto other = context.run(compression.compress(request, body_of_size(100)));
    EXPECT_NE(other.get(), nullptr);
    EXPECT_EQ(packing.wait_for(seconds(0)), std::future_status::timeout);
    busy.free();
    const auto packed = packing.get();
    ASSERT_NE(packed, nullptr);
    EXPECT_EQ(*packed, http::compress(*body));
}

TEST(Compression, OfManyLargeBodiesAtOnceIsLeftOut) {
    OnContext context;
    BusyPool busy;
    Compression compression(busy.pool());
    const http::Request request;
    const auto body = body_of_size(large_bytes);
    std::vector<std::future<Body>> packing;
    for (unsigned i = 0; i < Compression::most_at_once; ++i) {
        packing.push_back(context.run(compression.compress(request, body)));
    }
    EXPECT_EQ(context.run(compression.compress(request, body)).get(), nullptr);
    busy.free();
    for (auto& one : packing) EXPECT_NE(one.get(), nullptr);
    EXPECT_NE(context.run(compression.compress(request, body)).get(), nullptr);
}

TEST(Compression, IsNotDoneForAClientThatHasLeft) {
    OnContext context;
    boost::asio::thread_pool pool(1);
    Compression compression(pool);
    http::Request request;
    bool ended = true;
    request.client_ended = [&] { return ended; };
    EXPECT_EQ(context.run(compression.compress(request, body_of_size(large_bytes))).get(), nullptr);
    ended = false;
    EXPECT_NE(context.run(compression.compress(request, body_of_size(large_bytes))).get(), nullptr);
}

}  // namespace
}  // namespace sgw::gateway
