// Reads of what the catalog does not know while a region is not adopted: that region may hold it.
// Only when every such region has said no does the catalog's 404 stand; which one, the region that
// knows most of it decides. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway {

/// `said`: what the catalog alone would answer.
boost::asio::awaitable<Answered> unknown_here(Services& services,
                                              const Call& call,
                                              Result<std::string> said);

}  // namespace sgw::gateway
