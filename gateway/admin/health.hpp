// The health paths, for the admin listener and, where configured, the client listener. On the
// connection's context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/mailbox.hpp"
#include "store/catalog/view.hpp"

namespace sgw::gateway::admin {

/// Whether reads are answered, found out by reading the catalog where requests read it: on the
/// blocking pool. Those who ask at once share one look, so that a disk that hangs holds one thread.
/// Any thread; outlives the pool's jobs.
class Readiness {
  public:
    Readiness(const catalog::View& view,
              boost::asio::thread_pool& pool,
              std::chrono::milliseconds patience = std::chrono::seconds{1})
        : view_(view), pool_(pool), patience_(patience) {}

    /// Why the catalog cannot be read, after `patience` at the latest; nothing when it can.
    boost::asio::awaitable<std::optional<std::string>> obstacle();

  private:
    using Finding = std::optional<std::string>;

    void join(const Mailbox<Finding>& mailbox);
    void leave(const Mailbox<Finding>& mailbox);
    void look();

    const catalog::View& view_;
    boost::asio::thread_pool& pool_;
    const std::chrono::milliseconds patience_;
    std::mutex mutex_;  // guards the following
    std::vector<Mailbox<Finding>> waiting_;
    bool looking_ = false;
};

bool is_health_path(std::string_view path);

/// Live and started is whoever answers at all; ready is who can answer reads.
boost::asio::awaitable<http::Response> answer_health(Readiness& readiness, std::string path);

}  // namespace sgw::gateway::admin
