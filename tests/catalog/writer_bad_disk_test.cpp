// The writer over a view whose disk fails, is full, loses power; and the view's readers meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "store/catalog/writer.hpp"
#include "tests/catalog/readers.hpp"
#include "tests/catalog/writer_fixture.hpp"
#include "tests/log/unsynced_env.hpp"

namespace sgw::catalog {
namespace {

using testing::HasSubstr;
using Kind = WriteFailure::Kind;

class WriterOnABadDisk : public WriterTest {
  protected:
    ~WriterOnABadDisk() override {
        writer_.reset();
        view_.reset();
    }

    void start_on_disk() { start_on(env_.env()); }
    void start_on(rocksdb::Env* env) { start({env_.root() + "/view", env, {}}); }

    /// Of "a", from now on.
    Readers readers() {
        return Readers(*view_,
                       [](const Queries& state) { return state.mode(subject("a")).has_value(); });
    }

    log::UnsyncedEnv env_;
};

/// Holds whoever opens a database for writing, once closed.
class LockGate final : public rocksdb::FileSystemWrapper {
  public:
    explicit LockGate(const std::shared_ptr<rocksdb::FileSystem>& target)
        : FileSystemWrapper(target) {}

    const char* Name() const override { return "LockGate"; }

    void close() { closed_ = true; }
    bool wait_for_arrival() const {
        const auto deadline = std::chrono::steady_clock::now() + long_enough;
        while (!arrived_ && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
        return arrived_;
    }
    void open() { closed_ = false; }

    rocksdb::IOStatus LockFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::FileLock** lock,
                               rocksdb::IODebugContext* debug) override {
        if (closed_) arrived_ = true;
        while (closed_) std::this_thread::yield();
        return target()->LockFile(name, options, lock, debug);
    }

