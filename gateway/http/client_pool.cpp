#include "gateway/http/client_pool.hpp"

#include <openssl/evp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/intrusive/list.hpp>

#include "gateway/as_value.hpp"
#include "gateway/http/body.hpp"
#include "gateway/http/upstream_head.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway::http {

namespace beast = boost::beast;
using asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

// A name that is looked up for the first time has no addresses for some milliseconds.
constexpr milliseconds first_lookup_poll{10};
constexpr int most_interim_answers = 8;

using Parser = beast::http::response_parser<GrowingBody>;

struct Link {
    explicit Link(const asio::any_io_executor& executor) : stream(executor) {}

    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    std::size_t url = 0;  // which of the pool's
    Clock::time_point idle_since;
};

using LinkPtr = std::unique_ptr<Link>;

/// A call in the queue.
struct Waiter
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Waiter(const asio::any_io_executor& executor, Clock::time_point deadline)
        : timer(executor, deadline) {}

    asio::steady_timer timer;
    bool granted = false;
};

using Waiters = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

/// One exchange on one connection.
struct Attempt {
    UpstreamResult result;
    bool silent = false;  // it failed, and not a byte of an answer had come
};

std::string basic_credentials(const config::BasicAuth& auth) {
    const std::string plain = auth.username + ":" + auth.password;
    std::vector<unsigned char> encoded(4 * (plain.size() / 3 + 1) + 1);  // with a NUL at the end
    const auto size = EVP_EncodeBlock(encoded.data(),
                                      reinterpret_cast<const unsigned char*>(plain.data()),
                                      static_cast<int>(plain.size()));
    return "Basic " + std::string(encoded.begin(), encoded.begin() + size);
}

UpstreamResponse take_response(Parser& parser) {
    auto& message = parser.get();
    const auto named = message[beast::http::field::connection];
    const std::string_view connection(named.data(), named.size());
    UpstreamResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
        const std::string_view name(field.name_string().data(), field.name_string().size());
        if (!is_hop_by_hop(name, connection)) {
            response.headers.emplace_back(
                name, std::string_view(field.value().data(), field.value().size()));
        }
    }
    response.body = std::move(message.body());
    return response;
}

/// Names the stage that an error of Beast's belongs to.
Stage read_stage(const beast::error_code& error) {
    namespace http = beast::http;
    if (error == http::error::body_limit || error == http::error::header_limit ||
        error == http::error::buffer_overflow) {
        return Stage::too_large;
    }
    const bool of_http =
        error.category() == http::make_error_code(http::error::end_of_stream).category();
    const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    return of_http && !ended ? Stage::parse : Stage::read;
}

UpstreamError failure(Stage stage, const beast::error_code& error) {
    UpstreamError result;
    result.stage = stage;
    result.timed_out = error == beast::error::timeout;
    result.message = result.timed_out ? "no answer within the deadline" : error.message();
    return result;
}

UpstreamError unsent(Stage stage, std::string message, bool timed_out) {
    UpstreamError result;
    result.stage = stage;
    result.timed_out = timed_out;
    result.message = std::move(message);
    return result;
}

