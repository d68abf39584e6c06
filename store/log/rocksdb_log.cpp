#include "store/log/rocksdb_log.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>

#include "store/log/directory_lock.hpp"
#include "store/log/identity.hpp"
#include "store/log/rocksdb_database.hpp"

namespace sgw::log {
namespace {

using Clock = std::chrono::steady_clock;

/// Locks are taken in the order append_mutex_, database_mutex_, head_mutex_.
class RocksdbLog final : public Log {
  public:
    RocksdbLog(RocksdbLogOptions options,
               rocksdb::Env& env,
               std::unique_ptr<DirectoryLock> directory_lock,
               std::unique_ptr<RocksdbDatabase> database)
        : options_(std::move(options)),
          env_(env),
          directory_lock_(std::move(directory_lock)),
          database_(std::move(database)),
          position_{.head = database_->last_at_open(), .in_doubt = false} {}

    void set_identity(Identity identity) { identity_ = std::move(identity); }

    const Identity& identity() const override { return identity_; }
    AppendOutcome append(Sequence expected_head, std::span<const Draft> drafts) override;
    ResultOr<std::vector<Entry>, Failure> read(Sequence from, std::size_t limit) override;
    ResultOr<Sequence, Failure> head() override;
    bool wait(Sequence sequence, Clock::time_point deadline) override;

  private:
    struct Position {
        Sequence head = 0;      // the last entry that is certainly durable
        bool in_doubt = false;  // a failed append may have put more behind it
    };

    Position position() const;
    void set_position(Position position);
    bool needs_recovery() const;
    bool is_open() const;
    std::optional<std::string> lack_of_room(std::uint64_t needed) const;
    AppendOutcome settle_failed_write(std::size_t count, const rocksdb::Status& status);
    bool recover();
    bool reopen();
    ResultOr<Position, Failure> settled_position(Sequence wanted);

    const RocksdbLogOptions options_;
    rocksdb::Env& env_;
    const std::unique_ptr<DirectoryLock> directory_lock_;
    Identity identity_;

    std::mutex append_mutex_;  // one append or recovery at a time; guards the next three
    bool failed_ = false;      // the database must be opened again before it is written
    std::string failure_;      // why the last recovery failed
    Clock::time_point next_recovery_{};

    mutable std::shared_mutex database_mutex_;   // exclusive only to replace the database
    std::unique_ptr<RocksdbDatabase> database_;  // empty, or read-only, only while failed_