  private:
    std::atomic<bool> closed_ = false;
    std::atomic<bool> arrived_ = false;
};

TEST_F(WriterOnABadDisk, AViewThatCannotBeWrittenFollowsLater) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().fail_changes(0, 1);
    const auto refused = write(command(mark("b")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unknown);
    EXPECT_THAT(refused.error().reason, HasSubstr("the view cannot be written"));
    EXPECT_EQ(in_log(mark("b")), 1);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(mode_of("b"));
    EXPECT_TRUE(write(command(mark("c"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, OfABatchThatTheViewLacksOnlyWhatIsInItIsSaidToBeUnknown) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().fail_changes(0, 1);
    expect_batch_to_fail(Kind::unknown);
    EXPECT_EQ(in_log(mark("w")), 1);
    expect_caught_up();
    EXPECT_TRUE(mode_of("w"));
    expect_heard_all();
}

/// Stores what is appended to the view's own log, and says that it has not, while it lies.
class LyingDisk final : public rocksdb::FileSystemWrapper {
  public:
    explicit LyingDisk(const std::shared_ptr<rocksdb::FileSystem>& target)
        : FileSystemWrapper(target) {}

    const char* Name() const override { return "LyingDisk"; }

    void lie(bool on) { lies_ = on; }

    rocksdb::IOStatus NewWritableFile(const std::string& name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override {
        const auto status = target()->NewWritableFile(name, options, file, debug);
        if (status.ok() && name.ends_with(".log")) {
            *file = std::make_unique<File>(std::move(*file), lies_);
        }
        return status;
    }

  private:
    class File final : public rocksdb::FSWritableFileOwnerWrapper {
      public:
        File(std::unique_ptr<rocksdb::FSWritableFile>&& target, const std::atomic<bool>& lies)
            : FSWritableFileOwnerWrapper(std::move(target)), lies_(lies) {}

        using FSWritableFileOwnerWrapper::Append;
        rocksdb::IOStatus Append(const rocksdb::Slice& data,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
            const auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
            return status.ok() && lies_ ? rocksdb::IOStatus::IOError("a lie") : status;
        }

      private:
        const std::atomic<bool>& lies_;
    };

    std::atomic<bool> lies_ = false;
};

TEST_F(WriterOnABadDisk, WhatWasStoredByAWriteThatFailedIsToldToo) {
    const auto disk = std::make_shared<LyingDisk>(env_.env()->GetFileSystem());
    const auto lying = rocksdb::NewCompositeEnv(disk);
    start_on(lying.get());
    ASSERT_TRUE(write(command(mark("a"))));
    disk->lie(true);
    const auto refused = write(command(mark("b")));
    disk->lie(false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::unknown);
    expect_caught_up();
    EXPECT_TRUE(mode_of("b"));
    expect_heard_all();
    writer_.reset();
    view_.reset();
}

TEST_F(WriterOnABadDisk, AViewWhoseDiskFailsForLongServesReadsAndFollowsLater) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().fail_changes(0, log::SimulatedDisk::unlimited);
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(write(command(mark("b"))));
        EXPECT_TRUE(mode_of("a"));
    }
    env_.disk().fail_changes(0, 0);
    expect_caught_up();  // with nobody asking
    EXPECT_TRUE(write(command(mark("c"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, SlowReadersKeepTheirSnapshotWhileTheViewRecovers) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    auto held = view_->snapshot();
    const auto before = all_of(*held);
    env_.disk().fail_changes(0, 1);
    EXPECT_FALSE(write(command(mark("b"))));
    EXPECT_FALSE(write(command(mark("c"))));  // as long as it is held
    EXPECT_EQ(all_of(*held), before);
    held.reset();
    expect_caught_up();
    EXPECT_TRUE(mode_of("b"));
    EXPECT_TRUE(write(command(mark("c"))));
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, ReadersNeverWaitForTheViewToBeOpenedAgain) {
    const auto gate = std::make_shared<LockGate>(env_.env()->GetFileSystem());
    const auto env = rocksdb::NewCompositeEnv(gate);
    start_on(env.get());
    ASSERT_TRUE(write(command(mark("a"))));
    gate->close();
    env_.disk().fail_changes(0, 1);
    EXPECT_FALSE(write(command(mark("b"))));
    EXPECT_TRUE(gate->wait_for_arrival());
    auto reading = readers();
    reading.expect_progress();
    gate->open();
    expect_caught_up();
    reading.expect_no_failure();
    EXPECT_TRUE(mode_of("b"));
    writer_.reset();
    view_.reset();
}

TEST_F(WriterOnABadDisk, ReadersAreNotDisturbedByADiskThatFailsForLong) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    auto reading = readers();
    for (int round = 0; round < 3; ++round) {
        env_.disk().fail_changes(0, log::SimulatedDisk::unlimited);
        for (int i = 0; i < 3; ++i) {
            EXPECT_FALSE(write(command(mark("b"))));
            reading.expect_progress();
        }
        env_.disk().fail_changes(0, 0);
        expect_caught_up();
    }
    reading.expect_no_failure();
    EXPECT_TRUE(write(command(mark("c"))));
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, AFullDiskRefusesWritesServesReadsAndRecovers) {
    start_on_disk();
    ASSERT_TRUE(write(command(mark("a"))));
    env_.disk().set_free_bytes(2000, log::SimulatedDisk::SpaceReport::honest);
    auto reading = readers();
    int refused = 0;
    std::vector<std::string> acknowledged{"a"};
    for (int i = 0; i < 200 && refused < 20; ++i) {
        const auto name = "s" + std::to_string(i);
        const auto result = write(command(mark(name)));
        if (result) {
            acknowledged.push_back(name);
        } else {
            EXPECT_NE(result.error().kind, Kind::stale);
            ++refused;
        }
        for (const auto& each : acknowledged) EXPECT_TRUE(mode_of(each));
    }
    EXPECT_EQ(refused, 20);
    EXPECT_GT(acknowledged.size(), 1U);
    env_.disk().set_free_bytes(log::SimulatedDisk::unlimited,
                               log::SimulatedDisk::SpaceReport::honest);
    expect_caught_up();
    reading.expect_no_failure();
    EXPECT_TRUE(write(command(mark("after"))));
    expect_caught_up();
    expect_heard_all();
}

TEST_F(WriterOnABadDisk, APowerCutLeavesAViewThatCatchesUp) {
    start_on_disk();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(write(command(mark("s" + std::to_string(i)))));
    env_.disk().power_off_after(0);
    writer_.reset();
    view_.reset();
    env_.disk().power_on(0);
    start_on_disk();
    expect_caught_up();
}

}  // namespace
}  // namespace sgw::catalog
