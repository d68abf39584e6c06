#include "tests/log/unsynced_env.hpp"

#include <rocksdb/system_clock.h>

#include <filesystem>
#include <utility>

namespace sgw::log {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string normal(const std::string& path) {
    auto result = std::filesystem::path(path).lexically_normal().string();
    if (result.ends_with('/')) result.pop_back();
    return result;
}

class UnsyncedFile final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    UnsyncedFile(SimulatedDisk& disk,
                 SimulatedDisk::File state,
                 std::unique_ptr<rocksdb::FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), state_(std::move(state)) {}

    IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
        return disk_.append(*state_, *target(), data);
    }
    IOStatus Append(const Slice& data,
                    const IOOptions&,
                    const rocksdb::DataVerificationInfo&,
                    IODebugContext*) override {
        return disk_.append(*state_, *target(), data);
    }
    IOStatus Truncate(std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus Sync(const IOOptions&, IODebugContext*) override { return disk_.sync(*state_); }
    IOStatus Fsync(const IOOptions&, IODebugContext*) override { return disk_.sync(*state_); }
    IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();  // promises nothing
    }
    void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
    IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::OK();
    }

  private:
    SimulatedDisk& disk_;
    SimulatedDisk::File state_;
};

class UnsyncedDirectory final : public rocksdb::FSDirectoryWrapper {
  public:
    UnsyncedDirectory(SimulatedDisk& disk,
                      std::string path,
                      std::unique_ptr<rocksdb::FSDirectory> directory)
        : FSDirectoryWrapper(std::move(directory)), disk_(disk), path_(std::move(path)) {}

    IOStatus Fsync(const IOOptions&, IODebugContext*) override {
        return disk_.sync_directory(path_);
    }
    IOStatus FsyncWithDirOptions(const IOOptions&,
                                 IODebugContext*,
                                 const rocksdb::DirFsyncOptions&) override {
        return disk_.sync_directory(path_);
    }

  private:
    SimulatedDisk& disk_;
    std::string path_;
};

class UnsyncedFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit UnsyncedFileSystem(SimulatedDisk& disk)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

    const char* Name() const override { return "UnsyncedFileSystem"; }

    IOStatus NewWritableFile(const std::string& name,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSWritableFile> real;
        SimulatedDisk::File state;
        auto status = disk_.create(
            normal(name),
            [&] { return target()->NewWritableFile(name, options, &real, debug); },
            state);
        if (status.ok()) {
            *file = std::make_unique<UnsyncedFile>(disk_, std::move(state), std::move(real));
        }
        return status;
    }

    IOStatus NewDirectory(const std::string& name,
                          const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* directory,
                          IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSDirectory> real;
        auto status = target()->NewDirectory(name, options, &real, debug);
        if (status.ok()) {
            *directory = std::make_unique<UnsyncedDirectory>(disk_, normal(name), std::move(real));
        }
        return status;
    }

    IOStatus DeleteFile(const std::string& name, const IOOptions&, IODebugContext*) override {
        return disk_.remove(normal(name));
    }

    IOStatus RenameFile(const std::string& from,
                        const std::string& to,
                        const IOOptions&,
                        IODebugContext*) override {
        return disk_.rename(normal(from), normal(to));
    }

    IOStatus CreateDir(const std::string& name, const IOOptions&, IODebugContext*) override {
        return disk_.make_directory(normal(name));
    }

    IOStatus CreateDirIfMissing(const std::string& name,
                                const IOOptions&,
                                IODebugContext*) override {
        return std::filesystem::is_directory(name) ? IOStatus::OK()
                                                   : disk_.make_directory(normal(name));
    }

    IOStatus GetFreeSpace(const std::string& path,
                          const IOOptions& options,
                          std::uint64_t* free,
                          IODebugContext* debug) override {
        auto status = target()->GetFreeSpace(path, options, free, debug);
        *free = disk_.reported_space(*free);
        return status;
    }

    // Ways to change the disk that RocksDB has not needed here; refused, so that none goes
    // unnoticed.
    IOStatus ReopenWritableFile(const std::string&,
                                const FileOptions&,
                                std::unique_ptr<rocksdb::FSWritableFile>*,
                                IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus ReuseWritableFile(const std::string&,
                               const std::string&,
                               const FileOptions&,
                               std::unique_ptr<rocksdb::FSWritableFile>*,
                               IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus NewRandomRWFile(const std::string&,
                             const FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomRWFile>*,
                             IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus LinkFile(const std::string&,
                      const std::string&,
                      const IOOptions&,
                      IODebugContext*) override {
        return IOStatus::NotSupported();
    }
    IOStatus Truncate(const std::string&, std::size_t, const IOOptions&, IODebugContext*) override {
        return IOStatus::NotSupported();
    }

  private:
    SimulatedDisk& disk_;
};

class SleeplessClock final : public rocksdb::SystemClockWrapper {
  public:
    SleeplessClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}

    const char* Name() const override { return "SleeplessClock"; }
    void SleepForMicroseconds(int) override {}
};

class ComposedEnv final : public rocksdb::EnvWrapper {
  public:
    explicit ComposedEnv(const std::shared_ptr<rocksdb::Env>& env) : EnvWrapper(env) {
        file_system_ = env->GetFileSystem();
        system_clock_ = std::make_shared<SleeplessClock>();
    }

    const char* Name() const override { return "UnsyncedEnv"; }
};

}  // namespace

UnsyncedEnv::UnsyncedEnv() : root_(directory_.file("disk")), disk_(directory_.file("trash")) {
    std::filesystem::create_directory(root_);
    std::filesystem::create_directory(directory_.file("trash"));
    env_ = std::make_unique<ComposedEnv>(
        rocksdb::NewCompositeEnv(std::make_shared<UnsyncedFileSystem>(disk_)));
}

UnsyncedEnv::~UnsyncedEnv() = default;

}  // namespace sgw::log
