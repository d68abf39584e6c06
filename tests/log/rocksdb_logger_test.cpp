#include "store/log/rocksdb_logger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sgw::log {
namespace {

TEST(RocksdbLogger, PassesOnWarningsAndErrorsOnly) {
    std::vector<std::string> lines;
    const auto logger =
        make_rocksdb_logger([&](std::string_view line) { lines.emplace_back(line); });
    rocksdb::Debug(logger, "debug %d", 1);
    rocksdb::Info(logger, "info %d", 2);
    rocksdb::Header(logger, "header %d", 3);
    rocksdb::Warn(logger, "warning %d\n", 4);
    rocksdb::Error(logger, "error %s", "5");
    rocksdb::Fatal(logger, "fatal %s", std::string(5000, 'x').c_str());
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "warning 4");
    EXPECT_EQ(lines[1], "error 5");
    EXPECT_EQ(lines[2], "fatal " + std::string(1017, 'x'));
}

TEST(RocksdbLogger, DropsEverythingWithoutASink) {
    const auto logger = make_rocksdb_logger({});
    rocksdb::Error(logger, "error %d", 1);
}

}  // namespace
}  // namespace sgw::log
