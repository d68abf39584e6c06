// A writer over a log that fails as it is told, and a context to wait for its answers on.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "store/catalog/writer.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/gateway/on_context.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::gateway {

class FaultyWriter : public testing::Test {
  protected:
    log::TempDirectory directory_;
    log::MemoryLog memory_log_;
    log::FaultLog log_{memory_log_};
    std::unique_ptr<catalog::View> view_ =
        catalog::open_view(catalog::view_in(directory_.file("view")), log_);
    OnContext context_;
    std::unique_ptr<catalog::Writer> writer_ = std::make_unique<catalog::Writer>(
        log_, *view_, [](log::Sequence, const catalog::Events&) {}, [] { return 1; });
};

}  // namespace sgw::gateway
