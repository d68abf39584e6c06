// From an operation to its handler. On the caller's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::api {

boost::asio::awaitable<Answered> dispatch(Registry& registry, const Call& call);

}  // namespace sgw::gateway::api
