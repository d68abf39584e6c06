// The catalog's state in a RocksDB database of its own, derived from the log and nothing else. It
// follows the log unsynced, stands at one sequence number at any time, and may be deleted whenever
// no gateway runs.
//
// snapshot() may be called from any thread; begin, commit, catch_up from one thread at a time (the
// writer's). All calls may block on the disk: never on an I/O thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "store/catalog/events.hpp"
#include "store/catalog/key_values.hpp"
#include "store/log/log.hpp"
#include "store/result.hpp"

namespace rocksdb {
class DB;
class Env;
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
    static ResultOr<std::unique_ptr<View>, ViewFailure> open(ViewOptions options, log::Log& log);

    /// Deletes the view's files. No gateway may have it open.
    static ResultOr<void, ViewFailure> destroy(const ViewOptions& options);

    ~View();

    std::unique_ptr<const KeyValues> snapshot() const;

    std::unique_ptr<MutableKeyValues> begin();

    /// Makes a batch from begin() visible in one step.
    ResultOr<void, ViewFailure> commit(MutableKeyValues& batch);

    /// Applies what the log has and the view has not. Also recovers from a full disk once there is
    /// space.
    ResultOr<void, ViewFailure> catch_up(log::Log& log, const OnApplied& on_applied);

  private:
    View(ViewOptions options, std::unique_ptr<rocksdb::DB> database);

    ViewOptions options_;
    std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace sgw::catalog
