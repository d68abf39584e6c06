#include "gateway/runtime.hpp"

#include <pthread.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <iostream>

#include "gateway/mailbox.hpp"

namespace sgw::gateway {

namespace {

using Clock = std::chrono::steady_clock;

std::string describe(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& exception) {
        return exception.what();
    } catch (...) {
        return "unknown exception";
    }
}

/// Hangs the failure handler on a context, where spawn finds it.
class FailureSink : public asio::execution_context::service {
  public:
    static inline asio::execution_context::id id;

    explicit FailureSink(asio::execution_context& owner, FailureHandler handler = {})
        : service(owner), handler_(std::move(handler)) {}

    void report(std::string_view name, std::string_view what) const {
        if (handler_) {
            handler_(name, what);
        } else {
            std::cerr << name << " failed: " << what << '\n';
        }
    }

  private:
    void shutdown() override {}

    FailureHandler handler_;
};

}  // namespace

Runtime::Runtime(Options options)
    : on_failure_(std::move(options.on_failure)),
      pool_(std::max(1U, options.blocking)),
      computing_(std::max(1U, options.computing)) {
    const unsigned contexts = std::max(1U, options.workers) + 1;
    for (unsigned i = 0; i < contexts; ++i) {
        auto context = std::make_unique<asio::io_context>(1);
        asio::make_service<FailureSink>(*context, on_failure_);
        work_.push_back(asio::make_work_guard(*context));
        contexts_.push_back(std::move(context));
    }
}

Runtime::~Runtime() {
    stop();
}

void Runtime::start() {
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        const bool is_control = i + 1 == contexts_.size();
        std::string name = is_control ? "sgw-control" : "sgw-io-" + std::to_string(i);
        threads_.emplace_back([this, i, name = std::move(name)] { run(*contexts_[i], name); });
    }
}

void Runtime::run(asio::io_context& context, const std::string& name) {
    pthread_setname_np(pthread_self(), name.c_str());
    while (true) {
        try {
            context.run();
            return;
        } catch (...) {
            asio::use_service<FailureSink>(context).report(name,
                                                           describe(std::current_exception()));
        }
    }
}

void Runtime::stop() {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    // The pools first: their jobs return to contexts that still run.
    drop_queued_jobs();
    pool_.join();
    computing_.join();
    work_.clear();
    for (auto& context : contexts_) {
        context->stop();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
}

void Runtime::drop_queued_jobs() {
    pool_.stop();
    computing_.stop();
}

void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, std::string name) {
    auto report = [executor, name = std::move(name)](const std::exception_ptr& failure) {
        if (failure) {
            asio::execution_context& context = asio::query(executor, asio::execution::context);
            asio::use_service<FailureSink>(context).report(name, describe(failure));
        }
    };
    asio::co_spawn(executor, std::move(work), std::move(report));
}

namespace detail {

// Not co_spawn on the pool: that queues a second time, behind everybody, only to return.
asio::awaitable<bool> run_on_pool(asio::thread_pool& pool,
                                  std::function<void()> job,
                                  Clock::time_point deadline) {
    const Mailbox<std::monostate> done(co_await asio::this_coro::executor);
    const auto decided = std::make_shared<std::atomic<bool>>(false);  // to begin, or not to
    auto turn = [done, decided, deadline, job = std::move(job)] {
        if (Clock::now() >= deadline || decided->exchange(true)) return;
        job();
        done.put({});
    };
    asio::post(pool, std::move(turn));
    if (co_await done.take(deadline)) co_return true;
    if (!decided->exchange(true)) co_return false;
    co_await done.take(Clock::time_point::max());
    co_return true;
}

}  // namespace detail

}  // namespace sgw::gateway
