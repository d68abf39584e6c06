#include "store/catalog/view.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "store/catalog/apply.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/records.hpp"
#include "store/catalog/view_database.hpp"
#include "store/log/identity.hpp"

namespace sgw::catalog {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view origin_key = "@";  // log and format that the view was derived with
constexpr std::size_t catch_up_page = 512;
constexpr std::chrono::milliseconds first_recovery_pause{250};
constexpr std::chrono::milliseconds longest_recovery_pause{4000};

std::string origin_of(const log::Identity& log) {
    return log.uuid + " " + std::to_string(log.epoch) + " " + std::to_string(records::view_format);
}

ViewFailure cannot_open(const ViewOptions& options, const std::string& reason) {
    return {"cannot open the view in " + options.directory + ": " + reason};
}

ViewFailure unreadable(const log::Failure& failure) {
    return {"the log cannot be read: " + failure.reason};
}

/// Whether the log holds what the database says it was derived from: a log that was restored from
/// an older copy has fewer entries, or other ones.
ResultOr<bool, ViewFailure> is_derived_from(const Queries& state, log::Log& log) {
    const auto applied = state.applied();
    if (applied == 0) return true;
    const auto head = log.head();
    if (!head) return unreadable(head.error());
    if (applied > head.value()) return false;
    const auto last = log.read(applied, 1);
    if (!last) return unreadable(last.error());
    return !last.value().empty() && last.value().front().time_ms == state.applied_ms();
}

bool is_empty(const KeyValues& store) {
    bool empty = true;
    store.scan("", [&](std::string_view, std::string_view) {
        empty = false;
        return KeyValues::Scan::stop;
    });
    return empty;
}

/// Whether the database can serve as the view of this log; one without anything in it is made so.
ResultOr<bool, ViewFailure> fits(const ViewDatabase& database, log::Log& log) try {
    const auto wanted = origin_of(log.identity());
    const ViewSnapshot snapshot(database);
    const auto origin = snapshot.get(origin_key);
    if (!origin && is_empty(snapshot)) {
        return database->Put({}, to_slice(origin_key), to_slice(wanted)).ok();
    }
    if (origin != wanted) return false;
    return is_derived_from(Queries(snapshot), log);
} catch (const ViewUnreadable&) {
    return false;
}

bool worth_rebuilding(const rocksdb::Status& status) {
    return status.IsCorruption() || status.IsInvalidArgument() || status.IsNotSupported() ||
           status.IsNotFound() || status.IsPathNotFound();
}

/// The database as it is; nothing when it must be begun anew.
ResultOr<ViewDatabase, ViewFailure> open_existing(const ViewOptions& options, log::Log& log) {
    ViewDatabase database;
    const auto status = open_view_database(options, Verify::every_block, database);
    if (worth_rebuilding(status)) return ViewDatabase{};
    if (!status.ok()) return cannot_open(options, status.ToString());
    BOOST_OUTCOME_TRY(const bool fitting, fits(database, log));
    return fitting ? database : ViewDatabase{};
}

ResultOr<ViewDatabase, ViewFailure> begin_anew(const ViewOptions& options, log::Log& log) {
    if (options.on_notice) options.on_notice("the view is rebuilt from the log");
    BOOST_OUTCOME_TRY(View::destroy(options));
    ViewDatabase database;
    const auto status = open_view_database(options, Verify::no, database);
    if (!status.ok()) return cannot_open(options, status.ToString());
    BOOST_OUTCOME_TRY(const bool fitting, fits(database, log));
    if (!fitting) return cannot_open(options, "it cannot be written");
    return database;
}

log::Sequence applied_in(const ViewDatabase& database) {
    return Queries(ViewSnapshot(database)).applied();
}

/// Readers have seen the second; going on with the first would take answers back.
bool stands_before(const ViewDatabase& first, const ViewDatabase& second) {
    return applied_in(first) < applied_in(second);
}

rocksdb::Status lost_entries() {
    return rocksdb::Status::Corruption("its files lack what it shows");
}

/// What follows `from`; the first entry and those of a later epoch only name the log.
ResultOr<std::vector<log::Entry>, ViewFailure> next_page(log::Log& log, log::Sequence from) {
    auto page = log.read(from, catch_up_page);
    if (!page) return unreadable(page.error());
    return std::move(page).value();
}

ResultOr<Events, ViewFailure> events_of(const log::Entry& entry) {
    if (log::parse_identity(entry.body)) return Events{};
    auto events = decode(entry.body);
    if (!events) {
        return ViewFailure{"entry " + std::to_string(entry.sequence) +
                           " of the log cannot be understood: " + events.error().reason};
    }
    return std::move(events).value();
}

}  // namespace

View::View(ViewOptions options, std::shared_ptr<rocksdb::DB> database)
    : options_(std::move(options)),
      database_(std::move(database)),
      told_(applied_in(database_)),
      recovery_pause_(first_recovery_pause) {}
View::~View() = default;

ResultOr<std::unique_ptr<View>, ViewFailure> View::open(const ViewOptions& options,
                                                        log::Log& log) try {
    BOOST_OUTCOME_TRY(auto database, open_existing(options, log));
    if (!database) {
        BOOST_OUTCOME_TRY(database, begin_anew(options, log));
    }
    std::unique_ptr<View> view(new View(options, std::move(database)));
    BOOST_OUTCOME_TRY(view->catch_up(log, [](log::Sequence, const Events&) {}));
    return view;
} catch (const ViewUnreadable& damaged) {
    return cannot_open(options, damaged.what());
}

