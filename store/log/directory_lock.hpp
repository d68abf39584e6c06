// The right to use a directory, so that no two open logs ever write one.
//
// Held by RAII; take() blocks on the disk only, never on the other holder.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "store/log/rocksdb_log.hpp"
#include "store/result.hpp"

namespace sgw::log {

/// Excludes other processes and other holders within this one. Separate from the LOCK of RocksDB,
/// which is free for a moment whenever the engine opens its database again.
class DirectoryLock {
  public:
    /// Creates the directory when it is missing.
    static ResultOr<std::unique_ptr<DirectoryLock>, OpenFailure> take(rocksdb::Env& env,
                                                                      const std::string& directory);
    ~DirectoryLock();
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;

  private:
    DirectoryLock(rocksdb::Env& env, rocksdb::FileLock* lock) : env_(env), lock_(lock) {}

    rocksdb::Env& env_;
    rocksdb::FileLock* lock_;
};

}  // namespace sgw::log
