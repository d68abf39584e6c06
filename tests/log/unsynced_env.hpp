// A rocksdb::Env over a SimulatedDisk in a temporary directory: it loses at power loss what was not
// synced. Threads: as SimulatedDisk. It never sleeps, though RocksDB waits a second after some
// errors.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "tests/log/simulated_disk.hpp"
#include "tests/log/temp_directory.hpp"

namespace sgw::log {

class UnsyncedEnv {
  public:
    UnsyncedEnv();
    ~UnsyncedEnv();
    UnsyncedEnv(const UnsyncedEnv&) = delete;
    UnsyncedEnv& operator=(const UnsyncedEnv&) = delete;

    SimulatedDisk& disk() { return disk_; }

    /// For everything under root(); outlives whatever uses it.
    rocksdb::Env* env() { return env_.get(); }
    const std::string& root() const { return root_; }

  private:
    TempDirectory directory_;
    std::string root_;
    SimulatedDisk disk_;
    std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace sgw::log
