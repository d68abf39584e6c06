#include "gateway/http/server.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "gateway/as_value.hpp"
#include "gateway/http/session.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds accept_pause{100};
constexpr milliseconds force_time{1'000};
// Those over the limit of connections that are told so at a time; the rest is just closed.
constexpr std::size_t most_turned_away = 256;

/// Counts a coroutine as something that stop waits for.
class Task {
  public:
    explicit Task(std::shared_ptr<ServerShared> shared) : shared_(std::move(shared)) {
        shared_->task_started();
    }
    ~Task() { shared_->task_ended(); }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

  private:
    std::shared_ptr<ServerShared> shared_;
};

void admit(const std::shared_ptr<Worker>& worker, tcp::socket socket) {
    ServerShared& shared = *worker->shared;
    const auto executor = socket.get_executor();
    Admission admission = Admission::serve;
    if (shared.open.fetch_add(1) >= shared.options.limits.connections) {
        --shared.open;
        count(worker->counters.rejected);
        if (worker->turned_away >= most_turned_away) {
            return;
        }
        admission = Admission::turn_away;
    }
    ++worker->live;
    try {
        spawn(executor, converse(worker, std::move(socket), admission), "http connection");
        if (admission == Admission::serve) count(worker->counters.accepted);
    } catch (const std::exception&) {  // no memory for it: it is closed, the worker goes on
        --worker->live;
        if (admission == Admission::serve) --shared.open;
        count(worker->counters.accept_errors);
    }
}

/// What the kernel has accepted already is served: the clients' connects have succeeded.
void empty_backlog(const std::shared_ptr<Worker>& worker) {
    boost::system::error_code error;
    worker->acceptor.non_blocking(true, error);
    while (!error) {
        tcp::socket socket = worker->acceptor.accept(error);
        if (!error) {
            admit(worker, std::move(socket));
        }
    }
    worker->acceptor.close(error);
    worker->sweep_timer.cancel();
}

asio::awaitable<void> accept_all(std::shared_ptr<Worker> worker) {
    const Task task(worker->shared);
    asio::steady_timer pause(worker->acceptor.get_executor());
    while (!worker->shared->stopping) {
        auto [error, socket] = co_await worker->acceptor.async_accept(as_value);
        if (!error) {
            admit(worker, std::move(socket));
        } else if (error != asio::error::operation_aborted &&
                   error != asio::error::connection_aborted) {
            // Out of descriptors or memory, most likely: the connection waits in the backlog, and
            // trying at once would only spin.
            count(worker->counters.accept_errors);
            pause.expires_after(accept_pause);
            co_await pause.async_wait(as_value);
        }
    }
    empty_backlog(worker);
}

void cancel_late(Worker& worker) {
    const auto now = Clock::now();
    for (Connection& connection : worker.connections) {
        if (connection.deadline <= now) {
            boost::system::error_code ignored;
            connection.expired = true;
            connection.socket.cancel(ignored);
        }
    }
}

/// How late a deadline may be noticed: a tenth of the shortest one, within reason.
milliseconds sweep_interval(const ServerOptions& options) {
    const auto shortest =
        std::min({options.limits.idle_timeout, options.limits.request_timeout, options.linger});
    return std::clamp(shortest / 10, milliseconds{10}, milliseconds{100});
}

asio::awaitable<void> sweep(std::shared_ptr<Worker> worker) {
    const Task task(worker->shared);
    const auto interval = sweep_interval(worker->shared->options);
    while (!worker->shared->stopping || worker->acceptor.is_open() || worker->live > 0) {
        worker->sweep_timer.expires_after(interval);
        co_await worker->sweep_timer.async_wait(as_value);
        cancel_late(*worker);
    }
}

void begin_stop(Worker& worker) {
    boost::system::error_code ignored;
    worker.acceptor.cancel(ignored);
    for (Connection& connection : worker.connections) {
        if (connection.phase == Phase::idle && connection.fresh) {
            connection.deadline = std::min(connection.deadline, Clock::now() + stop_grace);
        } else if (connection.phase == Phase::idle) {
            connection.socket.cancel(ignored);
        }
    }
}

void close_all(Worker& worker) {
    for (Connection& connection : worker.connections) {
        boost::system::error_code ignored;
        connection.socket.close(ignored);
    }
}

void add(ServerStats& stats, const Counters& counters) {
    stats.connections_accepted += counters.accepted;
    stats.connections_rejected += counters.rejected;
    stats.accept_errors += counters.accept_errors;
    stats.requests += counters.requests;
    stats.handler_failures += counters.handler_failures;
    stats.bad_requests += counters.bad_requests;
    stats.headers_too_large += counters.headers_too_large;
    stats.uris_too_long += counters.uris_too_long;
    stats.bodies_too_large += counters.bodies_too_large;
    stats.bodies_turned_away += counters.bodies_turned_away;
    stats.request_timeouts += counters.request_timeouts;
    stats.idle_timeouts += counters.idle_timeouts;
    stats.write_timeouts += counters.write_timeouts;
    stats.bytes_received += counters.bytes_received;
    stats.bytes_sent += counters.bytes_sent;
}

}  // namespace

ResultOr<std::unique_ptr<Server>, ListenError> Server::start(
    std::span<asio::io_context* const> contexts, ServerOptions options, Handler handler) {
    // The rest is for the data base, the regions and ourselves.
    const std::size_t affordable = raise_open_files() / 4 * 3;
    options.limits.connections = std::min(options.limits.connections, affordable);
    BOOST_OUTCOME_TRY(auto acceptors, listen_on(options.endpoint, contexts));
    std::unique_ptr<Server> server(new Server());
    server->port_ = acceptors.front().local_endpoint().port();
    server->shared_ = std::make_shared<ServerShared>();
    server->shared_->options = std::move(options);
    server->shared_->handler = std::move(handler);
    for (auto& acceptor : acceptors) {
        auto worker = std::make_shared<Worker>(server->shared_, std::move(acceptor));
        const auto executor = worker->acceptor.get_executor();
        spawn(executor, accept_all(worker), "http acceptor");
        spawn(executor, sweep(worker), "http sweep");
        server->workers_.push_back(std::move(worker));
    }
    return server;
}

Server::~Server() {
    stop();
}

ServerStats Server::stats() const {
    ServerStats stats;
    for (const auto& worker : workers_) {
        add(stats, worker->counters);
    }
    stats.connections_open = shared_->open;
    return stats;
}

bool Server::stop() {
    return stop(Clock::now() + shared_->options.shutdown_timeout);
}

bool Server::stop(Clock::time_point deadline) {
    if (stopped_) {
        return true;
    }
    stopped_ = true;
    shared_->stopping = true;
    const auto everywhere = [this](void (*action)(Worker&)) {
        for (const auto& worker : workers_) {
            asio::post(worker->acceptor.get_executor(), [worker, action] { action(*worker); });
        }
    };
    everywhere(begin_stop);
    if (shared_->wait_for_tasks(deadline)) {
        return true;
    }
    everywhere(close_all);
    shared_->wait_for_tasks(Clock::now() + force_time);
    return false;
}

}  // namespace sgw::gateway::http
