#include "gateway/http/session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <cerrno>

#include "gateway/http/answer.hpp"
#include "gateway/http/chunked.hpp"
#include "gateway/http/guard.hpp"

namespace sgw::gateway::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

namespace {

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t head_chunk = std::size_t{4} * 1024;
constexpr std::size_t body_chunk = std::size_t{16} * 1024;
// Buffers larger than this are given back between requests.
constexpr std::size_t kept_buffer = std::size_t{8} * 1024;

/// A connection with its buffers, listed with its worker as long as it lives.
class Session {
  public:
    Session(std::shared_ptr<Worker> owner, tcp::socket socket, Admission admission)
        : worker(std::move(owner)),
          connection(std::move(socket)),
          body_share(worker->shared->bodies),
          admission_(admission) {
        worker->connections.push_back(connection);
        worker->shared->task_started();
        if (admission_ == Admission::turn_away) {
            ++worker->turned_away;
        }
    }

    ~Session() {
        worker->connections.erase(worker->connections.iterator_to(connection));
        if (admission_ == Admission::turn_away) {
            --worker->turned_away;
        } else {
            --worker->shared->open;
        }
        boost::system::error_code ignored;
        connection.socket.close(ignored);
        --worker->live;
        if (stopping()) {
            worker->sweep_timer.cancel();
        }
        worker->shared->task_ended();
    }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const config::Limits& limits() const { return worker->shared->options.limits; }
    bool stopping() const { return worker->shared->stopping.load(std::memory_order_relaxed); }
    std::string_view received() const {
        return {static_cast<const char*>(buffer.data().data()), buffer.size()};
    }
    void arm(Clock::time_point deadline) {
        connection.deadline = deadline;
        connection.expired = false;
    }
    void disarm() { arm(Clock::time_point::max()); }

    std::shared_ptr<Worker> worker;
    Connection connection;
    BodyBudget::Share body_share;  // of the request that is being read or answered
    std::string peer;
    beast::flat_buffer buffer;
    std::string out;

