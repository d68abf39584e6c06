// Reads every version of some subjects in a region whose claim is in doubt, several subjects at a
// time, and tells of ids that do not mean there what our log gave them to. What else is not as it
// is booked becomes suspect. Control context only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <set>
#include <string>
#include <vector>

#include "gateway/jobs/parallel.hpp"
#include "gateway/services.hpp"
#include "routing/region_answer.hpp"
#include "routing/region_ids.hpp"

namespace sgw::gateway::jobs {

class IdReader {
  public:
    using Strays = routing::RegionAnswer<std::vector<std::string>>;

    IdReader(Services& services, Region& region, boost::asio::any_io_executor control);

    /// Stops at the first stray, and at the first call that fails.
    boost::asio::awaitable<Strays> strays_among(std::set<Subject> subjects);

  private:
    boost::asio::awaitable<GoOn> read(Subject subject);
    boost::asio::awaitable<GoOn> read_version(catalog::SubjectVersion what, routing::Ids& told);
    GoOn give_up(const Strays& why);
    bool has_stray() const;

    Services& services_;
    Region& region_;
    const boost::asio::any_io_executor control_;
    Upstream& upstream_;
    Strays found_;
};

}  // namespace sgw::gateway::jobs
