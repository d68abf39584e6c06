#include "store/catalog/view.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/write_batch_with_index.h>

#include <filesystem>
#include <utility>

#include "store/catalog/apply.hpp"
#include "store/catalog/keys.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/records.hpp"
#include "store/log/rocksdb_logger.hpp"

namespace sgw::catalog {
namespace {

constexpr std::string_view origin_key = "@";  // log and format that the view was derived with
constexpr std::size_t block_cache_bytes = 64U << 20U;
constexpr std::size_t write_buffer_bytes = 8U << 20U;
constexpr std::size_t catch_up_page = 512;

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}
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
    iterator.Seek(slice(from > prefix ? from : prefix));
    for (; iterator.Valid() && iterator.key().starts_with(slice(prefix)); iterator.Next()) {
        if (visit(text(iterator.key()), text(iterator.value())) == KeyValues::Scan::stop) return;
    }
    check(iterator.status());
}

class Snapshot final : public KeyValues {
  public:
    explicit Snapshot(rocksdb::DB& database)
        : database_(database), snapshot_(database.GetSnapshot()) {
        options_.snapshot = snapshot_;
    }
    ~Snapshot() override { database_.ReleaseSnapshot(snapshot_); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    std::optional<std::string> get(std::string_view key) const override {
        std::string value;
        const auto status = database_.Get(options_, slice(key), &value);
        return value_or_nothing(status, std::move(value));
    }

    void scan(std::string_view prefix, const Visit& visit, std::string_view from) const override {
        const std::unique_ptr<rocksdb::Iterator> iterator(database_.NewIterator(options_));
        scan_with(*iterator, prefix, from, visit);
    }

  private:
    rocksdb::DB& database_;
    const rocksdb::Snapshot* snapshot_;
    rocksdb::ReadOptions options_;
};

class Batch final : public MutableKeyValues {
  public:
    explicit Batch(rocksdb::DB& database) : database_(database) {}

    std::optional<std::string> get(std::string_view key) const override {
        std::string value;
        const auto status = changes_.GetFromBatchAndDB(&database_, {}, slice(key), &value);
        return value_or_nothing(status, std::move(value));
    }

    void scan(std::string_view prefix, const Visit& visit, std::string_view from) const override {
        const std::unique_ptr<rocksdb::Iterator> iterator(
            changes_.NewIteratorWithBase(database_.NewIterator({})));
        scan_with(*iterator, prefix, from, visit);
    }

    void put(std::string_view key, std::string_view value) override {
        check(changes_.Put(slice(key), slice(value)));
    }
    void erase(std::string_view key) override { check(changes_.Delete(slice(key))); }

    rocksdb::WriteBatch* changes() { return changes_.GetWriteBatch(); }

  private:
    rocksdb::DB& database_;
    mutable rocksdb::WriteBatchWithIndex changes_{
        rocksdb::BytewiseComparator(), 0, /*overwrite_key=*/true};
};

rocksdb::Options database_options(const ViewOptions& options) {
    rocksdb::Options db_options;
    db_options.create_if_missing = true;
    if (options.env != nullptr) db_options.env = options.env;
    db_options.info_log = log::make_rocksdb_logger(options.on_notice);
    db_options.write_buffer_size = write_buffer_bytes;
    db_options.max_open_files = 256;
    db_options.max_total_wal_size = 4 * write_buffer_bytes;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    db_options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return db_options;
}

std::string origin_of(const log::Identity& log) {
    return log.uuid + " " + std::to_string(log.epoch) + " " + std::to_string(records::view_format);
}

/// Opens the database and proves that every block of it can be read.
rocksdb::Status open_sound(const ViewOptions& options, std::unique_ptr<rocksdb::DB>& database) {
    rocksdb::DB* opened = nullptr;
    auto status = rocksdb::DB::Open(database_options(options), options.directory, &opened);
    database.reset(opened);
    if (status.ok()) status = database->VerifyChecksum();
    return status;
}

/// Whether the database was derived from this log, and not from more of it than there is.
bool belongs_to(rocksdb::DB& database, log::Log& log) {
    std::string origin;
    if (!database.Get({}, slice(origin_key), &origin).ok()) return false;
    const auto head = log.head();
    return origin == origin_of(log.identity()) && head &&
           Queries(Snapshot(database)).applied() <= head.value();
}

ResultOr<std::vector<log::Entry>, ViewFailure> next_page(log::Log& log, log::Sequence from) {
    auto page = log.read(from, catch_up_page);
    if (!page) return ViewFailure{"the log cannot be read: " + page.error().reason};
    return std::move(page).value();
}

/// The first entry names the log; all others hold events.
ResultOr<Events, ViewFailure> events_of(const log::Entry& entry) {
    if (entry.sequence == 1) return Events{};
    auto events = decode(entry.body);
    if (!events) {
        return ViewFailure{"entry " + std::to_string(entry.sequence) +
                           " of the log cannot be understood: " + events.error().reason};
    }
    return std::move(events).value();
}

bool worth_rebuilding(const rocksdb::Status& status) {
    return status.IsCorruption() || status.IsInvalidArgument() || status.IsNotSupported() ||
           status.IsPathNotFound();
}

}  // namespace

