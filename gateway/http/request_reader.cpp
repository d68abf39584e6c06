#include "gateway/http/request_reader.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

#include "gateway/as_value.hpp"
#include "gateway/http/chunked.hpp"

namespace sgw::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t head_chunk = std::size_t{4} * 1024;
// Buffers larger than this are given back between requests.
constexpr std::size_t kept_buffer = std::size_t{8} * 1024;

/// What to say when nothing more of a request comes; status 0: the client is gone.
asio::awaitable<std::optional<Rejection>> read_more(Session& session,
                                                    std::size_t most = body_chunk) {
    const auto arrival = co_await read_some(session, most);
    if (arrival == Arrival::bytes) {
        co_return std::nullopt;
    }
    co_return Rejection{arrival == Arrival::late ? 408 : 0, "HTTP 408 Request Timeout"};
}

/// Whether nothing will come any more. Looks without taking anything.
bool has_ended(tcp::socket& socket) {
    char next = 0;
    const auto size = ::recv(socket.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR);
}

Request make_request(Session& session, const Head& head, Clock::time_point received) {
    Request request;
    request.method = head.method;
    request.target = head.target;
    request.headers.reserve(head.headers.size());
    for (const auto& [name, value] : head.headers) {
        request.headers.emplace_back(name, value);
    }
    request.peer = session.peer;
    request.request_id = head.request_id;
    request.received = received;
    request.client_ended = [&session] { return has_ended(session.connection.socket); };
    return request;
}

/// Before a body of so many bytes, as far as they are known, is read on.
std::optional<Rejection> admit_body(Session& session, std::size_t bytes) {
    if (session.body_share.cover(bytes, session.limits().bodies_bytes)) {
        return std::nullopt;
    }
    return Rejection{503, "Too many large requests at once, try again"};
}

/// Reads a body of that many bytes.
asio::awaitable<std::optional<Rejection>> read_sized_body(Session& session,
                                                          std::size_t size,
                                                          std::string& body) {
    // Pages are taken as they are written to, and growing by copies would take twice as many.
    body.reserve(size > free_body_bytes ? size : 0);
    while (true) {
        const auto here = session.received().substr(0, size - body.size());
        body.append(here);
        session.buffer.consume(here.size());
        if (body.size() == size) {
            co_return std::nullopt;
        }
        if (const auto missing = co_await read_more(session)) {
            co_return missing;
        }
    }
}

asio::awaitable<std::optional<Rejection>> read_chunked_body(Session& session, std::string& body) {
    ChunkedBody chunks(session.limits().body_bytes);
    while (true) {
        const auto taken = chunks.take(session.received(), body);
        if (!taken) {
            co_return taken.error();
        }
        session.buffer.consume(taken.value());
        if (chunks.done()) {
            co_return std::nullopt;
        }
        if (const auto refused = admit_body(session, body.size() + chunks.outstanding())) {
            co_return refused;
        }
        if (const auto missing = co_await read_more(session)) {
            co_return missing;
        }
    }
}

asio::awaitable<void> send_continue(Session& session) {
    constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto bytes = asio::buffer(interim);
    co_await asio::async_write(session.connection.socket, bytes, as_value);
}

/// Reads until a whole head is in the buffer and answers its length.
asio::awaitable<ResultOr<std::size_t, Rejection>> await_head(Session& session) {
    std::size_t scanned = 0;
    // One empty line before a request is left over from clients that end a body with one (RFC
    // 9112, 2.2).
    bool may_skip = true;
    while (true) {
        if (may_skip && session.received().starts_with("\r\n")) {
            session.buffer.consume(2);
            scanned = 0;
            may_skip = false;
        }
        const auto limit = session.limits().header_bytes;
        const auto found = find_head_end(session.received(), scanned, limit);
        if (!found || found.value() > 0) {
            co_return found;
        }
        scanned = session.buffer.size();
        may_skip = may_skip && scanned < 2;
        if (const auto missing = co_await read_more(session, head_chunk)) {
            co_return *missing;
        }
    }
}

/// The body of the request whose head was just taken from the buffer. `head`'s views are invalid.
asio::awaitable<std::optional<Rejection>> read_body(Session& session,
                                                    const Head& head,
                                                    std::string& body) {
    if (head.framing == BodyFraming::none) {
        co_return std::nullopt;
    }
    const bool is_sized = head.framing == BodyFraming::length;
    if (is_sized && head.content_length > session.limits().body_bytes) {
        co_return Rejection{413, "HTTP 413 Request Entity Too Large"};
    }
    if (const auto refused = admit_body(session, head.content_length)) {
        co_return refused;
    }
    if (head.expects_continue && session.buffer.size() == 0) {
        co_await send_continue(session);
    }
    if (is_sized) {
        co_return co_await read_sized_body(session, head.content_length, body);
    }
    co_return co_await read_chunked_body(session, body);
}

}  // namespace

asio::awaitable<Arrival> read_some(Session& session, std::size_t most) {
    Connection& connection = session.connection;
    const auto space = session.buffer.prepare(most);
    const auto [error, size] = co_await connection.socket.async_read_some(space, as_value);
    session.buffer.commit(size);
    count(session.worker->counters.bytes_received, size);
    if (connection.expired || connection.deadline <= Clock::now()) {
        co_return Arrival::late;
    }
    co_return error ? Arrival::closed : Arrival::bytes;
}

asio::awaitable<bool> wait_for_request(Session& session) {
    Connection& connection = session.connection;
    if (session.buffer.size() > 0) {
        co_return true;
    }
    if (session.buffer.capacity() > kept_buffer) {
        session.buffer.shrink_to_fit();
    }
    boost::system::error_code error;
    if (!session.stopping()) {
        connection.phase = Phase::idle;
        session.arm(Clock::now() + session.limits().idle_timeout);
        const auto arrival = co_await read_some(session, head_chunk);
        connection.phase = Phase::busy;
        if (arrival == Arrival::late && !session.stopping()) {
            count(session.worker->counters.idle_timeouts);
        }
        if (arrival != Arrival::closed || !session.stopping()) {
            co_return arrival == Arrival::bytes;
        }
    }
    // The server stops. A request that is here already is answered; one may also be on its way on a
    // connection that was made for it.
    if (connection.socket.available(error) == 0 && !connection.fresh) {
        co_return false;
    }
    session.arm(Clock::now() + stop_grace);
    co_return co_await read_some(session, head_chunk) == Arrival::bytes;
}

asio::awaitable<Incoming> read_request(Session& session) {
    Incoming incoming;
    const auto received = Clock::now();
    session.arm(received + session.limits().request_timeout);
    const auto head_size = co_await await_head(session);
    if (!head_size) {
        incoming.rejection = head_size.error();
        co_return incoming;
    }
    const auto head = read_head(session.received().substr(0, head_size.value()));
    if (!head) {
        incoming.rejection = head.error();
        co_return incoming;
    }
    incoming.persistence = head.value().persistence;
    incoming.minor_version = head.value().minor_version;
    incoming.request = make_request(session, head.value(), received);
    session.buffer.consume(head_size.value());
    incoming.rejection = co_await read_body(session, head.value(), incoming.request.body);
    co_return incoming;
}

}  // namespace sgw::gateway::http
