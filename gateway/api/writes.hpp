// The calls that append to the log: registration and settings. Each prepares outside the writer,
// commits, and prepares again when what it rested on has changed. On the caller's context; blocking
// work goes to the pool.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::api {

boost::asio::awaitable<Answered> register_schema(Registry& registry, const Call& call);

boost::asio::awaitable<Answered> put_config(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> delete_config(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> put_mode(Registry& registry, const Call& call);
boost::asio::awaitable<Answered> delete_mode(Registry& registry, const Call& call);

}  // namespace sgw::gateway::api
