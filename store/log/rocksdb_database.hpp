// The log's keys and values in one open RocksDB database: format check, batches, ranges.
// rocksdb_log.cpp decides when to open, to write and to give up; nothing else includes this.
//
// write: one thread at a time. Everything else: any thread. Never retries.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "store/log/log.hpp"
#include "store/log/rocksdb_log.hpp"

namespace sgw::log {

class RocksdbDatabase {
  public:
    enum class Access { read_write, read_only };

    /// Recovers what RocksDB's write-ahead log holds (and makes it durable, unless read-only), then
    /// checks format and tail.
    static ResultOr<std::unique_ptr<RocksdbDatabase>, OpenFailure> open(
        const RocksdbLogOptions& options, rocksdb::Env& env, Access access);

    Sequence last_at_open() const { return last_at_open_; }

    /// One batch, synced. After an error the batch may still be in the write-ahead log: only
    /// opening the database again tells.
    rocksdb::Status write(Sequence first, std::span<const Draft> drafts);

    /// Entries first .. last, which exist; fewer once they exceed max_read_bytes.
    ResultOr<std::vector<Entry>, Failure> read(Sequence first, Sequence last) const;

    /// RocksDB has met an error in the background and takes no more writes.
    bool stopped() const { return stopped_->load(); }

  private:
    RocksdbDatabase() = default;

    ResultOr<void, Failure> check_format(Access access);
    ResultOr<void, Failure> check_tail();
    ResultOr<Sequence, Failure> find_last() const;

    std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<rocksdb::DB> db_;
    Sequence last_at_open_ = 0;
};

}  // namespace sgw::log
