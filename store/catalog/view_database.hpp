// The view's RocksDB database as the catalog sees it: opened, read at one moment, changed in one
// step. Knows keys and values, not what they mean.
//
// A Snapshot may be made and read on any thread, one thread at a time; a Batch belongs to the one
// thread that writes. Both keep the database open. Their reads throw ViewUnreadable.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/utilities/write_batch_with_index.h>

#include <memory>

#include "store/catalog/key_values.hpp"
#include "store/catalog/view.hpp"

namespace sgw::catalog {

using ViewDatabase = std::shared_ptr<rocksdb::DB>;

enum class Verify {
    no,
    every_block,  // proves that all of it can be read
};

/// Creates it when missing. Leaves `database` empty on failure.
rocksdb::Status open_view_database(const ViewOptions& options,
                                   Verify verify,
                                   ViewDatabase& database);
/// For a disk that cannot be written, or beside a writable opening. Holds all files open, and so
/// stays readable though a writable opening deletes them.
rocksdb::Status open_view_database_read_only(const ViewOptions& options, ViewDatabase& database);

rocksdb::Status destroy_view_database(const ViewOptions& options);

class ViewSnapshot final : public KeyValues {
  public:
    explicit ViewSnapshot(ViewDatabase database);
    ~ViewSnapshot() override;
    ViewSnapshot(const ViewSnapshot&) = delete;
    ViewSnapshot& operator=(const ViewSnapshot&) = delete;

    std::optional<std::string> get(std::string_view key) const override;
    void scan(std::string_view prefix, const Visit& visit, std::string_view from) const override;

  private:
    ViewDatabase database_;
    const rocksdb::Snapshot* snapshot_;
    rocksdb::ReadOptions options_;
};

/// Reads its own writes over the newest state.
class ViewBatch final : public View::Batch {
  public:
    explicit ViewBatch(ViewDatabase database) : database_(std::move(database)) {}

    std::optional<std::string> get(std::string_view key) const override;
    void scan(std::string_view prefix, const Visit& visit, std::string_view from) const override;
    void put(std::string_view key, std::string_view value) override;
    void erase(std::string_view key) override;

  private:
    rocksdb::Status write() override;

    ViewDatabase database_;
    mutable rocksdb::WriteBatchWithIndex changes_{
        rocksdb::BytewiseComparator(), 0, /*overwrite_key=*/true};
};

inline rocksdb::Slice to_slice(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace sgw::catalog
