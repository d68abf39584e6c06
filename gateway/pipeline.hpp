// From a request on the client listener to its answer: take the target apart, find the operation,
// negotiate, dispatch, dress the answer, count it. On the connection's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/message.hpp"
#include "gateway/registry.hpp"

namespace sgw::gateway {

boost::asio::awaitable<http::Response> answer_request(Registry& registry,
                                                      const http::Request& request);

}  // namespace sgw::gateway