  private:
    Admission admission_;
};

/// A request as far as it came: complete, or refused.
struct Incoming {
    Request request;
    std::optional<Rejection> rejection;
    Persistence persistence = Persistence::close;
    int minor_version = 1;
};

enum class Arrival { bytes, closed, late };

std::string fresh_request_id() {
    thread_local boost::uuids::random_generator_mt19937 generate;
    return to_string(generate());
}

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

/// What to say when nothing more of a request comes; status 0: the client is gone.
asio::awaitable<std::optional<Rejection>> read_more(Session& session,
                                                    std::size_t most = body_chunk) {
    const auto arrival = co_await read_some(session, most);
    if (arrival == Arrival::bytes) {
        co_return std::nullopt;
    }
    co_return Rejection{arrival == Arrival::late ? 408 : 0, "HTTP 408 Request Timeout"};
}

/// False: there will be no further request.
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
        if (arrival == Arrival::late) {
            count(session.worker->counters.idle_timeouts);
        }
        if (arrival == Arrival::bytes || !session.stopping()) {
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

/// Status 0 of the rejection: the client is gone.
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

void count_rejection(Counters& counters, int status) {
    switch (status) {
        case 0:
            return;
        case 408:
            return count(counters.request_timeouts);
        case 413:
            return count(counters.bodies_too_large);
        case 414:
            return count(counters.uris_too_long);
        case 503:
            return count(counters.bodies_turned_away);
        case 431:
            return count(counters.headers_too_large);
        default:
            return count(counters.bad_requests);
    }
}

/// False: the connection is of no further use.
asio::awaitable<bool> send(Session& session,
                           const Response& response,
                           const Incoming& to,
                           Persistence persistence) {
    Worker& worker = *session.worker;
    const std::string fallback = to.request.request_id.empty() ? fresh_request_id() : std::string{};
    Envelope envelope;
    envelope.date = worker.date();
    envelope.request_id = fallback.empty() ? to.request.request_id : fallback;
    envelope.persistence = persistence;
    envelope.minor_version = to.minor_version;
    session.out.clear();
    append_head(session.out, response, envelope);
    const bool with_body =
        response.body && to.request.method != "HEAD" && allows_body(response.status);
    const std::array<asio::const_buffer, 2> bytes = {
        asio::buffer(session.out), with_body ? asio::buffer(*response.body) : asio::const_buffer{}};
    session.arm(Clock::now() + session.limits().request_timeout);
    const auto [error, size] =
        co_await asio::async_write(session.connection.socket, bytes, as_value);
    count(worker.counters.bytes_sent, size);
    if (error && session.connection.expired) {
        count(worker.counters.write_timeouts);
    }
    session.disarm();
    co_return !error;
}

/// Whether the client has sent what nobody has read.
bool has_unread(const Session& session) {
    boost::system::error_code ignored;
    return session.buffer.size() > 0 || session.connection.socket.available(ignored) > 0;
}

/// Ends our half and reads on for a while: a close with unread bytes would reset the connection,
/// and the client would lose the answer that tells it why.
asio::awaitable<void> linger(Session& session) {
    const ServerOptions& options = session.worker->shared->options;
    boost::system::error_code ignored;
    session.connection.socket.shutdown(tcp::socket::shutdown_send, ignored);
    session.arm(Clock::now() + options.linger);
    std::size_t left = options.linger_bytes;
    session.buffer.clear();
    while (left > 0 && co_await read_some(session, body_chunk) == Arrival::bytes) {
        left -= std::min(left, session.buffer.size());
        session.buffer.clear();
    }
}

Response refusal_for(const Rejection& rejection) {
    Response response = refusal(rejection.status, rejection.reason);
    if (rejection.status == 503) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

/// The request has had its answer, or will not get any.
void drop_body(Session& session, Incoming& incoming) {
    std::string().swap(incoming.request.body);
    session.body_share.give_back();
}

asio::awaitable<void> refuse(Session& session, const Incoming& incoming) {
    const Rejection rejection = *incoming.rejection;
    count_rejection(session.worker->counters, rejection.status);
    if (rejection.status == 0) {
        co_return;
    }
    const Response response = refusal_for(rejection);
    if (co_await send(session, response, incoming, Persistence::close)) {
        co_await linger(session);
    }
}

asio::awaitable<Response> answer(Session& session, const Request& request) {
    ServerShared& shared = *session.worker->shared;
    std::string failure;
    try {
        auto answering = shared.handler(request);
        co_return co_await std::move(answering);
    } catch (const std::exception& exception) {
        failure = exception.what();
    } catch (...) {
        failure = "unknown exception";
    }
    count(session.worker->counters.handler_failures);
    if (shared.options.on_handler_failure) {
        shared.options.on_handler_failure(failure);
    }
    Response response = refusal(500, "Internal Server Error");
    response.close = false;
    co_return response;
}

/// One request and its answer. False: the connection ends.
asio::awaitable<bool> exchange(Session& session) {
    Incoming incoming = co_await read_request(session);
    if (incoming.rejection) {
        drop_body(session, incoming);
        co_await refuse(session, incoming);
        co_return false;
    }
    Request& request = incoming.request;
    if (request.request_id.empty()) {
        request.request_id = fresh_request_id();
    }
    session.disarm();
    session.connection.fresh = false;
    request.deadline = Clock::now() + session.limits().request_timeout;
    count(session.worker->counters.requests);
    const Response response = co_await answer(session, request);
    drop_body(session, incoming);
    const bool we_end = response.close || session.stopping();
    const auto persistence = we_end ? Persistence::close : incoming.persistence;
    const bool sent = co_await send(session, response, incoming, persistence);
    // Who asked for the end sends nothing more, as a rule: then there is nothing to wait for.
    const bool may_send_more = incoming.persistence == Persistence::keep_alive;
    if (sent && persistence == Persistence::close && (may_send_more || has_unread(session))) {
        co_await linger(session);
    }
    co_return sent&& persistence == Persistence::keep_alive;
}

asio::awaitable<void> turn_away(Session& session) {
    Incoming incoming;
    incoming.rejection = Rejection{503, "Too many connections"};
    const Response response = refusal_for(*incoming.rejection);
    if (co_await send(session, response, incoming, Persistence::close)) {
        co_await linger(session);
    }
}

}  // namespace

void ServerShared::task_started() {
    const std::lock_guard lock(mutex_);
    ++tasks_;
}

void ServerShared::task_ended() {
    const std::lock_guard lock(mutex_);
    if (--tasks_ == 0) {
        changed_.notify_all();
    }
}

bool ServerShared::wait_for_tasks(Clock::time_point until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return tasks_ == 0; });
}

const std::string& Worker::date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) {
        date_second_ = now;
        date_ = http_date(now);
    }
    return date_;
}

asio::awaitable<void> converse(std::shared_ptr<Worker> worker,
                               tcp::socket socket,
                               Admission admission) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto peer = socket.remote_endpoint(ignored);
    Session session(std::move(worker), std::move(socket), admission);
    session.peer = peer.address().to_string();
    if (admission == Admission::turn_away) {
        co_await turn_away(session);
        co_return;
    }
    while (co_await wait_for_request(session)) {
        session.connection.phase = Phase::busy;
        if (!co_await exchange(session)) {
            break;
        }
    }
}

}  // namespace sgw::gateway::http
