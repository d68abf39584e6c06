// From a request on the client listener to its answer: take the target apart, find the operation,
// negotiate, dispatch, dress the answer, count it. On the connection's context.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/http/message.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway {

boost::asio::awaitable<http::Response> answer_request(Services& services,
                                                      const http::Request& request);

}  // namespace sgw::gateway
