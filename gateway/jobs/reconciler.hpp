// Brings the catalog's books in line with what a region holds: what it lost is made pending again,
// what was never planned for it is planned, what it holds otherwise becomes a conflict. Sweeps read
// listings; suspected subjects are read version by version. Writes nothing to the region. Runs
// beside the keeper's rounds, several subjects at a time. Control context only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/jobs/parallel.hpp"
#include "gateway/services.hpp"
#include "routing/comparison.hpp"
#include "routing/finding.hpp"
#include "routing/keeping.hpp"
#include "routing/passes.hpp"

namespace sgw::gateway::jobs {

class Reconciler {
  public:
    using OnSwept = std::function<void(routing::Keeping::SweepEnd)>;

    using TryAgain = std::function<void(const catalog::SubjectVersion&)>;

    /// `try_again`: told of versions in conflict that the region does not hold and may take now.
    Reconciler(Services& services,
               Region& region,
               boost::asio::any_io_executor control,
               OnSwept on_swept,
               TryAgain try_again);

    /// Starts a sweep; on_swept is told of its end, whatever happens. One at a time.
    void sweep(routing::Sweep how);

    /// Reads these subjects there, now or when those before them are done, and with them what could
    /// not be read the last time.
    void inspect(std::set<Subject> subjects);
    bool has_unread() const { return !suspects_.empty(); }

    /// Nothing more is begun.
    void stop() { stopping_ = true; }

  private:
    using SweepEnd = routing::Keeping::SweepEnd;
    using Findings = std::vector<routing::Finding>;
    using Reading = routing::Passes::Reading;

    boost::asio::awaitable<void> run_sweep(routing::Sweep how);
    boost::asio::awaitable<SweepEnd> sweep_once(routing::Sweep how);
    boost::asio::awaitable<SweepEnd> check_versions(std::vector<routing::HeldSubject> subjects,
                                                    routing::Versions& gone);
    boost::asio::awaitable<GoOn> check_subject(const routing::HeldSubject& held,
                                               routing::Versions& gone,
                                               SweepEnd& end);
    boost::asio::awaitable<SweepEnd> book_lost(std::vector<routing::Lost> losses);

    boost::asio::awaitable<void> run_inspection();
    boost::asio::awaitable<GoOn> inspect_one(Subject subject, std::set<Subject>& unread);
    boost::asio::awaitable<Reading> inspect_subject(Subject subject);
    boost::asio::awaitable<Reading> read_versions(Subject subject, Findings& findings);
    boost::asio::awaitable<Reading> read_list(Subject subject, Findings& findings);
    boost::asio::awaitable<Reading> book_findings(Findings findings);

    GoOn after(Reading reading, routing::Passes& passes) const;
    void count_finding() const;
    void log_finding(const catalog::Event& event) const;
    bool may_be_believed() const;
    void log_failure(std::string_view what, std::string_view reason) const;

    Services& services_;
    Region& region_;
    const boost::asio::any_io_executor control_;
    const OnSwept on_swept_;
    const TryAgain try_again_;
    Upstream& upstream_;
    routing::Passes sweeps_;
    routing::Passes inspections_;
    std::set<Subject> suspects_;
    bool inspecting_ = false;
    bool stopping_ = false;
};

}  // namespace sgw::gateway::jobs
