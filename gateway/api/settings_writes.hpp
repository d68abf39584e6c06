// Changes of config and mode. Decided in the writer whole, so that nothing they rest on can change
// meanwhile. On the caller's context; large bodies are parsed on a pool.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway::api {

boost::asio::awaitable<Answered> put_config(Services& services, const Call& call);
boost::asio::awaitable<Answered> delete_config(Services& services, const Call& call);
boost::asio::awaitable<Answered> put_mode(Services& services, const Call& call);
boost::asio::awaitable<Answered> delete_mode(Services& services, const Call& call);

}  // namespace sgw::gateway::api