View::View(ViewOptions options, std::unique_ptr<rocksdb::DB> database)
    : options_(std::move(options)), database_(std::move(database)) {}
View::~View() = default;

ResultOr<std::unique_ptr<View>, ViewFailure> View::open(ViewOptions options, log::Log& log) {
    std::unique_ptr<rocksdb::DB> database;
    auto status = open_sound(options, database);
    const bool other = status.ok() && !belongs_to(*database, log);
    if (other || worth_rebuilding(status)) {
        if (options.on_notice) options.on_notice("the view is rebuilt from the log");
        database.reset();
        BOOST_OUTCOME_TRY(destroy(options));
        status = open_sound(options, database);
        if (status.ok()) {
            status = database->Put({}, slice(origin_key), slice(origin_of(log.identity())));
        }
    }
    if (!status.ok()) {
        return ViewFailure{"cannot open the view in " + options.directory + ": " +
                           status.ToString()};
    }
    std::unique_ptr<View> view(new View(std::move(options), std::move(database)));
    BOOST_OUTCOME_TRY(view->catch_up(log, [](log::Sequence, const Events&) {}));
    return view;
}

ResultOr<void, ViewFailure> View::destroy(const ViewOptions& options) {
    const auto status = rocksdb::DestroyDB(options.directory, database_options(options));
    if (!status.ok()) {
        return ViewFailure{"cannot delete the view in " + options.directory + ": " +
                           status.ToString()};
    }
    return boost::outcome_v2::success();
}

std::unique_ptr<const KeyValues> View::snapshot() const {
    return std::make_unique<Snapshot>(*database_);
}

std::unique_ptr<MutableKeyValues> View::begin() {
    return std::make_unique<Batch>(*database_);
}

ResultOr<void, ViewFailure> View::commit(MutableKeyValues& batch) {
    const auto status = database_->Write({}, static_cast<Batch&>(batch).changes());
    if (!status.ok()) return ViewFailure{"the view cannot be written: " + status.ToString()};
    return boost::outcome_v2::success();
}

ResultOr<void, ViewFailure> View::catch_up(log::Log& log, const OnApplied& on_applied) {
    // After a failed write the database refuses all others until it is told to try again.
    if (const auto status = database_->Resume(); !status.ok()) {
        return ViewFailure{"the view cannot be written: " + status.ToString()};
    }
    while (true) {
        const auto applied = Queries(*snapshot()).applied();
        BOOST_OUTCOME_TRY(const auto next, next_page(log, applied + 1));
        if (next.empty()) return boost::outcome_v2::success();
        auto batch = begin();
        std::vector<std::pair<log::Sequence, Events>> applied_now;
        for (const auto& entry : next) {
            BOOST_OUTCOME_TRY(auto events, events_of(entry));
            apply(events, entry.sequence, entry.time_ms, *batch);
            applied_now.emplace_back(entry.sequence, std::move(events));
        }
        BOOST_OUTCOME_TRY(commit(*batch));
        for (const auto& [sequence, events] : applied_now) on_applied(sequence, events);
    }
}

}  // namespace sgw::catalog
