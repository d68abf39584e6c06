// The engines that the contract suite runs against.
#include <utility>

#include "store/log/rocksdb_log.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/log_contract.hpp"
#include "tests/log/memory_log.hpp"
#include "tests/log/temp_directory.hpp"
#include "tests/log/unsynced_env.hpp"

namespace sgw::log {
namespace {

class RocksdbStorage final : public Storage {
  public:
    std::unique_ptr<Log> open() override {
        auto log = open_rocksdb_log({.directory = directory_.file("log")});
        if (!log) ADD_FAILURE() << log.error().reason;
        return log ? std::move(log).value() : nullptr;
    }

  private:
    TempDirectory directory_;
};

/// Between two openings the power fails.
class UnsyncedStorage final : public Storage {
  public:
    std::unique_ptr<Log> open() override {
        env_.disk().power_off_after(0);
        env_.disk().power_on(0);
        RocksdbLogOptions options{.directory = env_.root() + "/log"};
        options.env = env_.env();
        auto log = open_rocksdb_log(options);
        if (!log) ADD_FAILURE() << log.error().reason;
        return log ? std::move(log).value() : nullptr;
    }

  private:
    UnsyncedEnv env_;
};

class MemoryStorage final : public Storage {
  public:
    std::unique_ptr<Log> open() override { return std::make_unique<MemoryLog>(state_); }

  private:
    std::shared_ptr<MemoryLogState> state_ = std::make_shared<MemoryLogState>();
};

const Engine rocksdb{"rocksdb", std::make_unique<RocksdbStorage>};
const Engine power_loss{"power_loss", std::make_unique<UnsyncedStorage>};
const Engine memory{"memory", std::make_unique<MemoryStorage>};

std::unique_ptr<Log> with_fault_log(std::unique_ptr<Log> inner) {
    return std::make_unique<FaultLog>(std::move(inner));
}

INSTANTIATE_TEST_SUITE_P(
    Engines,
    LogContract,
    testing::Values(rocksdb, power_loss, memory, wrapped("faults", rocksdb, with_fault_log)),
    engine_name);

}  // namespace
}  // namespace sgw::log
