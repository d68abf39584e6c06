// Keeps one region: probes it, prepares it, notices when it comes back or has lost something, and
// sets its deployer to work. One coroutine per region on the control context, from start to stop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "gateway/jobs/preparer.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::jobs {

class Keeper {
  public:
    /// `deploy`: told when the region takes deployments (again).
    Keeper(Registry& registry, Region& region, std::function<void()> deploy);

    boost::asio::awaitable<void> run();
    void stop();
    /// Looks at the region's preparation at once: it has just refused a write for its mode.
    void prepare_again();

  private:
    boost::asio::awaitable<void> round();
    boost::asio::awaitable<void> prepare();
    boost::asio::awaitable<void> probe_only();
    boost::asio::awaitable<bool> canary_is_there();
    boost::asio::awaitable<void> reconcile_after(bool outage);
    boost::asio::awaitable<void> pause();

    Registry& registry_;
    Region& region_;
    std::function<void()> deploy_;
    Preparer preparer_;
    std::optional<boost::asio::steady_timer> timer_;
    std::optional<std::chrono::nanoseconds> prepare_in_;
    std::optional<catalog::SubjectVersion> canary_;
    unsigned rounds_since_preparation_ = 0;
    bool was_down_ = false;
    bool was_deploying_ = false;
    bool reconcile_due_ = true;  // at the first contact
    bool stopping_ = false;
};

}  // namespace sgw::gateway::jobs
