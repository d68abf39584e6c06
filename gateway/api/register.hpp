// One registration: prepared on a pool, decided in the writer, prepared again when what it rested
// on has changed meanwhile, then acknowledged by as many regions as configured. On the caller's
// context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway::api {

boost::asio::awaitable<Answered> register_schema(Services& services, const Call& call);

}  // namespace sgw::gateway::api
