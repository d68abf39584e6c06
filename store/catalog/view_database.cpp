#include "store/catalog/view_database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <utility>

#include "store/log/rocksdb_logger.hpp"

namespace sgw::catalog {
namespace {

constexpr std::size_t block_cache_bytes = 64U << 20U;
constexpr std::size_t write_buffer_bytes = 8U << 20U;

std::string_view text(const rocksdb::Slice& slice) {
    return {slice.data(), slice.size()};
}

void check(const rocksdb::Status& status) {
    if (!status.ok()) throw ViewUnreadable("the view cannot be read: " + status.ToString());
}

std::optional<std::string> value_or_nothing(const rocksdb::Status& status, std::string value) {
    if (status.IsNotFound()) return std::nullopt;
    check(status);
    return value;
}

void scan_with(rocksdb::Iterator& iterator,
               std::string_view prefix,
               std::string_view from,
               const KeyValues::Visit& visit) {
    iterator.Seek(to_slice(from > prefix ? from : prefix));
    for (; iterator.Valid() && iterator.key().starts_with(to_slice(prefix)); iterator.Next()) {
        if (visit(text(iterator.key()), text(iterator.value())) == KeyValues::Scan::stop) return;
    }
    check(iterator.status());
}

rocksdb::Options database_options(const ViewOptions& options) {
    rocksdb::Options db_options;
    db_options.create_if_missing = true;
    if (options.env != nullptr) db_options.env = options.env;
    db_options.info_log = log::make_rocksdb_logger(options.on_notice);
    db_options.write_buffer_size = write_buffer_bytes;
    db_options.allow_fallocate = false;  // space that is not used yet is free for the log
    db_options.max_open_files = 256;
    db_options.max_total_wal_size = 4 * write_buffer_bytes;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    db_options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return db_options;
}

}  // namespace

rocksdb::Status open_view_database(const ViewOptions& options,
                                   Verify verify,
                                   ViewDatabase& database) {
    rocksdb::DB* opened = nullptr;
    auto status = rocksdb::DB::Open(database_options(options), options.directory, &opened);
    database.reset(opened);
    if (status.ok() && verify == Verify::every_block) status = database->VerifyChecksum();
    if (!status.ok()) database.reset();
    return status;
}

rocksdb::Status open_view_database_read_only(const ViewOptions& options, ViewDatabase& database) {
    auto db_options = database_options(options);
    db_options.max_open_files = -1;
    rocksdb::DB* opened = nullptr;
    auto status = rocksdb::DB::OpenForReadOnly(db_options, options.directory, &opened);
    database.reset(opened);
    return status;
}

rocksdb::Status destroy_view_database(const ViewOptions& options) {
    return rocksdb::DestroyDB(options.directory, database_options(options));
}

ViewSnapshot::ViewSnapshot(ViewDatabase database)
    : database_(std::move(database)), snapshot_(database_->GetSnapshot()) {
    options_.snapshot = snapshot_;
}

ViewSnapshot::~ViewSnapshot() {
    database_->ReleaseSnapshot(snapshot_);
}

std::optional<std::string> ViewSnapshot::get(std::string_view key) const {
    std::string value;
    const auto status = database_->Get(options_, to_slice(key), &value);
    return value_or_nothing(status, std::move(value));
}

void ViewSnapshot::scan(std::string_view prefix, const Visit& visit, std::string_view from) const {
    const std::unique_ptr<rocksdb::Iterator> iterator(database_->NewIterator(options_));
    scan_with(*iterator, prefix, from, visit);
}

std::optional<std::string> ViewBatch::get(std::string_view key) const {
    std::string value;
    const auto status = changes_.GetFromBatchAndDB(database_.get(), {}, to_slice(key), &value);
    return value_or_nothing(status, std::move(value));
}

void ViewBatch::scan(std::string_view prefix, const Visit& visit, std::string_view from) const {
    const std::unique_ptr<rocksdb::Iterator> iterator(
        changes_.NewIteratorWithBase(database_->NewIterator({})));
    scan_with(*iterator, prefix, from, visit);
}

void ViewBatch::put(std::string_view key, std::string_view value) {
    check(changes_.Put(to_slice(key), to_slice(value)));
}

void ViewBatch::erase(std::string_view key) {
    check(changes_.Delete(to_slice(key)));
}

rocksdb::Status ViewBatch::write() {
    return database_->Write({}, changes_.GetWriteBatch());
}

}  // namespace sgw::catalog
