// The engines that the contract suite runs against.
#include <utility>

#include "store/log/rocksdb_log.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/log_contract.hpp"
#include "tests/log/memory_log.hpp"
#include "tests/log/temp_directory.hpp"

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

class MemoryStorage final : public Storage {
  public:
    std::unique_ptr<Log> open() override { return std::make_unique<MemoryLog>(state_); }

  private:
    std::shared_ptr<MemoryLogState> state_ = std::make_shared<MemoryLogState>();
};

const Engine rocksdb{"rocksdb", std::make_unique<RocksdbStorage>};
const Engine memory{"memory", std::make_unique<MemoryStorage>};

std::unique_ptr<Log> with_fault_log(std::unique_ptr<Log> inner) {
    return std::make_unique<FaultLog>(std::move(inner));
}

INSTANTIATE_TEST_SUITE_P(Engines,
                         LogContract,
                         testing::Values(rocksdb,
                                         memory,
                                         wrapped("faults", rocksdb, with_fault_log)),
                         engine_name);

}  // namespace
}  // namespace sgw::log
