// The catalog's state in a RocksDB database of its own, derived from the log and nothing else. It
// follows the log unsynced, stands at one sequence number at any time, and may be deleted whenever
// no gateway runs.
//
// snapshot() may be called from any thread and never waits for the others; begin, commit, catch_up
// from one thread at a time (the writer's). All calls may block on the disk: never on an I/O
// thread. Only what snapshot() and begin() return throws (ViewUnreadable).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/catalog/events.hpp"
#include "store/catalog/key_values.hpp"
#include "store/log/log.hpp"
#include "store/result.hpp"

namespace rocksdb {
class DB;
class Env;
class Status;
}  // namespace rocksdb

namespace sgw::catalog {

struct ViewOptions {
    std::string directory;
    rocksdb::Env* env = nullptr;                      // nullptr: the real file system
    std::function<void(std::string_view)> on_notice;  // RocksDB's warnings and ours, one line each
};

/// Why the view cannot be opened or cannot follow: one line for people.
struct ViewFailure {
    std::string reason;
};

class View {
  public:
    /// Called once for every entry that becomes visible, in order, on the thread that applied it.
    using OnApplied = std::function<void(log::Sequence, const Events&)>;

    /// Opens the view of this log; one that is missing, damaged, of another log or of another
    /// format is begun anew. The view then stands at the log's head.
    static ResultOr<std::unique_ptr<View>, ViewFailure> open(const ViewOptions& options,
                                                             log::Log& log);

    /// Deletes the view's files. No gateway may have it open.
    static ResultOr<void, ViewFailure> destroy(const ViewOptions& options);

    ~View();

    /// There is always one, also while the view recovers. Short-lived: one that was made before a
    /// failure of the disk holds the recovery up.
    std::unique_ptr<const KeyValues> snapshot() const;

    /// Changes over the newest state, for commit; reads see them.
    class Batch : public MutableKeyValues {
        friend class View;
        virtual rocksdb::Status write() = 0;
    };
    std::unique_ptr<Batch> begin();

    /// Makes the batch visible in one step; the caller tells of its entries. After a failure it may
    /// be visible all the same, once the view has recovered.
    ResultOr<void, ViewFailure> commit(Batch& batch);

    /// Applies what the log has and the view has not, and tells of every entry that nobody was told
    /// of. Also recovers from a failure of the disk, or a full one, once that is over.
    ResultOr<void, ViewFailure> catch_up(log::Log& log, const OnApplied& on_applied);

  private:
    using Applied = std::pair<log::Sequence, Events>;

    /// Tells of what a write has left visible that was taken for failed.
    ResultOr<void, ViewFailure> tell_untold(log::Log& log, const OnApplied& on_applied);
    /// Applies the next entries in one step; none when the log has no more.
    ResultOr<std::vector<Applied>, ViewFailure> apply_page(log::Log& log);

    ResultOr<void, ViewFailure> recover();
    rocksdb::Status resume();
    rocksdb::Status reopen();
    std::shared_ptr<rocksdb::DB> database() const;
    std::shared_ptr<rocksdb::DB> serve_from(std::shared_ptr<rocksdb::DB> database);

    View(ViewOptions options, std::shared_ptr<rocksdb::DB> database);

    const ViewOptions options_;

    mutable std::mutex mutex_;               // held to copy or swap the pointer, for nothing else
    std::shared_ptr<rocksdb::DB> database_;  // guarded; never empty

    // Of the writer's thread.
    bool writable_ = true;  // false: database_ is a read-only opening
    std::shared_ptr<rocksdb::DB>
        retired_;  // cannot be written any more; until its readers are done
    std::chrono::steady_clock::time_point next_recovery_{};
    log::Sequence told_;  // the last that was told of, or stood there when the view was opened
    std::chrono::milliseconds recovery_pause_;
    std::string failure_;  // of the last recovery
};

}  // namespace sgw::catalog
