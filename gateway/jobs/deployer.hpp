// Brings pending versions into one region: takes them from routing's deploy_queue, drives its
// deployment decisions, and books their outcome in the catalog. What the region refuses for good is
// settled and never stands in the way of others.
//
// Control context only, but for enqueue, which posts there from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

#include "gateway/jobs/book.hpp"
#include "gateway/services.hpp"
#include "routing/deploy_queue.hpp"
#include "routing/deployment.hpp"

namespace sgw::gateway::jobs {

class Deployer {
  public:
    /// `prepare_again`: told when the region refuses writes for its mode.
    Deployer(Services& services,
             Region& region,
             boost::asio::io_context& control,
             std::function<void()> prepare_again);

    /// Takes up all work that the catalog knows of, then what is enqueued, until stop.
    boost::asio::awaitable<void> run();

    /// There is something to do for this version. Any thread.
    void enqueue(const catalog::SubjectVersion& what);

    /// The region takes deployments (again): back-off is over, but for what it refused itself.
    void wake();
    /// Versions that the region has got since start.
    std::uint64_t deployed() const { return deployed_; }
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    enum class Outcome { done, later, refused };

    boost::asio::awaitable<void> load();
    /// Begins with everything that is due.
    void start_due();
    Clock::time_point next_look() const;
    boost::asio::awaitable<void> attempt(catalog::SubjectVersion what);
    boost::asio::awaitable<Outcome> deploy(catalog::SubjectVersion what);
    boost::asio::awaitable<routing::DeploymentStep> bring(routing::Wanted wanted);
    boost::asio::awaitable<routing::DeploymentStep> read_back(const routing::Wanted& wanted,
                                                              const routing::WrittenFact& written,
                                                              Clock::time_point deadline);
    boost::asio::awaitable<Outcome> conclude(routing::Wanted wanted, routing::DeploymentStep step);
    boost::asio::awaitable<Booked> book(routing::Wanted wanted,
                                        catalog::DeploymentState state,
                                        std::string reason);
    void log_conflict(const catalog::SubjectVersion& what, std::string_view reason) const;
    boost::asio::awaitable<void> pause(unsigned attempt);
    void log_failure(std::string_view reason) const;

    Services& services_;
    Region& region_;
    boost::asio::io_context& control_;
    std::function<void()> prepare_again_;

    routing::DeployQueue queue_;
    std::uint64_t deployed_ = 0;
    boost::asio::steady_timer timer_;  // to the next look at the queue
    bool stopping_ = false;
};

}  // namespace sgw::gateway::jobs