/// Whether the peer has ended a kept-alive connection, or talks without being asked.
bool is_stale(Link& link) {
    char byte = 0;
    const auto got =
        ::recv(link.stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

}  // namespace

std::string_view stage_name(Stage stage) {
    switch (stage) {
        case Stage::queue:
            return "queue";
        case Stage::resolve:
            return "resolve";
        case Stage::connect:
            return "connect";
        case Stage::write:
            return "write";
        case Stage::read:
            return "read";
        case Stage::parse:
            return "parse";
        case Stage::too_large:
            return "too_large";
    }
    return "";
}

struct ClientPool::State {
    State(asio::any_io_executor where, ClientPoolOptions chosen, std::shared_ptr<AddressBook> book)
        : executor(std::move(where)),
          options(std::move(chosen)),
          addresses(std::move(book)),
          sweep_timer(executor) {}

    asio::any_io_executor executor;
    ClientPoolOptions options;
    std::shared_ptr<AddressBook> addresses;
    std::string credentials;
    asio::steady_timer sweep_timer;
    ClientPoolStats stats;
    Waiters waiters;
    std::vector<LinkPtr> idle;  // the longest unused first
    std::size_t preferred = 0;  // the URL that was connected to last

    /// A permission to hold a connection; given back to the first in the queue.
    class Slot {
      public:
        Slot(State& state, Clock::duration queued) : state_(&state), queued_(queued) {}
        Slot(Slot&& other) noexcept
            : state_(std::exchange(other.state_, nullptr)), queued_(other.queued_) {}
        Slot& operator=(Slot&&) = delete;
        ~Slot() {
            if (state_ != nullptr) {
                state_->release();
            }
        }

        Clock::duration queued() const { return queued_; }

      private:
        State* state_;
        Clock::duration queued_;
    };

    void release() {
        if (waiters.empty() || stats.active > options.connections) {
            --stats.active;
            return;
        }
        Waiter& next = waiters.front();
        waiters.pop_front();
        --stats.waiting;
        next.granted = true;
        next.timer.cancel();
    }

    asio::awaitable<ResultOr<Slot, UpstreamError>> acquire(Clock::time_point deadline,
                                                           WhenBusy when_busy) {
        if (deadline <= Clock::now()) {
            co_return unsent(Stage::queue, "the deadline has passed", true);
        }
        if (stats.active < options.connections || when_busy == WhenBusy::exceed) {
            ++stats.active;
            co_return Slot(*this, Clock::duration{0});
        }
        if (stats.waiting >= options.queue) {
            ++stats.overloads;
            co_return unsent(Stage::queue, "overloaded", false);
        }
        const auto began = Clock::now();
        Waiter waiter(executor, deadline);
        waiters.push_back(waiter);
        ++stats.waiting;
        co_await waiter.timer.async_wait(as_value);
        if (!waiter.granted) {
            --stats.waiting;
            auto late = unsent(Stage::queue, "no connection became free within the deadline", true);
            late.queued = Clock::now() - began;
            co_return late;
        }
        co_return Slot(*this, Clock::now() - began);
    }

    LinkPtr take_idle() {
        while (!idle.empty()) {
            LinkPtr link = std::move(idle.back());
            idle.pop_back();
            --stats.idle;
            if (!is_stale(*link)) {
                return link;
            }
            ++stats.stale_connections;
        }
        return nullptr;
    }

    void keep(LinkPtr link) {
        link->stream.expires_never();
        link->idle_since = Clock::now();
        idle.push_back(std::move(link));
        ++stats.idle;
    }

    /// A URL that takes connections and does not answer: others, if there are any, come first now.
    void avoid(std::size_t url) {
        if (options.urls.size() == 1) {
            return;
        }
        preferred = preferred == url ? (url + 1) % options.urls.size() : preferred;
        stats.idle -= std::erase_if(idle, [&](const LinkPtr& link) { return link->url == url; });
    }

    void drop_unused(Clock::time_point now) {
        const auto expired = [&](const LinkPtr& link) {
            return now - link->idle_since >= options.idle_timeout;
        };
        const auto first_kept = std::find_if_not(idle.begin(), idle.end(), expired);
        stats.idle -= static_cast<std::uint64_t>(first_kept - idle.begin());
        idle.erase(idle.begin(), first_kept);
    }

    struct Candidate {
        tcp::endpoint endpoint;
        std::size_t url;
    };

    /// Where to connect to, the URL that worked last first. Empty: `why_none` says why.
    std::vector<Candidate> candidates(std::string& why_none) const {
        std::vector<Candidate> result;
        for (std::size_t i = 0; i < options.urls.size(); ++i) {
            const std::size_t url = (preferred + i) % options.urls.size();
            const auto& [host, port, path] = options.urls[url];
            const auto entry = addresses->find(host);
            for (const auto& address : entry.addresses) {
                result.push_back({tcp::endpoint(address, port), url});
            }
            if (entry.addresses.empty() && !entry.failure.empty()) {
                why_none.append(why_none.empty() ? "" : "; ").append(host + ": " + entry.failure);
            }
        }
        return result;
    }

    asio::awaitable<ResultOr<std::vector<Candidate>, UpstreamError>> resolve(
        Clock::time_point deadline) {
        while (true) {
            std::string why_none;
            auto found = candidates(why_none);
            if (!found.empty()) {
                co_return found;
            }
            if (!why_none.empty()) {
                co_return unsent(Stage::resolve, why_none, false);
            }
            if (deadline <= Clock::now()) {
                co_return unsent(Stage::resolve, "no address within the deadline", true);
            }
            asio::steady_timer pause(executor,
                                     std::min(deadline, Clock::now() + first_lookup_poll));
            co_await pause.async_wait(as_value);
        }
    }

    /// Tries one address after the other; none may use up the time of those after it.
    asio::awaitable<ResultOr<LinkPtr, UpstreamError>> connect(Clock::time_point deadline) {
        auto resolved = co_await resolve(deadline);
        if (!resolved) {
            co_return std::move(resolved).error();
        }
        std::string failures;
        const auto& found = resolved.value();
        for (std::size_t i = 0; i < found.size() && Clock::now() < deadline; ++i) {
            auto link = std::make_unique<Link>(executor);
            const auto share = (deadline - Clock::now()) / static_cast<int>(found.size() - i);
            link->stream.expires_after(share);
            link->url = found[i].url;
            const auto [error] = co_await link->stream.async_connect(found[i].endpoint, as_value);
            if (!error) {
                ++stats.connects;
                preferred = link->url;
                beast::error_code ignored;
                link->stream.socket().set_option(tcp::no_delay(true), ignored);
                co_return link;
            }
            ++stats.connect_failures;
            addresses->refresh(options.urls[link->url].host);
            failures.append(failures.empty() ? "" : "; ")
                .append(found[i].endpoint.address().to_string() + ":" +
                        std::to_string(found[i].endpoint.port()) + ": " +
                        (error == beast::error::timeout ? "no answer in time" : error.message()));
        }
        co_return unsent(Stage::connect, failures, deadline <= Clock::now());
    }

    /// Reads the answer into `parser`, past interim (1xx) ones.
    static asio::awaitable<beast::error_code> read_answer(Link& link,
                                                          std::optional<Parser>& parser,
                                                          const UpstreamRequest& request,
                                                          const ClientPoolOptions& options) {
        for (int i = 0; i < most_interim_answers; ++i) {
            parser.emplace();
            parser->header_limit(options.header_bytes);
            parser->body_limit(options.body_bytes);
            parser->skip(request.method == "HEAD");
            const auto [error, size] = co_await beast::http::async_read_header(
                link.stream, link.buffer, *parser, as_value);
            if (error) {
                co_return error;
            }
            if (parser->get().result_int() >= 200) {
                const auto [body_error, body_size] =
                    co_await beast::http::async_read(link.stream, link.buffer, *parser, as_value);
                co_return body_error;
            }
        }
        co_return beast::http::make_error_code(beast::http::error::bad_status);
    }

    /// Sends the request on `link` and reads the answer; keeps the connection if it may be used
    /// again.
    asio::awaitable<Attempt> exchange(LinkPtr link,
                                      const UpstreamRequest& request,
                                      Clock::time_point deadline) {
        const std::size_t url = link->url;
        link->stream.expires_at(deadline);
        const std::string head = request_head(request, options.urls[url], credentials);
        const std::array<asio::const_buffer, 2> bytes = {asio::buffer(head),
                                                         asio::buffer(request.body)};
        const auto [write_error, written] =
            co_await asio::async_write(link->stream, bytes, as_value);
        if (write_error) {
            Attempt attempt{failure(Stage::write, write_error), true};
            co_return attempt;
        }
        std::optional<Parser> parser;
        const auto error = co_await read_answer(*link, parser, request, options);
        if (error) {
            if (error == beast::error::timeout) {
                avoid(url);
            }
            const bool silent = !parser->got_some() && link->buffer.size() == 0;
            Attempt attempt{failure(read_stage(error), error), silent};
            co_return attempt;
        }
        const bool reusable = parser->keep_alive() && link->buffer.size() == 0;
        Attempt attempt{take_response(*parser), false};
        if (reusable) {
            keep(std::move(link));
        }
        co_return attempt;
    }

    asio::awaitable<UpstreamResult> call(const UpstreamRequest& request,
                                         Clock::time_point deadline,
                                         WhenBusy when_busy) {
        const auto slot = co_await acquire(deadline, when_busy);
        if (!slot) {
            co_return slot.error();
        }
        auto result = co_await call_with_slot(request, deadline);
        auto& queued = result ? result.value().queued : result.error().queued;
        queued = slot.value().queued();
        co_return result;
    }

    asio::awaitable<UpstreamResult> call_with_slot(const UpstreamRequest& request,
                                                   Clock::time_point deadline) {
        if (LinkPtr link = take_idle()) {
            Attempt attempt = co_await exchange(std::move(link), request, deadline);
            const bool dead =
                !attempt.result && attempt.silent && !attempt.result.error().timed_out;
            if (!dead) {
                co_return std::move(attempt.result);
            }
            ++stats.stale_connections;
        }
        auto link = co_await connect(deadline);
        if (!link) {
            co_return std::move(link).error();
        }
        Attempt attempt = co_await exchange(std::move(link).value(), request, deadline);
        co_return std::move(attempt.result);
    }

    /// Closes connections that nobody has used for a while, until the pool is gone.
    static asio::awaitable<void> sweep(std::weak_ptr<State> weak) {
        while (auto state = weak.lock()) {
            state->drop_unused(Clock::now());
            asio::steady_timer* timer = &state->sweep_timer;
            timer->expires_after(state->options.idle_timeout / 4);
            // Not held while waiting: the end of the pool cancels its timer.
            state.reset();
            co_await timer->async_wait(as_value);
        }
    }
};

ClientPool::ClientPool(asio::any_io_executor executor,
                       ClientPoolOptions options,
                       std::shared_ptr<AddressBook> addresses)
    : state_(
          std::make_shared<State>(std::move(executor), std::move(options), std::move(addresses))) {
    for (const auto& url : state_->options.urls) {
        state_->addresses->watch(url.host);
    }
    if (state_->options.basic_auth) {
        state_->credentials = basic_credentials(*state_->options.basic_auth);
    }
    spawn(state_->executor, State::sweep(state_), "upstream idle sweep");
}

ClientPool::~ClientPool() = default;

asio::awaitable<UpstreamResult> ClientPool::call(UpstreamRequest request,
                                                 Clock::time_point deadline,
                                                 WhenBusy when_busy) {
    const auto state = state_;
    ++state->stats.calls;
    auto result = co_await state->call(request, deadline, when_busy);
    if (!result) {
        ++state->stats.failures;
    }
    co_return result;
}

const ClientPoolStats& ClientPool::stats() const {
    return state_->stats;
}

}  // namespace sgw::gateway::http
