#include "store/catalog/writer.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "store/catalog/apply.hpp"
#include "store/overloaded.hpp"

namespace sgw::catalog {
namespace {

constexpr std::size_t max_batch = 256;
constexpr std::size_t max_batch_bytes =
    std::size_t{8} * 1024 * 1024;  // in the log; one command may exceed it
constexpr int max_attempts = 5;
constexpr std::chrono::milliseconds behind_retry{250};

WriteFailure unavailable(std::string reason) {
    return {WriteFailure::Kind::unavailable, std::move(reason)};
}

WriteFailure unknown(std::string reason) {
    return {WriteFailure::Kind::unknown, std::move(reason)};
}

bool same(const log::Draft& draft, const log::Entry& entry) {
    return draft.time_ms == entry.time_ms && draft.origin == entry.origin &&
           draft.body == entry.body;
}

/// A command that fails is refused alone.
ResultOr<Events, WriteFailure> decision(const Command& command, const Queries& state) try {
    auto events = command.decide(state);
    if (!events) return WriteFailure{WriteFailure::Kind::stale, "state changed"};
    return std::move(events).value();
} catch (const std::exception& error) {
    return unavailable(error.what());
}

}  // namespace

struct Writer::Decision {
    std::optional<WriteFailure> refusal;
    enum class RestsOn {
        shown_state,     // nothing to write, as everybody can see
        earlier_drafts,  // nothing to write once the batch so far is there
        own_draft,
    };
    RestsOn rests_on = RestsOn::own_draft;
};

struct Writer::Decided {
    log::Sequence base = 0;  // the head that the decisions were made at
    std::unique_ptr<View::Batch> batch;
    std::vector<log::Draft> drafts;
    std::vector<Events> events;           // of each draft
    std::size_t bytes = 0;                // of all drafts
    std::vector<Decision> decisions;      // of the commands from the first on
    std::optional<WriteFailure> failure;  // why the drafts are not shown

    WriteResult answer(const Decision& one) const {
        if (one.refusal) return *one.refusal;
        if (!failure) return Committed{base + drafts.size()};
        switch (one.rests_on) {
            case Decision::RestsOn::shown_state:
                return Committed{base};
            case Decision::RestsOn::earlier_drafts:
                return unavailable(failure->reason);
            case Decision::RestsOn::own_draft:
                break;
        }
        return *failure;
    }
};

Writer::Writer(
    log::Log& log, View& view, View::OnApplied on_applied, NowMs now_ms, WriterLimits limits)
    : log_(log),
      view_(view),
      on_applied_(std::move(on_applied)),
      now_ms_(std::move(now_ms)),
      limits_(limits),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    stop();
}

void Writer::submit(Command command, Done done) {
    std::optional<WriteFailure> refusal;
    {
        const std::lock_guard lock(mutex_);
        refusal = refusal_of(command);
        if (!refusal) {
            queue_bytes_ += command.bytes;
            queue_.push_back({std::move(command), std::move(done)});
            wake_.notify_one();
            return;
        }
    }
    done(*std::move(refusal));
}

/// With mutex_ held.
std::optional<WriteFailure> Writer::refusal_of(const Command& command) {
    if (stopping_) return unavailable("the gateway is stopping");
    const bool fits = queue_.empty() || (queue_.size() < limits_.commands &&
                                         queue_bytes_ + command.bytes <= limits_.bytes);
    if (fits) return std::nullopt;
    ++full_;
    return unavailable("too many writes are waiting");
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Writer::run() {
    while (true) {
        auto waiting = take();
        if (!waiting.empty()) {
            write(std::move(waiting));
            continue;
        }
        if (behind_) static_cast<void>(catch_up());  // tried again soon
        const std::lock_guard lock(mutex_);
        if (stopping_ && queue_.empty()) return;
    }
}

std::vector<Writer::Waiting> Writer::take() {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return stopping_ || !queue_.empty(); };
    if (behind_) {
        wake_.wait_for(lock, behind_retry, ready);
    } else {
        wake_.wait(lock, ready);
    }
    const auto count = std::min(queue_.size(), max_batch);
    const auto end = std::next(queue_.begin(), static_cast<std::ptrdiff_t>(count));
    std::vector<Waiting> taken(std::make_move_iterator(queue_.begin()),
                               std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    for (const auto& one : taken) queue_bytes_ -= one.command.bytes;
    return taken;
}

void Writer::write(std::vector<Waiting> waiting) {
    while (!waiting.empty()) {
        auto decided = append_some(waiting);
        if (!decided) {
            for (auto& one : waiting) one.done(decided.error());
            return;
        }
        show(decided.value());
        const auto& decisions = decided.value().decisions;
        for (std::size_t i = 0; i < decisions.size(); ++i) {
            waiting[i].done(decided.value().answer(decisions[i]));
        }
        waiting.erase(waiting.begin(),
                      waiting.begin() + static_cast<std::ptrdiff_t>(decisions.size()));
    }
}

/// The first of `waiting`, decided, and in the log unless it says why not. An error: nothing of
/// `waiting` was written.
ResultOr<Writer::Decided, WriteFailure> Writer::append_some(const std::vector<Waiting>& waiting) {
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
        if (behind_) {
            BOOST_OUTCOME_TRY(catch_up());
        }
        BOOST_OUTCOME_TRY(auto decided, decide(waiting));
        const auto appended = append(decided);
        if (!appended) decided.failure = appended.error();
        if (!appended || appended.value()) return decided;
        behind_ = true;
    }
    return WriteFailure{WriteFailure::Kind::stale, "other writers were faster"};
}

