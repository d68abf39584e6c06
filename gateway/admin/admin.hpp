// The admin listener, and the health paths that the client listener may serve as well: metrics,
// health, regions, deployments. On the connection's context; blocking work goes to the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>

#include "gateway/http/message.hpp"
#include "gateway/http/server.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway::admin {

/// Counters of the listeners, asked for at scrape.
struct Listeners {
    std::function<http::ServerStats()> client;
    std::function<http::ServerStats()> admin;
};

boost::asio::awaitable<http::Response> answer_admin(Registry& registry,
                                                    const Listeners& listeners,
                                                    const http::Request& request);

/// The answer to a health path; nothing when the path is another.
std::optional<http::Response> answer_health(const Registry& registry, std::string_view path);

}  // namespace sgw::gateway::admin
