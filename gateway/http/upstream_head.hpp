// The text of requests to regions, and which headers travel only one hop (RFC 9110, 7.6.1). Pure,
// any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "gateway/http/client_pool.hpp"

namespace sgw::gateway::http {

/// Request line and headers, blank line included. `credentials`: the value of Authorization, or
/// empty. Hop-by-hop headers of the request, and those that are set here, are left out.
std::string request_head(const UpstreamRequest& request,
                         const config::Url& url,
                         std::string_view credentials);

/// Whether a header called `name` is not for who comes after. `connection`: the value of the
/// message's Connection header, which may name more of them.
bool is_hop_by_hop(std::string_view name, std::string_view connection);

}  // namespace sgw::gateway::http
