// What every log engine must do. An engine adds one line:
//
//   INSTANTIATE_TEST_SUITE_P(MyEngine, LogContract, testing::Values(Engine{"name", make_storage}),
//   engine_name);
//
// where make_storage returns a Storage over empty storage. The tests themselves are in
// log_contract.cpp.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "store/log/log.hpp"

namespace sgw::log {

/// The place where one log is kept, empty at first.
class Storage {
  public:
    virtual ~Storage() = default;

    /// Opens what is there; called again only after the Log of the last call is gone. Fails the
    /// test, and returns null, when it cannot.
    virtual std::unique_ptr<Log> open() = 0;
};

struct Engine {
    std::string name;
    std::function<std::unique_ptr<Storage>()> make_storage;
};

inline std::ostream& operator<<(std::ostream& out, const Engine& engine) {
    return out << engine.name;
}

inline std::string engine_name(const testing::TestParamInfo<Engine>& info) {
    return info.param.name;
}

class LogContract : public testing::TestWithParam<Engine> {
  protected:
    void SetUp() override;
    void reopen();

    std::unique_ptr<Storage> storage_;
    std::unique_ptr<Log> log_;
};

Draft draft(std::string body);

/// The bodies of all entries after the first, which names the log; fails the test when sequences
/// have gaps.
std::vector<std::string> bodies(Log& log);

/// Opens one engine and wraps another Log around each Log that it returns.
Engine wrapped(std::string name,
               Engine inner,
               std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap);

}  // namespace sgw::log
