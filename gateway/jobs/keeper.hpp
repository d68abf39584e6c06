// Keeps one region: probes it, prepares it, notices when it comes back or has lost something, and
// sets its deployer and its reconciler to work. One coroutine per region on the control context,
// from start to stop; what is due in a round is routing's decision.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>

#include "gateway/jobs/deployer.hpp"
#include "gateway/jobs/preparer.hpp"
#include "gateway/jobs/reconciler.hpp"
#include "gateway/services.hpp"
#include "routing/keeping.hpp"

namespace sgw::gateway::jobs {

class Keeper {
  public:
    Keeper(Services& services,
           Region& region,
           boost::asio::io_context& control,
           Deployer& deployer);

    boost::asio::awaitable<void> run();
    void stop();
    /// Looks at the region's preparation, at once if that can help: it has just refused a write for
    /// its mode.
    void prepare_again();

  private:
    boost::asio::awaitable<void> round();
    boost::asio::awaitable<void> make_contact();
    boost::asio::awaitable<void> probe();
    boost::asio::awaitable<void> prepare();
    boost::asio::awaitable<void> ask_canary();
    boost::asio::awaitable<void> pause();
    routing::RegionNow now() const;

    Services& services_;
    Region& region_;
    Deployer& deployer_;
    routing::Keeping keeping_;
    Preparer preparer_;
    Reconciler reconciler_;
    boost::asio::steady_timer timer_;
    std::optional<std::chrono::nanoseconds> prepare_in_;  // sooner than the next round, maybe
    std::optional<catalog::SubjectVersion> canary_;
    bool round_is_due_ = false;  // said while a round was under way, which may have been too late
    bool stopping_ = false;
};

}  // namespace sgw::gateway::jobs
