// Changes of config and mode. Decided in the writer whole, so that nothing they rest on can change
// meanwhile. On the caller's context; large bodies are parsed on a pool.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::api {

boost::asio::awaitable<Answered> put_config(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> delete_config(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> put_mode(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> delete_mode(Registry& registry, const Call& call);

}  // namespace sgw::gateway::api
