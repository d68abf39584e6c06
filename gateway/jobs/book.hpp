// Books decisions about many versions in the catalog, some hundred to an entry. Control context
// only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "gateway/registry.hpp"
#include "routing/bookings.hpp"

namespace sgw::gateway::jobs {

/// What to book of these versions at the state that it is booked at.
using DecideEvents = catalog::Events (*)(const catalog::Queries&,
                                         const RegionName&,
                                         const routing::Versions&);

struct Booked {
    std::size_t versions = 0;            // that changed
    std::optional<std::string> failure;  // why the rest could not be booked
};

boost::asio::awaitable<Booked> book(Registry& registry,
                                    RegionName region,
                                    routing::Versions versions,
                                    DecideEvents decide);

}  // namespace sgw::gateway::jobs
