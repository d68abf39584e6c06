#include "gateway/http/listen.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/ip/address.hpp>

namespace sgw::gateway::http {

namespace {

using boost::asio::ip::tcp;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using ReuseAddress = boost::asio::socket_base::reuse_address;

// The kernel caps it at net.core.somaxconn.
constexpr int backlog = 4096;

ListenError failure(const config::Endpoint& endpoint, const boost::system::error_code& error) {
    return {"cannot listen on " + endpoint.host + ":" + std::to_string(endpoint.port) + ": " +
            error.message()};
}

/// Numeric, or "localhost": listening needs no name service.
boost::asio::ip::address address_of(const std::string& host, boost::system::error_code& error) {
    return boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
}

ResultOr<tcp::endpoint, ListenError> where_to_listen(const config::Endpoint& endpoint) {
    boost::system::error_code error;
    const auto address = address_of(endpoint.host, error);
    if (error) {
        return ListenError{"cannot listen on " + endpoint.host + ": not an IP address"};
    }
    return tcp::endpoint(address, endpoint.port);
}

/// Takes the port without SO_REUSEPORT. Whoever listens there already makes this fail, whatever its
/// options; connections in TIME_WAIT do not.
tcp::acceptor probe(boost::asio::io_context& context,
                    const tcp::endpoint& where,
                    boost::system::error_code& error) {
    tcp::acceptor socket(context);
    socket.open(where.protocol(), error);
    if (!error && where.port() != 0) {
        socket.set_option(ReuseAddress(true), error);
    }
    if (!error) {
        socket.bind(where, error);
    }
    // A port that the system chooses shall be nobody's, so the option, which the others need, comes
    // after.
    if (!error && where.port() == 0) {
        socket.set_option(ReuseAddress(true), error);
    }
    return socket;
}

tcp::acceptor open_one(boost::asio::io_context& context,
                       const tcp::endpoint& where,
                       boost::system::error_code& error) {
    tcp::acceptor acceptor(context);
    acceptor.open(where.protocol(), error);
    if (!error) {
        acceptor.set_option(ReuseAddress(true), error);
    }
    if (!error) {
        acceptor.set_option(ReusePort(true), error);
    }
    if (!error) {
        acceptor.bind(where, error);
    }
    if (!error) {
        acceptor.listen(backlog, error);
    }
    return acceptor;
}

}  // namespace

ResultOr<void, ListenError> check_free(const config::Endpoint& endpoint) {
    BOOST_OUTCOME_TRY(const auto where, where_to_listen(endpoint));
    boost::asio::io_context context;
    boost::system::error_code error;
    const auto unheld = probe(context, where, error);
    if (error) return failure(endpoint, error);
    return boost::outcome_v2::success();
}

ResultOr<std::vector<tcp::acceptor>, ListenError> listen_on(
    const config::Endpoint& endpoint, std::span<boost::asio::io_context* const> contexts) {
    BOOST_OUTCOME_TRY(auto where, where_to_listen(endpoint));
    boost::system::error_code error;
    // Held until all listen, so that nobody takes a chosen port in between.
    const auto reservation = probe(*contexts.front(), where, error);
    if (!error) {
        where = reservation.local_endpoint(error);
    }
    std::vector<tcp::acceptor> acceptors;
    for (auto* context : contexts) {
        if (!error) {
            acceptors.push_back(open_one(*context, where, error));
        }
    }
    if (error) {
        return failure(endpoint, error);
    }
    return acceptors;
}

std::size_t raise_open_files() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 0;
    }
    const rlimit raised{limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) {
        limit = raised;
    }
    return limit.rlim_cur;
}

}  // namespace sgw::gateway::http
