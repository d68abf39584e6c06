// Brings pending versions into one region: several subjects at a time, the versions of one subject
// in order. Drives routing's deployment decisions and books their outcome in the catalog. What
// fails is tried again with capped, jittered back-off; what the region refuses for good is settled
// and never stands in the way of others.
//
// Control context only, but for enqueue, which posts there from any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "gateway/registry.hpp"
#include "routing/deployment.hpp"

namespace sgw::gateway::jobs {

class Deployer {
  public:
    /// `prepare_again`: told when the region refuses writes for its mode.
    Deployer(Registry& registry,
             Region& region,
             boost::asio::io_context& control,
             std::function<void()> prepare_again);

    /// Takes up all work that the catalog knows of. Before start of the feed's events, or after.
    boost::asio::awaitable<void> load();

    /// There is something to do for this version. Any thread.
    void enqueue(const catalog::SubjectVersion& what);

    /// The region takes deployments (again): back-off is over.
    void wake();
    void stop() { stopping_ = true; }

  private:
    enum class Outcome { done, later };

    void add(const catalog::SubjectVersion& what);
    void start_lanes();
    boost::asio::awaitable<void> lane();
    boost::asio::awaitable<Outcome> deploy_subject(Subject subject);
    boost::asio::awaitable<Outcome> deploy(catalog::SubjectVersion what);
    boost::asio::awaitable<routing::DeploymentStep> bring(routing::Wanted wanted);
    /// Since when the region has acknowledged the version and not shown it.
    std::chrono::nanoseconds note_missing(const catalog::SubjectVersion& what);
    boost::asio::awaitable<Outcome> conclude(routing::Wanted wanted, routing::DeploymentStep step);
    boost::asio::awaitable<bool> book(routing::Wanted wanted,
                                      catalog::DeploymentState state,
                                      std::string reason);
    boost::asio::awaitable<void> pause(unsigned attempt);
    void log_failure(std::string_view reason) const;
    boost::asio::awaitable<void> retry_later(Subject subject, unsigned attempt);

    Registry& registry_;
    Region& region_;
    boost::asio::io_context& control_;
    std::function<void()> prepare_again_;

    std::map<Subject, std::set<Version>> work_;
    std::deque<Subject> ready_;  // with work, not in a lane, not backing off
    std::set<Subject> busy_;     // in ready_, in a lane, or backing off
    std::map<Subject, unsigned> attempts_;
    std::map<catalog::SubjectVersion, std::chrono::steady_clock::time_point> missing_since_;
    std::map<Subject, boost::asio::steady_timer> backing_off_;
    unsigned lanes_ = 0;
    unsigned starting_ = 0;  // of the lanes, those that have not taken a subject yet
    bool stopping_ = false;
};

}  // namespace sgw::gateway::jobs
