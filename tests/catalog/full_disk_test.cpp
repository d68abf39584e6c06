// Log and view together on a disk that is really full: a small tmpfs, which only root may mount.
// Without the right to, the tests are skipped; writer_test.cpp covers the same on a simulated disk.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "store/log/rocksdb_log.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/catalog/readers.hpp"

namespace sgw::catalog {
namespace {

constexpr std::uint64_t kibibyte = 1024;
constexpr std::chrono::seconds long_enough{30};

class FullDisk : public testing::TestWithParam<std::uint64_t> {
  protected:
    void SetUp() override {
        mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=40m") == 0;
        if (!mounted_) GTEST_SKIP() << "not allowed to mount a tmpfs";
    }

    void TearDown() override {
        stop();
        if (mounted_) ::umount(directory_.path().c_str());
    }

    void start() {
        auto log = log::open_rocksdb_log({.directory = directory_.file("log")});
        ASSERT_TRUE(log) << log.error().reason;
        log_ = std::move(log).value();
        view_ = open_view(view_in(directory_.file("view")), *log_);
        writer_ = std::make_unique<Writer>(
            *log_, *view_, [](log::Sequence, const Events&) {}, [] { return 1; });
    }

    void stop() {
        writer_.reset();
        view_.reset();
        log_.reset();
    }

    /// Leaves about `free` bytes.
    void fill(std::uint64_t free) {
        std::ofstream filler(directory_.file("filler"), std::ios::binary);
        const std::string page(4 * kibibyte, 'x');
        while (std::filesystem::space(directory_.path()).available > free && filler.good()) {
            filler << page << std::flush;
        }
    }

    /// A schema of 60 kB that does not compress.
    WriteResult write(int number) {
        std::string text(60'000, '\0');
        for (auto& byte : text) byte = static_cast<char>('0' + random_() % 64);
        const Content content{schema::Type::avro, std::move(text), {}, {}, ""};
        const Subject s = subject("s" + std::to_string(number));
        return submit_and_wait(
            *writer_,
            command({SchemaCreated{Context{}, {number}, content}, VersionAdded{s, {1}, {number}}}));
    }

    void expect_readable(const std::vector<int>& numbers) const {
        const auto snapshot = view_->snapshot();
        const Queries state(*snapshot);
        for (const auto number : numbers) {
            EXPECT_TRUE(state.schema(Context{}, {number})) << number;
            EXPECT_TRUE(state.latest(subject("s" + std::to_string(number)))) << number;
        }
    }

    bool mounted_ = false;
    log::TempDirectory directory_;
    std::mt19937 random_{1};
    std::unique_ptr<log::Log> log_;
    std::unique_ptr<View> view_;
    std::unique_ptr<Writer> writer_;
};

TEST_P(FullDisk, RefusesWritesServesReadsAndRecoversWithoutARestart) {
    start();
    ASSERT_TRUE(write(1));
    std::vector<int> acknowledged{1};
    auto reading = std::make_unique<Readers>(*view_, [](const Queries& state) {
        return state.schema(Context{}, {1}) && state.latest(subject("s1"));
    });
    fill(GetParam());
    int number = 1;
    for (int refused = 0; refused < 10 && number < 1000;) {
        if (const auto result = write(++number)) {
            acknowledged.push_back(number);
        } else {
            EXPECT_EQ(result.error().kind, WriteFailure::Kind::unavailable);
            EXPECT_NE(result.error().reason, "");
            ++refused;
        }
    }
    ASSERT_LT(number, 1000) << "the disk was never full";
    expect_readable(acknowledged);
    reading->expect_progress();

    std::filesystem::remove(directory_.file("filler"));
    const auto deadline = std::chrono::steady_clock::now() + long_enough;
    while (!write(++number)) ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    acknowledged.push_back(number);
    expect_readable(acknowledged);
    EXPECT_EQ(contents_of(*view_), rebuilt_from(*log_));
    reading->expect_no_failure();
    reading.reset();
    stop();
    start();
    expect_readable(acknowledged);
    EXPECT_EQ(contents_of(*view_), rebuilt_from(*log_));
}

INSTANTIATE_TEST_SUITE_P(FreeBytes,
                         FullDisk,
                         testing::Values(0,
                                         20 * kibibyte,
                                         200 * kibibyte,
                                         2000 * kibibyte,
                                         5000 * kibibyte,
                                         10000 * kibibyte,
                                         13000 * kibibyte,
                                         16000 * kibibyte,
                                         24000 * kibibyte));

}  // namespace
}  // namespace sgw::catalog
