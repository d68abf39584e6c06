#include "store/log/directory_lock.hpp"

#include <filesystem>
#include <vector>

namespace sgw::log {
namespace {

namespace fs = std::filesystem;

fs::path parent_of(const fs::path& path) {
    const auto parent = path.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

/// A new name in a directory survives power loss only once the directory itself is synced.
rocksdb::Status sync_directory(rocksdb::Env& env, const fs::path& path) {
    std::unique_ptr<rocksdb::Directory> directory;
    auto status = env.NewDirectory(path.string(), &directory);
    return status.ok() ? directory->Fsync() : status;
}

rocksdb::Status create_directories(rocksdb::Env& env, const fs::path& path) {
    std::vector<fs::path> missing;
    for (auto at = path; !at.empty() && !env.FileExists(at.string()).ok(); at = at.parent_path()) {
        missing.push_back(at);
    }
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
        auto status = env.CreateDirIfMissing(at->string());
        if (status.ok()) status = sync_directory(env, parent_of(*at));
        if (!status.ok()) return status;
    }
    // An earlier start may have ended between the two steps above. Not readable is no reason to
    // refuse.
    if (missing.empty()) sync_directory(env, parent_of(path)).PermitUncheckedError();
    return rocksdb::Status::OK();
}

rocksdb::Status try_write(rocksdb::Env& env, const fs::path& directory) {
    const auto probe = (directory / "write-probe").string();
    std::unique_ptr<rocksdb::WritableFile> file;
    auto status = env.NewWritableFile(probe, &file, {});
    if (!status.ok()) return status;
    file.reset();
    return env.DeleteFile(probe);
}

}  // namespace

ResultOr<std::unique_ptr<DirectoryLock>, OpenFailure> DirectoryLock::take(
    rocksdb::Env& env, const std::string& directory) {
    const auto path = fs::path(directory).lexically_normal();
    if (auto status = create_directories(env, path); !status.ok()) {
        return OpenFailure{"cannot create the log directory " + directory + ": " +
                           status.ToString()};
    }
    if (auto status = try_write(env, path); !status.ok()) {
        return OpenFailure{"the log directory " + directory +
                           " is not writable: " + status.ToString()};
    }
    rocksdb::FileLock* lock = nullptr;
    if (auto status = env.LockFile((path / "owner.lock").string(), &lock); !status.ok()) {
        return OpenFailure{"the log in " + directory +
                           " is in use by another schema-gateway (only one at a time may open it)"};
    }
    return std::unique_ptr<DirectoryLock>(new DirectoryLock(env, lock));
}

DirectoryLock::~DirectoryLock() {
    env_.UnlockFile(lock_).PermitUncheckedError();
}

}  // namespace sgw::log
