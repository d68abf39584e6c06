// One call about something that the catalog does not know, put to one region that is not adopted:
// the region's facts, rendered here. What contradicts the catalog is noted and not told. On the
// caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway {

/// A body for a 200, or the error that the region's own answer amounts to.
using Told = routing::RegionAnswer<Result<std::string>>;

class UnadoptedRegion {
  public:
    using Deadline = std::chrono::steady_clock::time_point;

    UnadoptedRegion(Services& services, Upstream& upstream, const Call& call, Deadline deadline)
        : services_(services), upstream_(upstream), call_(call), deadline_(deadline) {}

    boost::asio::awaitable<Told> ask();

  private:
    boost::asio::awaitable<Told> ask_schema();
    boost::asio::awaitable<Told> ask_holders();
    boost::asio::awaitable<Told> ask_version();
    boost::asio::awaitable<Told> list_versions();
    boost::asio::awaitable<Told> look_up();
    boost::asio::awaitable<Told> test_compatibility();
    boost::asio::awaitable<Told> cannot_ask();

    boost::asio::awaitable<Told> tell(routing::RegionAnswer<routing::VersionFact> answer);
    boost::asio::awaitable<Result<routing::SchemaQuestion>> schema_of_the_call();
    void note_contradiction(const routing::VersionFact& fact);
    /// Of the next call to the region.
    Deadline next_deadline() const;

    Services& services_;
    Upstream& upstream_;
    const Call& call_;
    const Deadline deadline_;
};

}  // namespace sgw::gateway