ResultOr<void, ViewFailure> View::destroy(const ViewOptions& options) {
    std::error_code ignored;
    if (!std::filesystem::exists(options.directory, ignored)) return boost::outcome_v2::success();
    const auto status = destroy_view_database(options);
    if (!status.ok()) {
        return ViewFailure{"cannot delete the view in " + options.directory + ": " +
                           status.ToString()};
    }
    return boost::outcome_v2::success();
}

std::shared_ptr<rocksdb::DB> View::database() const {
    const std::lock_guard guard(mutex_);
    return database_;
}

/// Who reads already finishes where it is. Answers what was read from until now.
std::shared_ptr<rocksdb::DB> View::serve_from(std::shared_ptr<rocksdb::DB> database) {
    const std::lock_guard guard(mutex_);
    database_.swap(database);
    return database;
}

std::unique_ptr<const KeyValues> View::snapshot() const {
    return std::make_unique<ViewSnapshot>(database());
}

std::unique_ptr<View::Batch> View::begin() {
    return std::make_unique<ViewBatch>(database());
}

ResultOr<void, ViewFailure> View::commit(Batch& batch) {
    const auto status = batch.write();
    if (!status.ok()) return ViewFailure{"the view cannot be written: " + status.ToString()};
    told_ = Queries(batch).applied();
    return boost::outcome_v2::success();
}

ResultOr<void, ViewFailure> View::catch_up(log::Log& log, const OnApplied& on_applied) try {
    BOOST_OUTCOME_TRY(recover());
    BOOST_OUTCOME_TRY(tell_untold(log, on_applied));
    while (true) {
        BOOST_OUTCOME_TRY(const auto applied, apply_page(log));
        if (applied.empty()) return boost::outcome_v2::success();
        for (const auto& [sequence, events] : applied) on_applied(sequence, events);
    }
} catch (const ViewUnreadable& damaged) {
    return ViewFailure{damaged.what()};
}

ResultOr<void, ViewFailure> View::tell_untold(log::Log& log, const OnApplied& on_applied) {
    const auto visible = Queries(*snapshot()).applied();
    while (told_ < visible) {
        BOOST_OUTCOME_TRY(const auto page, next_page(log, told_ + 1));
        for (const auto& entry : page) {
            if (entry.sequence > visible) break;
            BOOST_OUTCOME_TRY(const auto events, events_of(entry));
            on_applied(entry.sequence, events);
            told_ = entry.sequence;
        }
        if (page.empty()) return ViewFailure{"the log ends before the view"};
    }
    return boost::outcome_v2::success();
}

ResultOr<std::vector<View::Applied>, ViewFailure> View::apply_page(log::Log& log) {
    const auto last = Queries(*snapshot()).applied();
    BOOST_OUTCOME_TRY(const auto page, next_page(log, last + 1));
    std::vector<Applied> applied;
    auto batch = begin();
    for (const auto& entry : page) {
        BOOST_OUTCOME_TRY(auto events, events_of(entry));
        apply(events, entry.sequence, entry.time_ms, *batch);
        applied.emplace_back(entry.sequence, std::move(events));
    }
    if (!applied.empty()) {
        BOOST_OUTCOME_TRY(commit(*batch));
    }
    return applied;
}

ResultOr<void, ViewFailure> View::recover() {
    if (Clock::now() < next_recovery_) return ViewFailure{failure_};
    auto status = writable_ ? resume() : reopen();
    if (status.ok()) {
        recovery_pause_ = first_recovery_pause;
        return boost::outcome_v2::success();
    }
    failure_ = "the view cannot be written: " + status.ToString();
    if (!status.IsBusy()) {
        next_recovery_ = Clock::now() + recovery_pause_;
        recovery_pause_ = std::min(2 * recovery_pause_, longest_recovery_pause);
    }
    return ViewFailure{failure_};
}

/// After a failed write the database refuses all others. It mends a full disk by itself (Busy: it
/// is at it), a healthy one has nothing to do. Whatever else it met ends with opening it again, and
/// until that is done readers are served from a read-only opening of the same files.
rocksdb::Status View::resume() {
    auto status = database()->Resume();
    if (status.ok() || status.IsBusy()) return status;
    ViewDatabase readable;
    status = open_view_database_read_only(options_, readable);
    if (!status.ok()) return status;  // what failed still serves readers
    if (stands_before(readable, database())) return lost_entries();
    retired_ = serve_from(std::move(readable));
    writable_ = false;
    return reopen();
}

rocksdb::Status View::reopen() {
    // Nobody can come to it any more, and RocksDB opens a directory for writing only once.
    if (retired_.use_count() > 1) return rocksdb::Status::Busy("its readers are slow");
    retired_.reset();
    ViewDatabase opened;
    auto status = open_view_database(options_, Verify::no, opened);
    if (!status.ok()) return status;
    if (stands_before(opened, database())) return lost_entries();
    serve_from(std::move(opened));
    writable_ = true;
    return status;
}

}  // namespace sgw::catalog
