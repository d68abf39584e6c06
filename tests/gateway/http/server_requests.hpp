// What the tests of the server send, and handlers that they are answered by.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <string_view>

#include "tests/gateway/http/wire.hpp"

namespace sgw::gateway::http::test {

namespace asio = boost::asio;

inline constexpr std::string_view registry_type = "application/vnd.schemaregistry.v1+json";

inline std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

inline std::string error_body(int status, const std::string& message) {
    return R"({"error_code":)" + std::to_string(status) + R"(,"message":")" + message + "\"}";
}

/// Waits the milliseconds of the path, then answers the path.
inline asio::awaitable<Response> slow_echo(const Request& request) {
    const milliseconds wait(std::stoi(request.target.substr(1)));
    asio::steady_timer timer(co_await asio::this_coro::executor, wait);
    co_await timer.async_wait(asio::use_awaitable);
    Response response;
    response.body = std::make_shared<const std::string>(request.target);
    co_return response;
}

}  // namespace sgw::gateway::http::test
