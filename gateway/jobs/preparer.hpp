// Drives routing's preparation of one region: claim, contents, mode, read back. Control context
// only.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/registry.hpp"

namespace sgw::gateway::jobs {

/// Runs the preparation to its end and admits the region, or says why not.
boost::asio::awaitable<void> prepare_region(Registry& registry, Region& region);

/// Asks for the claim and the mode in force. False when the preparation has to be run again.
boost::asio::awaitable<bool> still_ours(Registry& registry, Region& region);

}  // namespace sgw::gateway::jobs
