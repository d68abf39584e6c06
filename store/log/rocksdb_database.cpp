#include "store/log/rocksdb_database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <boost/endian/conversion.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "store/log/entry.hpp"

namespace sgw::log {
namespace {

namespace endian = boost::endian;

constexpr std::string_view format_key{"\0format", 7};
constexpr unsigned database_format = 1;
constexpr char entry_prefix = 'e';
constexpr std::size_t entry_key_size = 1 + sizeof(Sequence);

/// What the write-ahead log can hold after a crash, and so what a crash can have harmed.
constexpr std::size_t checked_tail_bytes = 16UL * 1024 * 1024;

/// Big-endian, so that RocksDB's order is the log's.
std::string entry_key(Sequence sequence) {
    endian::native_to_big_inplace(sequence);
    std::string key(1, entry_prefix);
    return key.append(reinterpret_cast<const char*>(&sequence), sizeof sequence);
}

std::optional<Sequence> sequence_of(const rocksdb::Slice& key) {
    if (key.size() != entry_key_size || key[0] != entry_prefix) return std::nullopt;
    return endian::load_big_u64(reinterpret_cast<const unsigned char*>(key.data() + 1));
}

Failure entry_failure(Sequence sequence, std::string_view what) {
    return Failure{"entry " + std::to_string(sequence) + " " + std::string(what)};
}

/// Set from RocksDB's threads; outlives the database that it listens to.
class StopListener final : public rocksdb::EventListener {
  public:
    explicit StopListener(std::shared_ptr<std::atomic<bool>> stopped)
        : stopped_(std::move(stopped)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status*) override {
        stopped_->store(true);
    }

  private:
    std::shared_ptr<std::atomic<bool>> stopped_;
};

rocksdb::Options rocksdb_options(const RocksdbLogOptions& options,
                                 rocksdb::Env& env,
                                 std::shared_ptr<std::atomic<bool>> stopped) {
    rocksdb::Options result;
    result.env = &env;
    result.create_if_missing = true;
    result.info_log = make_rocksdb_logger(options.info_sink);
    result.listeners.push_back(std::make_shared<StopListener>(std::move(stopped)));
    // Why this mode: README, "Power loss".
    result.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    // An error is mended by opening again, never behind our back: the fate of a failed append must
    // be known first.
    result.max_bgerror_resume_count = 0;
    result.write_buffer_size = options.write_buffer_bytes;
    result.allow_fallocate = false;  // README, "Full disk"; the view's likewise
    result.max_background_jobs = 2;
    result.max_open_files = 256;
    result.max_file_opening_threads = 1;
    result.max_manifest_file_size = 4UL * 1024 * 1024;
    result.stats_dump_period_sec = 0;
    result.stats_persist_period_sec = 0;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(4UL * 1024 * 1024);
    table.cache_index_and_filter_blocks = true;
    result.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return result;
}

rocksdb::ReadOptions scan_options() {
    rocksdb::ReadOptions result;
    result.fill_cache = false;  // entries are read once, in order
    return result;
}

ResultOr<Entry, Failure> entry_at(const rocksdb::Iterator& position, Sequence sequence) {
    if (!position.Valid() && !position.status().ok()) {
        return entry_failure(sequence, "cannot be read: " + position.status().ToString());
    }
    if (!position.Valid() || sequence_of(position.key()) != sequence) {
        return entry_failure(sequence, "is missing");
    }
    auto entry = decode(sequence, position.value().ToStringView());
    if (!entry) return entry_failure(sequence, describe(entry.error()));
    return std::move(entry).value();
}

}  // namespace

ResultOr<std::unique_ptr<RocksdbDatabase>, OpenFailure> RocksdbDatabase::open(
    const RocksdbLogOptions& options, rocksdb::Env& env, Access access) {
    std::unique_ptr<RocksdbDatabase> database(new RocksdbDatabase);
    const auto settings = rocksdb_options(options, env, database->stopped_);
    rocksdb::DB* db = nullptr;
    const auto status = access == Access::read_only
                            ? rocksdb::DB::OpenForReadOnly(settings, options.directory, &db)
                            : rocksdb::DB::Open(settings, options.directory, &db);
    database->db_.reset(db);
    const auto failure = [&](const std::string& reason) {
        return OpenFailure{"cannot open the log in " + options.directory + ": " + reason};
    };
    if (!status.ok()) return failure(status.ToString());
    if (auto checked = database->check_format(access); !checked) {
        return failure(checked.error().reason);
    }
    if (auto checked = database->check_tail(); !checked) return failure(checked.error().reason);
    return database;
}

ResultOr<void, Failure> RocksdbDatabase::check_format(Access access) {
    std::string text;
    auto status = db_->Get({}, std::string(format_key), &text);
    if (status.IsNotFound()) {
        const std::unique_ptr<rocksdb::Iterator> any(db_->NewIterator({}));
        any->SeekToFirst();
        if (any->Valid()) return Failure{"the database there is not a log"};
        if (access == Access::read_only) return boost::outcome_v2::success();
        rocksdb::WriteOptions synced;
        synced.sync = true;
        status = db_->Put(synced, std::string(format_key), std::to_string(database_format));
        if (!status.ok()) return Failure{status.ToString()};
        return boost::outcome_v2::success();
    }
    if (!status.ok()) return Failure{status.ToString()};
    unsigned format = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), format);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return Failure{"its format mark is damaged"};
    }
    if (format > database_format) {
        return Failure{"it was written by a newer release of schema-gateway (log format " + text +
                       ", this release reads up to " + std::to_string(database_format) + ")"};
    }
    return boost::outcome_v2::success();
}

ResultOr<void, Failure> RocksdbDatabase::check_tail() {
    BOOST_OUTCOME_TRY(last_at_open_, find_last());
    const std::unique_ptr<rocksdb::Iterator> position(db_->NewIterator(scan_options()));
    position->Seek(entry_key(last_at_open_));
    std::size_t checked = 0;
    for (auto sequence = last_at_open_; sequence > 0 && checked < checked_tail_bytes; --sequence) {
        BOOST_OUTCOME_TRY(const auto entry, entry_at(*position, sequence));
        checked += position->value().size();
        position->Prev();
    }
    return boost::outcome_v2::success();
}

ResultOr<Sequence, Failure> RocksdbDatabase::find_last() const {
    const std::unique_ptr<rocksdb::Iterator> position(db_->NewIterator(scan_options()));
    position->SeekForPrev(entry_key(std::numeric_limits<Sequence>::max()));
    if (!position->status().ok()) return Failure{position->status().ToString()};
    if (!position->Valid()) return Sequence{0};
    return sequence_of(position->key()).value_or(0);
}

rocksdb::Status RocksdbDatabase::write(Sequence first, std::span<const Draft> drafts) {
    rocksdb::WriteBatch batch;
    for (const auto& draft : drafts) {
        auto status = batch.Put(entry_key(first), encode(first, draft));
        if (!status.ok()) return status;
        ++first;
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return db_->Write(synced, &batch);
}

ResultOr<std::vector<Entry>, Failure> RocksdbDatabase::read(Sequence first, Sequence last) const {
    std::vector<Entry> entries;
    std::size_t bytes = 0;
    const std::unique_ptr<rocksdb::Iterator> position(db_->NewIterator(scan_options()));
    position->Seek(entry_key(first));
    for (auto sequence = first; sequence <= last && bytes < max_read_bytes; ++sequence) {
        BOOST_OUTCOME_TRY(auto entry, entry_at(*position, sequence));
        bytes += position->value().size();
        entries.push_back(std::move(entry));
        position->Next();
    }
    return entries;
}

}  // namespace sgw::log
