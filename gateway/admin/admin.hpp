// The admin listener: metrics, health, regions, deployments. On the connection's context; blocking
// work goes to the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "gateway/admin/health.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/server.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway::admin {

/// Counters of the listeners, asked for at scrape.
struct Listeners {
    std::function<http::ServerStats()> client;
    std::function<http::ServerStats()> admin;
};

boost::asio::awaitable<http::Response> answer_admin(Services& services,
                                                    Readiness& readiness,
                                                    const Listeners& listeners,
                                                    const http::Request& request);

}  // namespace sgw::gateway::admin
