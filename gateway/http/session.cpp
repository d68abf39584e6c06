#include "gateway/http/session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "gateway/as_value.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/request_reader.hpp"

namespace sgw::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::string fresh_request_id() {
    thread_local boost::uuids::random_generator_mt19937 generate;
    return to_string(generate());
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

Session::Session(std::shared_ptr<Worker> owner, tcp::socket socket, Admission admission)
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

Session::~Session() {
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
