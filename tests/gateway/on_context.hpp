// A context with a thread of its own, and coroutines on it as futures.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
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
        return boost::asio::co_spawn(context_, std::move(work), boost::asio::use_future);
    }

  private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace sgw::gateway
