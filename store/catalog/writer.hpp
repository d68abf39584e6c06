// The one writer of a gateway: takes all waiting commands, decides them in order against the view
// plus the batch so far, appends the batch to the log with one sync, applies it to the view, and
// only then answers. So every entry was valid at the very state it was applied to, and no reader
// sees what is not durable.
//
// What waits is bounded, in number and in bytes: a disk that hangs or crawls must not fill the
// memory.
//
// submit and stop may be called from any thread; decisions, feed and completions run on the
// writer's own thread and must be short. Completions always come, in the order of submission, also
// at stop; but for what is refused at once, on the caller's thread. Feed and completions do not
// throw. A decision that throws is refused alone, as unavailable.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/view.hpp"
#include "store/log/log.hpp"

namespace sgw::catalog {

/// What the command was prepared against has changed: prepare it again.
struct Stale {};

struct Command {
    log::Origin origin;
    /// Pure: the events to append at this state; none means there is nothing to do. May run more
    /// than once.
    std::function<ResultOr<Events, Stale>(const Queries&)> decide;
    /// Not decided by then, it is refused and not written.
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    /// About what it holds in memory.
    std::size_t bytes = 0;
};

/// The state up to this sequence is durable and visible.
struct Committed {
    log::Sequence sequence = 0;
};

struct WriteFailure {
    enum class Kind {
        stale,        // nothing of this command was written; prepare again
        unavailable,  // nothing of this command was written; `reason` says why
        unknown,      // this command's entry is in the log, or may be, and cannot be seen yet
    };
    Kind kind = Kind::unavailable;
    std::string reason;
};

using WriteResult = ResultOr<Committed, WriteFailure>;

/// What may wait. A command that is larger than all of `bytes` may wait alone.
struct WriterLimits {
    std::size_t commands = 4096;
    std::size_t bytes = std::size_t{64} * 1024 * 1024;
};

/// Commands that were refused since the start.
struct WriterRefusals {
    std::uint64_t full = 0;     // too many waited
    std::uint64_t overdue = 0;  // their deadline passed
};

class Writer {
  public:
    using Done = std::function<void(WriteResult)>;
    using NowMs = std::function<std::int64_t()>;  // Unix time

    /// `on_applied` hears of every entry, ours or not, after it is visible and before it is
    /// answered.
    Writer(log::Log& log,
           View& view,
           View::OnApplied on_applied,
           NowMs now_ms,
           WriterLimits limits = {});
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Unavailable at once when too many wait, and after stop.
    void submit(Command command, Done done);

    WriterRefusals refusals() const { return {full_, overdue_}; }  // from any thread

    /// Finishes what was submitted, then ends the thread.
    void stop();

  private:
    struct Waiting {
        Command command;
        Done done;
    };
    struct Decision;
    /// Commands that were decided together, and what they append.
    struct Decided;

    std::optional<WriteFailure> refusal_of(const Command& command);
    void run();
    std::vector<Waiting> take();
    void write(std::vector<Waiting> waiting);
    ResultOr<Decided, WriteFailure> append_some(const std::vector<Waiting>& waiting);
    ResultOr<Decided, WriteFailure> decide(const std::vector<Waiting>& waiting);
    Decision decide_one(const Command& command, const Queries& state, Decided& decided);
    /// True when `decided` is in the log.
    ResultOr<bool, WriteFailure> append(const Decided& decided);
    ResultOr<bool, WriteFailure> resolve_unknown(const Decided& decided, std::string reason);
    void show(Decided& decided);
    ResultOr<void, WriteFailure> catch_up();

    log::Log& log_;
    View& view_;
    View::OnApplied on_applied_;
    NowMs now_ms_;

    const WriterLimits limits_;
    std::atomic<std::uint64_t> full_ = 0;
    std::atomic<std::uint64_t> overdue_ = 0;

    std::mutex mutex_;  // guards the queue and stopping_
    std::condition_variable wake_;
    std::deque<Waiting> queue_;
    std::size_t queue_bytes_ = 0;
    bool stopping_ = false;
    bool behind_ = false;  // the log may hold entries that the view lacks; writer's thread only

    std::thread thread_;
};

}  // namespace sgw::catalog
