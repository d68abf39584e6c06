#include "tests/gateway/http/wire.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway::http::test {

namespace {

using Time = std::chrono::steady_clock;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool wait_for(int descriptor, short events, Time::time_point until) {
    const auto left = std::chrono::duration_cast<milliseconds>(until - Time::now()).count();
    pollfd wanted{descriptor, events, 0};
    return left > 0 && ::poll(&wanted, 1, static_cast<int>(left)) > 0;
}

}  // namespace

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      received_(std::move(other.received_)),
      ended_(other.ended_) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(received_, other.received_);
    std::swap(ended_, other.ended_);
    return *this;
}

RawSocket::~RawSocket() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

RawSocket RawSocket::connect(std::uint16_t port, int receive_buffer) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) {
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    RawSocket socket(descriptor);
    EXPECT_TRUE(socket.connect_to(port)) << "port " << port;
    return socket;
}

bool RawSocket::connect_to(std::uint16_t port) {
    const auto address = loopback(port);
    return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool RawSocket::send(std::string_view bytes) {
    const auto until = Time::now() + patience;
    while (!bytes.empty() && wait_for(descriptor_, POLLOUT, until)) {
        const auto sent =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) {
            return false;
        }
        bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    }
    return bytes.empty();
}

bool RawSocket::receive(Time::time_point until) {
    std::array<char, 65536> bytes{};
    if (ended_ || !wait_for(descriptor_, POLLIN, until)) {
        return false;
    }
    const auto got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    ended_ = got <= 0;
    received_.append(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
}

std::string RawSocket::read_to_end(milliseconds wait) {
    const auto until = Time::now() + wait;
    while (receive(until)) {
    }
    EXPECT_TRUE(ended_) << "the connection stays open; so far: " << received_;
    return std::exchange(received_, {});
}

std::string RawSocket::read_until(std::string_view needle, milliseconds wait) {
    const auto until = Time::now() + wait;
    while (received_.find(needle) == std::string::npos) {
        if (!receive(until)) {
            ADD_FAILURE() << "never came: " << needle << "; so far: " << received_;
            return std::exchange(received_, {});
        }
    }
    const auto end = received_.find(needle) + needle.size();
    std::string result = received_.substr(0, end);
    received_.erase(0, end);
    return result;
}

std::string RawSocket::read_answer(milliseconds wait) {
    const auto until = Time::now() + wait;
    std::string answer = read_until("\r\n\r\n", wait);
    const auto length = header_of(answer, "Content-Length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (received_.size() < size && receive(until)) {
    }
    EXPECT_GE(received_.size(), size) << "half an answer";
    answer.append(received_, 0, size);
    received_.erase(0, size);
    return answer;
}

bool RawSocket::ends_within(milliseconds wait) {
    const auto until = Time::now() + wait;
    while (receive(until)) {
    }
    return ended_;
}

void RawSocket::end_sending() {
    ::shutdown(descriptor_, SHUT_WR);
}

void RawSocket::reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(descriptor_, -1));
}

RawListener::RawListener(Script script) : script_(std::move(script)) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(descriptor_, 64), 0);
    EXPECT_EQ(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
}

RawListener::~RawListener() {
    ::shutdown(descriptor_, SHUT_RDWR);
    thread_.join();
    ::close(descriptor_);
}

void RawListener::accept_all() {
    std::vector<std::thread> conversations;
    while (true) {
        const int accepted = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0) {
            break;
        }
        const int number = accepted_++;
        conversations.emplace_back([this, accepted, number] {
            RawSocket socket(accepted);
            script_(socket, number);
        });
    }
    for (auto& conversation : conversations) {
        conversation.join();
    }
}

namespace {

Runtime::Options runtime_options(unsigned threads) {
    Runtime::Options options;
    options.workers = threads;
    options.blocking = 1;
    options.on_failure = [](std::string_view name, std::string_view what) {
        ADD_FAILURE() << name << ": " << what;
    };
    return options;
}

}  // namespace

RunningServer::RunningServer(Handler handler, ServerOptions options, unsigned threads)
    : runtime(runtime_options(threads)) {
    std::vector<boost::asio::io_context*> contexts;
    for (std::size_t i = 0; i < runtime.workers(); ++i) {
        contexts.push_back(&runtime.worker(i));
    }
    auto started = Server::start(contexts, std::move(options), std::move(handler));
    if (!started) {
        throw std::runtime_error(started.error().reason);
    }
    server = std::move(started).value();
    runtime.start();
}

RunningServer::~RunningServer() {
    server->stop();
    runtime.stop();
}

boost::asio::awaitable<Response> echo(const Request& request) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::make_shared<const std::string>(request.method + " " + request.target +
                                                        " " + request.body);
    co_return response;
}

bool eventually(const std::function<bool()>& condition, milliseconds wait) {
    const auto until = Time::now() + wait;
    while (!condition()) {
        if (Time::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(milliseconds(2));
    }
    return true;
}

int status_of(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

std::string header_of(std::string_view answer, std::string_view name) {
    const auto head = answer.substr(0, answer.find("\r\n\r\n") + 2);
    for (auto start = head.find("\r\n"); start + 2 < head.size();
         start = head.find("\r\n", start + 2)) {
        const auto line = head.substr(start + 2, head.find("\r\n", start + 2) - start - 2);
        if (istarts_with(line, name) && line.substr(name.size()).starts_with(": ")) {
            return std::string(line.substr(name.size() + 2));
        }
    }
    return {};
}

std::string body_of(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string{} : std::string(answer.substr(end + 4));
}

}  // namespace sgw::gateway::http::test
