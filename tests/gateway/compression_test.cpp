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

class CompressionTest : public testing::Test {
  protected:
    std::future<Body> pack(const Body& body) {
        return context_.run(compression_.compress(request_, body));
    }

    OnContext context_;
    BusyPool busy_;
    Compression compression_{busy_.pool()};
    http::Request request_;
    Body large_ = body_of_size(large_bytes);
};

TEST_F(CompressionTest, OfSmallBodiesNeedsNoPool) {
    const auto body = body_of_size(large_bytes - 1);
    const auto packed = pack(body).get();
    ASSERT_NE(packed, nullptr);
    EXPECT_EQ(*packed, http::compress(*body));
}

TEST_F(CompressionTest, OfLargeBodiesLeavesTheCallersThreadFree) {
    auto packing = pack(large_);
    EXPECT_NE(pack(body_of_size(100)).get(), nullptr);
    EXPECT_EQ(packing.wait_for(seconds(0)), std::future_status::timeout);
    busy_.free();
    const auto packed = packing.get();
    ASSERT_NE(packed, nullptr);
    EXPECT_EQ(*packed, http::compress(*large_));
}

TEST_F(CompressionTest, OfManyLargeBodiesAtOnceIsLeftOut) {
    std::vector<std::future<Body>> packing;
    for (unsigned i = 0; i < Compression::most_at_once; ++i) packing.push_back(pack(large_));
    EXPECT_EQ(pack(large_).get(), nullptr);
    busy_.free();
    for (auto& one : packing) EXPECT_NE(one.get(), nullptr);
    EXPECT_NE(pack(large_).get(), nullptr);
}

TEST_F(CompressionTest, IsNotDoneForAClientThatHasLeft) {
    busy_.free();
    bool ended = true;
    request_.client_ended = [&] { return ended; };
    EXPECT_EQ(pack(large_).get(), nullptr);
    ended = false;
    EXPECT_NE(pack(large_).get(), nullptr);
}

}  // namespace
}  // namespace sgw::gateway
