// What a disk remembers: bytes up to the last sync of their file, names (created, renamed, deleted)
// up to the last sync of their directory. Keeps book over real files and, when the power comes
// back, makes them look that way. SIGKILL keeps the page cache and so proves nothing about sync;
// this does.
//
// It also runs out of space and fails on demand. Any thread, except power_on: then no file may be
// open.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sgw::log {

class SimulatedDisk {
  public:
    using IOStatus = rocksdb::IOStatus;

    struct FileState {
        std::uint64_t size = 0;
        std::uint64_t synced = 0;
    };
    using File = std::shared_ptr<FileState>;

    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max() / 2;

    /// `trash`: an existing directory on the same file system, for what may have to be brought
    /// back.
    explicit SimulatedDisk(std::string trash) : trash_(std::move(trash)) {}

    // What a test does.

    /// Changes to the disk so far: every append, sync, creation, rename and deletion is one.
    std::uint64_t changes();

    /// After this many more changes (0: now) no change succeeds; an append that is hit is cut in
    /// half.
    void power_off_after(std::uint64_t changes);

    /// Forgets what was not synced. `keep` picks how much of the unsynced happens to be there none
    /// the less, as a real disk may: 0 nothing, else a part of the names in order and of each
    /// file's bytes.
    void power_on(std::uint32_t keep);

    /// The changes `after` .. `after + count - 1` from now fail with an I/O error; appends are cut
    /// in half.
    void fail_changes(std::uint64_t after, std::uint64_t count);

    /// What the file system says about free space when asked; a quota, say, is not in that answer.
    enum class SpaceReport { honest, always_plenty };

    /// From now on only so many bytes can be appended.
    void set_free_bytes(std::uint64_t bytes, SpaceReport report);

    /// From now on a sync is answered without being done.
    void ignore_syncs();

    // What the file system on top of it does. Paths are normal.

    IOStatus create(const std::string& path, const std::function<IOStatus()>& open, File& file);
    IOStatus append(FileState& state, rocksdb::FSWritableFile& file, const rocksdb::Slice& data);
    IOStatus sync(FileState& state);
    IOStatus make_directory(const std::string& path);
    IOStatus sync_directory(const std::string& path);
    IOStatus remove(const std::string& path);
    IOStatus rename(const std::string& from, const std::string& to);
    std::uint64_t reported_space(std::uint64_t real);

  private:
    /// A change of names that is not synced yet, with what it takes to undo it.
    struct NameChange {
        enum class Kind { created, made_directory, renamed, removed };

        Kind kind = Kind::created;
        std::string path{};
        std::string old_path{};  // renamed: what `path` was called
        std::string trash{};     // where the file is that was removed or renamed over; empty: none
        File trash_state{};      // of that file; null: all of it is synced
    };

    /// Which part of a change is done: all, or the first bytes of an append.
    struct Admission {
        IOStatus status = IOStatus::OK();
        std::size_t bytes = 0;
    };

    Admission admit(std::size_t bytes = 0);
    File take_state(const std::string& path);
    void discard(const std::string& path, NameChange& change);
    void undo(const NameChange& change);

    std::mutex mutex_;  // guards all that follows, and the real changes
    const std::string trash_;
    std::map<std::string, File> files_;  // written since the power is on
    std::vector<NameChange> names_;
    std::uint64_t next_trash_ = 0;
    std::uint64_t changes_ = 0;
    std::uint64_t off_at_ = unlimited;
    std::uint64_t fail_from_ = unlimited;
    std::uint64_t fail_until_ = unlimited;
    std::uint64_t free_bytes_ = unlimited;
    SpaceReport report_ = SpaceReport::honest;
    bool syncs_ = true;
};

}  // namespace sgw::log
