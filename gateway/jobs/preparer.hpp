// Drives routing's preparation of one region: claim, contents, mode, read back. Control context
// only, one call at a time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>

#include "gateway/services.hpp"
#include "routing/preparation.hpp"

namespace sgw::gateway::jobs {

class Preparer {
  public:
    Preparer(Services& services, Region& region) : services_(services), region_(region) {}

    /// Runs the preparation and admits the region, or says why not. With a time: to be called again
    /// then.
    boost::asio::awaitable<std::optional<std::chrono::nanoseconds>> prepare();

    /// Asks for the claim and the mode in force. False when the region has to be prepared again.
    boost::asio::awaitable<bool> still_ours();

    /// What the region looked like before proves nothing: it failed to answer, say.
    void forget_looks() { clean_since_.reset(); }

  private:
    using Step = routing::PreparationStep;
    using Clock = std::chrono::steady_clock;

    boost::asio::awaitable<Step> next(Step step);
    boost::asio::awaitable<Step> look_through();
    boost::asio::awaitable<Step> read_ids();
    boost::asio::awaitable<Step> doubt();
    boost::asio::awaitable<Step> write_claim();
    boost::asio::awaitable<std::optional<std::chrono::nanoseconds>> conclude(Step step);
    boost::asio::awaitable<void> admit();
    boost::asio::awaitable<void> gather_facts();
    boost::asio::awaitable<void> gather_names();

    Services& services_;
    Region& region_;
    Upstream* upstream_ = nullptr;
    std::optional<Region::Refusal> refusal_;  // that stood when this preparation began
    routing::PreparationFacts facts_;
    bool names_gathered_ = false;
    std::optional<Clock::time_point> clean_since_;   // the first of the clean looks in a row
    std::optional<Clock::time_point> clean_before_;  // the same, before this preparation
};

}  // namespace sgw::gateway::jobs
