#include "gateway/compression.hpp"

#include "gateway/http/gzip.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway {
namespace {

/// One of a few, as long as it lives.
class Slot {
  public:
    Slot(std::shared_ptr<std::atomic<unsigned>> taken, unsigned most)
        : taken_(std::move(taken)), is_free_(taken_->fetch_add(1) < most) {}
    ~Slot() { --*taken_; }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    bool is_free() const { return is_free_; }

  private:
    std::shared_ptr<std::atomic<unsigned>> taken_;
    bool is_free_;
};

}  // namespace

asio::awaitable<Compression::Body> Compression::compress(const http::Request& request, Body body) {
    if (body->size() < large_bytes) {
        co_return std::make_shared<const std::string>(http::compress(*body));
    }
    if (request.client_ended && request.client_ended()) co_return nullptr;
    const Slot slot(running_, most_at_once);
    if (!slot.is_free()) co_return nullptr;
    auto job = [&body] { return std::make_shared<const std::string>(http::compress(*body)); };
    co_return co_await offload(pool_, std::ref(job));
}

}  // namespace sgw::gateway
