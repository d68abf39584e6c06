// All configured regions, and for each I/O context the calls to them. Immutable after construction,
// so any thread may look a region up; an Upstream is used on its own context only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/metrics.hpp"
#include "gateway/region.hpp"
#include "gateway/runtime.hpp"
#include "gateway/upstream.hpp"
#include "routing/registration_block.hpp"

namespace sgw::gateway {

class Regions {
  public:
    Regions(const config::Config& config,
            Runtime& runtime,
            Metrics& metrics,
            const Region::OnChange& on_change);

    bool empty() const { return regions_.empty(); }
    const std::vector<std::unique_ptr<Region>>& all() const { return regions_; }
    std::vector<RegionName> names() const;
    Region* find(const RegionName& name) const;
    std::vector<routing::Candidate> candidates() const;

    /// How long ago any region last answered; 0 where none ever has.
    std::chrono::seconds since_last_answer() const;

    std::optional<routing::RegistrationBlock> registration_block() const;

    /// Calls to the region from the context that the caller runs on.
    Upstream& upstream(const boost::asio::any_io_executor& executor, const RegionName& name);

  private:
    struct Client {
        std::unique_ptr<http::ClientPool> pool;
        std::unique_ptr<Upstream> upstream;
    };

    std::vector<std::unique_ptr<Region>> regions_;
    std::map<std::pair<const void*, std::string>, Client> clients_;  // by context and region
};

}  // namespace sgw::gateway
