// The embedded engine: the log in a RocksDB database of its own, one gateway per directory.
//
// One synced WriteBatch per append. A directory belongs to one open log at a time, over all
// processes. Threads: as log.hpp says. Never writes anything that is not an append, and never
// answers Appended before the disk has it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "store/log/log.hpp"
#include "store/log/rocksdb_logger.hpp"
#include "store/result.hpp"

namespace sgw::log {

struct RocksdbLogOptions {
    std::string directory;  // created when missing, its parents too
    InfoSink info_sink{};   // RocksDB's warnings; empty: dropped

    rocksdb::Env* env = nullptr;  // the default one; tests pass their own. Outlives the log
    std::size_t write_buffer_bytes = 4UL * 1024 * 1024;

    /// Appends stop (Unavailable) while less than this is free, so that RocksDB's own flushes find
    /// room and an append is refused before it is written rather than half-way.
    std::uint64_t reserve_bytes = 8UL * 1024 * 1024;

    /// After a failed attempt to open the database again: the least time before the next.
    std::chrono::milliseconds reopen_interval{500};
};

/// One line that names the directory.
struct OpenFailure {
    std::string reason;
};

/// Opens or creates. Refuses a directory in use or not writable, a newer format, a damaged or
/// incomplete tail.
ResultOr<std::unique_ptr<Log>, OpenFailure> open_rocksdb_log(const RocksdbLogOptions& options);

}  // namespace sgw::log
