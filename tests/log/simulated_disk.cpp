#include "tests/log/simulated_disk.hpp"

#include <algorithm>
#include <filesystem>
#include <random>
#include <utility>

namespace sgw::log {

namespace fs = std::filesystem;

/// Called with mutex_ held, once for every change.
SimulatedDisk::Admission SimulatedDisk::admit(std::size_t bytes) {
    const auto number = changes_++;
    if (number > off_at_) return {IOStatus::IOError("the power is off"), 0};
    if (number == off_at_) return {IOStatus::IOError("the power goes off"), bytes / 2};
    if (number >= fail_from_ && number < fail_until_) {
        return {IOStatus::IOError("injected error"), bytes / 2};
    }
    if (bytes > free_bytes_) {
        const auto rest = std::exchange(free_bytes_, 0);
        return {IOStatus::NoSpace("no space left"), static_cast<std::size_t>(rest)};
    }
    free_bytes_ -= bytes;
    return {IOStatus::OK(), bytes};
    // The analyzer does not see that IOStatus frees its text.
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks)
}

rocksdb::IOStatus SimulatedDisk::create(const std::string& path,
                                        const std::function<IOStatus()>& open,
                                        File& file) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (!admission.status.ok()) return std::move(admission.status);
    const bool existed = fs::exists(path);
    auto status = open();
    if (!status.ok()) return status;
    file = std::make_shared<FileState>();
    files_[path] = file;
    if (!existed) names_.push_back({.kind = NameChange::Kind::created, .path = path});
    return status;
}

rocksdb::IOStatus SimulatedDisk::append(FileState& state,
                                        rocksdb::FSWritableFile& file,
                                        const rocksdb::Slice& data) {
    const std::lock_guard guard(mutex_);
    auto admission = admit(data.size());
    auto written = file.Append(rocksdb::Slice(data.data(), admission.bytes), {}, nullptr);
    if (!written.ok()) return written;
    state.size += admission.bytes;
    return std::move(admission.status);
}

rocksdb::IOStatus SimulatedDisk::sync(FileState& state) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (admission.status.ok() && syncs_) state.synced = state.size;
    return std::move(admission.status);
}

rocksdb::IOStatus SimulatedDisk::make_directory(const std::string& path) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (!admission.status.ok()) return std::move(admission.status);
    std::error_code error;
    fs::create_directory(path, error);
    if (error) return IOStatus::IOError(path, error.message());
    names_.push_back({.kind = NameChange::Kind::made_directory, .path = path});
    return IOStatus::OK();
}

rocksdb::IOStatus SimulatedDisk::sync_directory(const std::string& path) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (admission.status.ok() && syncs_) {
        std::erase_if(
            names_, [&](const NameChange& at) { return fs::path(at.path).parent_path() == path; });
    }
    return std::move(admission.status);
}

rocksdb::IOStatus SimulatedDisk::remove(const std::string& path) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (!admission.status.ok()) return std::move(admission.status);
    if (!fs::exists(path)) return IOStatus::PathNotFound(path);
    NameChange change{.kind = NameChange::Kind::removed, .path = path};
    discard(path, change);
    names_.push_back(std::move(change));
    return IOStatus::OK();
}

rocksdb::IOStatus SimulatedDisk::rename(const std::string& from, const std::string& to) {
    const std::lock_guard guard(mutex_);
    auto admission = admit();
    if (!admission.status.ok()) return std::move(admission.status);
    if (!fs::exists(from)) return IOStatus::PathNotFound(from);
    NameChange change{.kind = NameChange::Kind::renamed, .path = to, .old_path = from};
    if (fs::exists(to)) discard(to, change);
    fs::rename(from, to);
    if (auto state = take_state(from)) files_[to] = std::move(state);
    names_.push_back(std::move(change));
    return IOStatus::OK();
}

SimulatedDisk::File SimulatedDisk::take_state(const std::string& path) {
    auto found = files_.extract(path);
    return found.empty() ? nullptr : std::move(found.mapped());
}

void SimulatedDisk::discard(const std::string& path, NameChange& change) {
    change.trash_state = take_state(path);
    change.trash = trash_ + "/" + std::to_string(next_trash_++);
    fs::rename(path, change.trash);
}

void SimulatedDisk::undo(const NameChange& change) {
    switch (change.kind) {
        case NameChange::Kind::created:
            fs::remove(change.path);
            files_.erase(change.path);
            break;
        case NameChange::Kind::made_directory:
            fs::remove_all(change.path);
            break;
        case NameChange::Kind::renamed:
            fs::rename(change.path, change.old_path);
            if (auto state = take_state(change.path)) files_[change.old_path] = std::move(state);
            break;
        case NameChange::Kind::removed:
            break;
    }
    if (change.trash.empty()) return;
    fs::rename(change.trash, change.path);
    if (change.trash_state) files_[change.path] = change.trash_state;
}

void SimulatedDisk::power_on(std::uint32_t keep) {
    const std::lock_guard guard(mutex_);
    std::mt19937 random(keep);
    const auto part_of = [&](std::uint64_t all) { return keep == 0 ? 0 : random() % (all + 1); };
    const auto kept_names = part_of(names_.size());
    for (; names_.size() > kept_names; names_.pop_back()) undo(names_.back());
    for (const auto& [path, state] : files_) {
        const auto size = state->synced + part_of(state->size - state->synced);
        if (fs::exists(path)) fs::resize_file(path, size);
    }
    files_.clear();
    names_.clear();
    off_at_ = fail_from_ = fail_until_ = unlimited;
}

std::uint64_t SimulatedDisk::reported_space(std::uint64_t real) {
    const std::lock_guard guard(mutex_);
    return report_ == SpaceReport::honest ? std::min(real, free_bytes_) : real;
}

std::uint64_t SimulatedDisk::changes() {
    const std::lock_guard guard(mutex_);
    return changes_;
}

void SimulatedDisk::power_off_after(std::uint64_t changes) {
    const std::lock_guard guard(mutex_);
    off_at_ = changes_ + changes;
}

void SimulatedDisk::fail_changes(std::uint64_t after, std::uint64_t count) {
    const std::lock_guard guard(mutex_);
    fail_from_ = changes_ + after;
    fail_until_ = fail_from_ + count;
}

void SimulatedDisk::set_free_bytes(std::uint64_t bytes, SpaceReport report) {
    const std::lock_guard guard(mutex_);
    free_bytes_ = bytes;
    report_ = report;
}

void SimulatedDisk::ignore_syncs() {
    const std::lock_guard guard(mutex_);
    syncs_ = false;
}

}  // namespace sgw::log
