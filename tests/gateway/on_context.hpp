// A context with a thread of its own, and coroutines on it as futures. Declared before the pools
// whose threads hand something over to it: they hold on to it until they have ended.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace sgw::gateway {

class OnContext {
  public:
    OnContext() : work_(make_work_guard(context_)), thread_([this] { context_.run(); }) {}
    ~OnContext() {
        work_.reset();
        thread_.join();
    }
    OnContext(const OnContext&) = delete;
    OnContext& operator=(const OnContext&) = delete;

    boost::asio::io_context::executor_type executor() { return context_.get_executor(); }

    template <class Value>
    std::future<Value> run(boost::asio::awaitable<Value> work) {
        auto promise = std::make_shared<std::promise<Value>>();
        auto future = promise->get_future();
        boost::asio::co_spawn(
            context_, deliver(std::move(work), promise), [promise](std::exception_ptr failure) {
                if (failure) promise->set_exception(failure);
            });
        return future;
    }

  private:
    template <class Value>
    static boost::asio::awaitable<void> deliver(boost::asio::awaitable<Value> work,
                                                std::shared_ptr<std::promise<Value>> promise) {
        auto value = co_await std::move(work);
        promise->set_value(std::move(value));
    }

    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace sgw::gateway