    mutable std::mutex head_mutex_;
    std::condition_variable head_moved_;
    Position position_;
};

AppendOutcome RocksdbLog::append(Sequence expected_head, std::span<const Draft> drafts) {
    const std::lock_guard turn(append_mutex_);
    if (needs_recovery() && !recover()) return Unavailable{failure_};
    const auto head = position().head;
    if (head != expected_head) return Conflict{head};
    if (drafts.empty()) return Appended{head};
    std::uint64_t bytes = 0;
    for (const auto& draft : drafts) bytes += draft.body.size();
    if (auto reason = lack_of_room(options_.reserve_bytes + 2 * bytes)) {
        return Unavailable{*std::move(reason)};
    }
    const auto status = database_->write(head + 1, drafts);
    if (!status.ok()) return settle_failed_write(drafts.size(), status);
    set_position({.head = head + drafts.size(), .in_doubt = false});
    return Appended{head + drafts.size()};
}

/// RocksDB does not say whether a batch whose write or sync failed will be there after the next
/// start. Opening the database again decides it, for good: what recovery finds is rewritten and
/// synced, the rest is gone.
AppendOutcome RocksdbLog::settle_failed_write(std::size_t count, const rocksdb::Status& status) {
    const auto before = position().head;
    set_position({.head = before, .in_doubt = true});
    failed_ = true;
    const auto reason = "cannot write to " + options_.directory + ": " + status.ToString();
    if (!recover()) return Unknown{reason};
    const auto after = position().head;
    if (after == before + count) return Appended{after};
    return Unavailable{reason};
}

bool RocksdbLog::needs_recovery() const {
    // database_ is only replaced under append_mutex_, which the caller holds.
    return failed_ || database_->stopped();
}

std::optional<std::string> RocksdbLog::lack_of_room(std::uint64_t needed) const {
    std::uint64_t free = 0;
    const auto status = env_.GetFreeSpace(options_.directory, &free);
    if (!status.ok() || free >= needed) return std::nullopt;
    return "the disk of " + options_.directory + " is full (" + std::to_string(free) +
           " bytes free, " + std::to_string(needed) + " needed)";
}

bool RocksdbLog::recover() {
    failed_ = true;
    if (Clock::now() < next_recovery_) return false;
    // Until there is room, the stopped database at least goes on serving reads.
    if (auto reason = lack_of_room(options_.reserve_bytes)) {
        failure_ = *std::move(reason);
        return false;
    }
    if (!reopen()) {
        next_recovery_ = Clock::now() + options_.reopen_interval;
        return false;
    }
    failed_ = false;
    failure_.clear();
    return true;
}

bool RocksdbLog::reopen() {
    const std::unique_lock alone(database_mutex_);
    database_.reset();
    auto opened = RocksdbDatabase::open(options_, env_, RocksdbDatabase::Access::read_write);
    if (opened && opened.value()->last_at_open() < position().head) {
        opened = OpenFailure{"the log in " + options_.directory + " has lost entries after " +
                             std::to_string(opened.value()->last_at_open())};
    }
    if (opened) {
        database_ = std::move(opened).value();
        set_position({.head = database_->last_at_open(), .in_doubt = false});
        return true;
    }
    failure_ = opened.error().reason;
    auto fallback = RocksdbDatabase::open(options_, env_, RocksdbDatabase::Access::read_only);
    if (fallback) database_ = std::move(fallback).value();
    return false;
}

RocksdbLog::Position RocksdbLog::position() const {
    const std::lock_guard guard(head_mutex_);
    return position_;
}

void RocksdbLog::set_position(Position position) {
    {
        const std::lock_guard guard(head_mutex_);
        position_ = position;
    }
    head_moved_.notify_all();
}

bool RocksdbLog::is_open() const {
    const std::shared_lock guard(database_mutex_);
    return database_ != nullptr;
}

/// Where the log ends, after an attempt to resolve a doubt about whether it holds `wanted`.
ResultOr<RocksdbLog::Position, Failure> RocksdbLog::settled_position(Sequence wanted) {
    auto now = position();
    const bool certain = !now.in_doubt || wanted <= now.head;
    if (certain && is_open()) return now;
    const std::lock_guard turn(append_mutex_);
    if (needs_recovery() && !recover()) return Failure{failure_};
    return position();
}

ResultOr<std::vector<Entry>, Failure> RocksdbLog::read(Sequence from, std::size_t limit) {
    BOOST_OUTCOME_TRY(const auto position, settled_position(from));
    if (from > position.head || limit == 0) return std::vector<Entry>{};
    const auto last = from + std::min<Sequence>(limit - 1, position.head - from);
    const std::shared_lock guard(database_mutex_);
    if (!database_)
        return Failure{"the log in " + options_.directory + " could not be opened again"};
    return database_->read(from, last);
}

ResultOr<Sequence, Failure> RocksdbLog::head() {
    BOOST_OUTCOME_TRY(const auto settled, settled_position(position().head + 1));
    return settled.head;
}

bool RocksdbLog::wait(Sequence sequence, Clock::time_point deadline) {
    std::unique_lock guard(head_mutex_);
    return head_moved_.wait_until(guard, deadline, [&] { return position_.head >= sequence; });
}

std::int64_t now_ms() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

}  // namespace

ResultOr<std::unique_ptr<Log>, OpenFailure> open_rocksdb_log(const RocksdbLogOptions& options) {
    auto& env = options.env ? *options.env : *rocksdb::Env::Default();
    BOOST_OUTCOME_TRY(auto lock, DirectoryLock::take(env, options.directory));
    BOOST_OUTCOME_TRY(auto database,
                      RocksdbDatabase::open(options, env, RocksdbDatabase::Access::read_write));
    auto log = std::make_unique<RocksdbLog>(options, env, std::move(lock), std::move(database));
    auto identity = establish_identity(*log, now_ms());
    if (!identity) {
        return OpenFailure{"cannot open the log in " + options.directory + ": " +
                           identity.error().reason};
    }
    log->set_identity(std::move(identity).value());
    return std::unique_ptr<Log>(std::move(log));
}

}  // namespace sgw::log
