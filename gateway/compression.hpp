// Compresses answers for clients without keeping other clients waiting: what is large is compressed
// on the blocking pool, and only a few at a time. Any thread; a coroutine resumes on its caller's
// executor.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "gateway/http/message.hpp"

namespace sgw::gateway {

class Compression {
  public:
    using Body = std::shared_ptr<const std::string>;

    /// Of the pool's threads; the others stay free for reads.
    static constexpr unsigned most_at_once = 2;

    /// `pool` outlives every call.
    explicit Compression(boost::asio::thread_pool& pool) : pool_(pool) {}

    /// `body` as gzip. Nothing: it goes out as it is, because enough large ones are being
    /// compressed already or the client does not wait for this one. Throws std::bad_alloc.
    boost::asio::awaitable<Body> compress(const http::Request& request, Body body);

  private:
    boost::asio::thread_pool& pool_;
    // Shared with the calls: one that is given up at the end may go after this.
    std::shared_ptr<std::atomic<unsigned>> running_ = std::make_shared<std::atomic<unsigned>>(0);
};

}  // namespace sgw::gateway
