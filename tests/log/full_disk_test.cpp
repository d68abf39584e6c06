// A disk that is really full: a small tmpfs, which only root may mount. Without the right to, the
// tests are skipped; crash_test.cpp covers the same on a simulated disk.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/log/rocksdb_log.hpp"
#include "tests/log/log_contract.hpp"
#include "tests/log/temp_directory.hpp"

namespace sgw::log {
namespace {

constexpr std::uint64_t kibibyte = 1024;

class FullDisk : public testing::TestWithParam<std::uint64_t> {
  protected:
    void SetUp() override {
        mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=24m") == 0;
        if (!mounted_) GTEST_SKIP() << "not allowed to mount a tmpfs";
    }

    void TearDown() override {
        log_.reset();
        if (mounted_) ::umount(directory_.path().c_str());
    }

    void open(std::uint64_t reserve_bytes) {
        RocksdbLogOptions options{.directory = directory_.file("log")};
        options.write_buffer_bytes = 1024 * kibibyte;
        options.reserve_bytes = reserve_bytes;
        options.reopen_interval = std::chrono::milliseconds(0);
        auto log = open_rocksdb_log(options);
        ASSERT_TRUE(log) << log.error().reason;
        log_ = std::move(log).value();
    }

    /// Leaves about `free` bytes.
    void fill(std::uint64_t free) {
        std::ofstream filler(directory_.file("filler"), std::ios::binary);
        const std::string page(4 * kibibyte, 'x');
        while (std::filesystem::space(directory_.path()).available > free && filler.good()) {
            filler << page << std::flush;
        }
    }

    void make_room() { std::filesystem::remove(directory_.file("filler")); }

    std::string incompressible() {
        std::string body(60'000, '\0');
        for (auto& byte : body) byte = static_cast<char>(random_());
        return body;
    }

    /// Appends `body` where `certain` ends and keeps it; after an Unknown, once the log can tell.
    AppendOutcome append(std::string body) {
        const auto one = draft(std::move(body));
        auto outcome = log_->append(1 + certain_.size(), {&one, 1});
        if (std::holds_alternative<Appended>(outcome)) certain_.push_back(one.body);
        if (std::holds_alternative<Unknown>(outcome)) in_doubt_ = one.body;
        return outcome;
    }

    void expect_entries() {
        auto found = bodies(*log_);
        if (!in_doubt_.empty() && found.size() == certain_.size() + 1) {
            certain_.push_back(in_doubt_);
        }
        in_doubt_.clear();
        EXPECT_TRUE(found == certain_) << found.size() << " instead of " << certain_.size();
    }

    bool mounted_ = false;
    TempDirectory directory_;
    std::unique_ptr<Log> log_;
    std::vector<std::string> certain_;
    std::string in_doubt_;
    std::mt19937 random_{1};
};

TEST_P(FullDisk, RefusesBeforeWritingAndRecoversWithoutRestart) {
    open(2048 * kibibyte);
    for (int i = 0; i < 20; ++i) append("before " + std::to_string(i));
    fill(GetParam());
    AppendOutcome outcome = Appended{};
    for (int i = 0; i < 200 && std::holds_alternative<Appended>(outcome); ++i) {
        outcome = append(incompressible());
    }
    ASSERT_TRUE(std::holds_alternative<Unavailable>(outcome));
    expect_entries();

    make_room();
    EXPECT_TRUE(std::holds_alternative<Appended>(append("after")));
    expect_entries();
    log_.reset();
    open(0);
    expect_entries();
}

TEST_P(FullDisk, WithoutAReserveItStillTellsTheTruthAndRecovers) {
    open(0);
    for (int i = 0; i < 20; ++i) append("before " + std::to_string(i));
    fill(GetParam());
    AppendOutcome outcome = Appended{};
    for (int i = 0; i < 400 && std::holds_alternative<Appended>(outcome); ++i) {
        outcome = append(incompressible());
    }
    ASSERT_FALSE(std::holds_alternative<Appended>(outcome));
    ASSERT_FALSE(std::holds_alternative<Conflict>(outcome));
    const auto readable = log_->read(2, certain_.size());
    ASSERT_TRUE(readable) << readable.error().reason;
    EXPECT_EQ(readable.value().size(), certain_.size());

    make_room();
    expect_entries();
    EXPECT_TRUE(std::holds_alternative<Appended>(append("after")));
    expect_entries();
    log_.reset();
    open(0);
    expect_entries();
}

INSTANTIATE_TEST_SUITE_P(BytesFree,
                         FullDisk,
                         testing::Values(0,
                                         16 * kibibyte,
                                         256 * kibibyte,
                                         1024 * kibibyte,
                                         2048 * kibibyte,
                                         5000 * kibibyte));

}  // namespace
}  // namespace sgw::log