/// Leaves `waiting` as it is, so that it can be decided again.
ResultOr<Writer::Decided, WriteFailure> Writer::decide(const std::vector<Waiting>& waiting) try {
    Decided decided;
    decided.batch = view_.begin();
    const Queries state(*decided.batch);
    decided.base = state.applied();
    for (const auto& one : waiting) {
        if (decided.bytes >= max_batch_bytes) break;
        decided.decisions.push_back(decide_one(one.command, state, decided));
    }
    return decided;
} catch (const std::exception& error) {
    return unavailable(error.what());
}

Writer::Decision Writer::decide_one(const Command& command,
                                    const Queries& state,
                                    Decided& decided) {
    using RestsOn = Decision::RestsOn;
    if (command.deadline <= std::chrono::steady_clock::now()) {
        ++overdue_;
        return {unavailable("it waited too long for the writes before it")};
    }
    auto events = decision(command, state);
    if (!events) return {events.error()};
    if (events.value().empty()) {
        return {std::nullopt,
                decided.drafts.empty() ? RestsOn::shown_state : RestsOn::earlier_drafts};
    }
    const auto time_ms = now_ms_();
    auto logged = as_logged(std::move(events).value());
    decided.events.push_back(std::move(logged.events));
    apply(decided.events.back(), decided.base + decided.events.size(), time_ms, *decided.batch);
    decided.bytes += logged.body.size();
    decided.drafts.push_back({time_ms, command.origin, std::move(logged.body)});
    return {std::nullopt, RestsOn::own_draft};
}

ResultOr<bool, WriteFailure> Writer::append(const Decided& decided) {
    if (decided.drafts.empty()) return true;
    using Answer = ResultOr<bool, WriteFailure>;
    return std::visit(
        Overloaded{
            [](const log::Appended&) -> Answer { return true; },
            [](const log::Conflict&) -> Answer { return false; },
            [](const log::Unavailable& why) -> Answer { return unavailable(why.reason); },
            [&](const log::Unknown& why) -> Answer { return resolve_unknown(decided, why.reason); },
        },
        log_.append(decided.base, decided.drafts));
}

ResultOr<bool, WriteFailure> Writer::resolve_unknown(const Decided& decided, std::string reason) {
    behind_ = true;
    const auto& drafts = decided.drafts;
    std::size_t found = 0;
    while (found < drafts.size()) {
        const auto there = log_.read(decided.base + 1 + found, drafts.size() - found);
        if (!there) return unknown(std::move(reason));
        // Not there: decided again at the same head, where compare-and-append lets only one of the
        // two in.
        if (there.value().empty()) return false;
        for (const auto& entry : there.value()) {
            if (!same(drafts[found], entry)) return false;
            ++found;
        }
    }
    return true;
}

void Writer::show(Decided& decided) {
    if (decided.failure || decided.drafts.empty()) return;
    const auto shown = view_.commit(*decided.batch);
    behind_ = !shown;
    if (!shown) {
        decided.failure = unknown(shown.error().reason);
        return;
    }
    for (std::size_t i = 0; i < decided.events.size(); ++i) {
        on_applied_(decided.base + i + 1, decided.events[i]);
    }
}

ResultOr<void, WriteFailure> Writer::catch_up() {
    const auto caught_up = view_.catch_up(log_, on_applied_);
    if (!caught_up) return unavailable(caught_up.error().reason);
    behind_ = false;
    return boost::outcome_v2::success();
}

}  // namespace sgw::catalog
