// The threads of the process: N workers with an io_context each (the data plane: a connection lives
// and dies on one of them), one control context (probes, jobs, name resolution), one pool for calls
// that block and one for work that computes for long, so that neither waits for the other.
//
// start and stop are called by one thread, not one of ours; the accessors and spawn by any. Never
// logs: what fails goes to the handler given at construction.
#pragma once

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sgw::gateway {

namespace asio = boost::asio;

/// Told of every exception that reached the top of a coroutine or a thread: who failed, with what
/// text. Called from any of the runtime's threads, must not throw.
using FailureHandler = std::function<void(std::string_view name, std::string_view what)>;

class Runtime {
  public:
    struct Options {
        unsigned workers = 2;
        unsigned blocking = 8;
        FailureHandler on_failure;  // none: one line on stderr
        unsigned computing = std::max(2U, std::thread::hardware_concurrency());
    };

    explicit Runtime(Options options);
    /// Stops if that was not done.
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    void start();

    /// No job begins in the pools any more; who waits for one waits for ever.
    void drop_queued_jobs();

    /// Drops what is queued, waits for what runs, ends the threads. Suspended coroutines end with
    /// the runtime, so what they refer to has to outlive it. Stop servers first: they drain.
    void stop();

    std::size_t workers() const { return contexts_.size() - 1; }
    asio::io_context& worker(std::size_t index) { return *contexts_[index]; }
    asio::io_context& control() { return *contexts_.back(); }
    asio::thread_pool& pool() { return pool_; }
    asio::thread_pool& computing() { return computing_; }

  private:
    using Work = asio::executor_work_guard<asio::io_context::executor_type>;

    void run(asio::io_context& context, const std::string& name);

    FailureHandler on_failure_;
    std::vector<std::unique_ptr<asio::io_context>> contexts_;  // the workers, then control
    asio::thread_pool pool_;  // before the contexts that its jobs return to
    asio::thread_pool computing_;
    std::vector<Work> work_;
    std::vector<std::thread> threads_;
    bool stopped_ = false;
};

/// Starts `work` on `executor`. An exception that leaves it is reported under `name` to the failure
/// handler of the runtime that owns the executor, instead of being swallowed or ending the thread.
void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, std::string name);

namespace detail {
/// Runs `job` on the pool, then resumes the caller on its own executor. `job` must not throw.
/// False: it had not begun by the deadline, and never will.
asio::awaitable<bool> run_on_pool(asio::thread_pool& pool,
                                  std::function<void()> job,
                                  std::chrono::steady_clock::time_point deadline);
}  // namespace detail

/// A job whose turn did not come in time.
struct Overdue : std::runtime_error {
    Overdue() : std::runtime_error("its turn did not come in time") {}
};

/// Runs a blocking `job` on the pool and resumes the caller, on its own executor, with the result;
/// an exception of the job is thrown there. A job that owns something must be a named variable
/// moved in, not a lambda written inside the co_await expression (g++ 12 destroys such a temporary
/// twice). A job whose turn does not come before the deadline is not run: Overdue is thrown, then
/// and not later. Never call it after stop.
template <class Job>
asio::awaitable<std::invoke_result_t<Job&>> offload(
    asio::thread_pool& pool,
    Job job,
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max()) {
    using Value = std::invoke_result_t<Job&>;
    constexpr bool is_void = std::is_void_v<Value>;
    std::optional<std::conditional_t<is_void, std::monostate, Value>> value;
    std::exception_ptr failure;
    auto run = [&]() noexcept {
        try {
            if constexpr (is_void) {
                job();
            } else {
                value.emplace(job());
            }
        } catch (...) {
            failure = std::current_exception();
        }
    };
    std::function<void()> erased = std::ref(run);
    const bool began = co_await detail::run_on_pool(pool, std::move(erased), deadline);
    if (!began) throw Overdue{};
    if (failure) {
        std::rethrow_exception(failure);
    }
    if constexpr (!is_void) {
        co_return std::move(*value);
    }
}

/// From so many bytes on, reading, comparing or packing something is not done on an I/O thread.
inline constexpr std::size_t large_bytes = std::size_t{64} * 1024;

/// Runs `job`, which works through `bytes` bytes: here when they are few, else on the pool, so that
/// one huge body does not hold up the other connections of the caller's thread.
template <class Job>
asio::awaitable<std::invoke_result_t<Job&>> offload_if_large(asio::thread_pool& pool,
                                                             std::size_t bytes,
                                                             Job job) {
    if (bytes < large_bytes) co_return job();
    co_return co_await offload(pool, std::move(job));
}

}  // namespace sgw::gateway
