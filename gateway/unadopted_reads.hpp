// Reads of what the catalog does not know while a region is not adopted: that region may hold it.
// Its facts are rendered here; only when every such region has said no does the catalog's 404
// stand. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway {

/// `error`: what the catalog alone would answer.
boost::asio::awaitable<Answered> unknown_here(Registry& registry,
                                              const Call& call,
                                              const Error& error);

}  // namespace sgw::gateway
