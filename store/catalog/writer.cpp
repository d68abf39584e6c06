#include "store/catalog/writer.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include "store/catalog/apply.hpp"
#include "store/overloaded.hpp"

namespace sgw::catalog {
namespace {

constexpr std::size_t max_batch = 256;
constexpr int max_attempts = 5;
constexpr std::chrono::milliseconds behind_retry{250};

WriteFailure unavailable(std::string reason) {
    return {WriteFailure::Kind::unavailable, std::move(reason)};
}

bool same(const log::Draft& draft, const log::Entry& entry) {
    return draft.time_ms == entry.time_ms && draft.origin == entry.origin &&
           draft.body == entry.body;
}

}  // namespace

struct Writer::Decided {
    log::Sequence base = 0;  // the head that the decisions were made at
    std::unique_ptr<MutableKeyValues> batch;
    std::vector<log::Draft> drafts;
    std::vector<Events> events;  // of each draft
    std::vector<Done> valid;     // committed once the drafts are
    std::vector<Done> stale;
};

Writer::Writer(log::Log& log, View& view, View::OnApplied on_applied, NowMs now_ms)
    : log_(log),
      view_(view),
      on_applied_(std::move(on_applied)),
      now_ms_(std::move(now_ms)),
      thread_([this] { run(); }) {}

Writer::~Writer() {
    stop();
}

void Writer::submit(Command command, Done done) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_) {
            queue_.push_back({std::move(command), std::move(done)});
            wake_.notify_one();
            return;
        }
    }
    done(unavailable("the gateway is stopping"));
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
        std::string ignored;
        if (behind_) catch_up(ignored);
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
    return taken;
}

void Writer::write(std::vector<Waiting> waiting) {
    WriteFailure failure;
    for (int attempt = 0; attempt < max_attempts; ++attempt) {
        if (behind_ && !catch_up(failure.reason)) break;
        try {
            auto decided = decide(waiting);
            const auto appended = append(decided);
            if (!appended) {
                failure = appended.error();
                break;
            }
            if (appended.value()) return publish(decided);
        } catch (const ViewUnreadable& damaged) {
            failure = unavailable(damaged.what());
            break;
        }
        failure = {WriteFailure::Kind::stale, "other writers were faster"};
        behind_ = true;
    }
    for (auto& one : waiting) one.done(failure);
}

/// Leaves `waiting` as it is, so that it can be decided again.
Writer::Decided Writer::decide(std::vector<Waiting>& waiting) {
    Decided decided;
    decided.batch = view_.begin();
    const Queries state(*decided.batch);
    decided.base = state.applied();
    auto sequence = decided.base;
    for (auto& one : waiting) {
        auto events = one.command.decide(state);
        if (!events) {
            decided.stale.push_back(one.done);
            continue;
        }
        decided.valid.push_back(one.done);
        if (events.value().empty()) continue;
        const auto time_ms = now_ms_();
        apply(events.value(), ++sequence, time_ms, *decided.batch);
        decided.drafts.push_back({time_ms, one.command.origin, encode(events.value())});
        decided.events.push_back(std::move(events).value());
    }
    return decided;
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
    const auto there = log_.read(decided.base + 1, decided.drafts.size());
    if (!there) return unavailable(std::move(reason));
    // Not there: decided again at the same head, where compare-and-append lets only one of the two
    // in.
    if (there.value().size() != decided.drafts.size()) return false;
    for (std::size_t i = 0; i < decided.drafts.size(); ++i) {
        if (!same(decided.drafts[i], there.value()[i])) return false;
    }
    return true;
}

void Writer::publish(Decided& decided) {
    if (!decided.drafts.empty()) {
        if (const auto shown = view_.commit(*decided.batch); !shown) {
            behind_ = true;
            for (auto& done : decided.valid) done(unavailable(shown.error().reason));
            decided.valid.clear();
        } else {
            behind_ = false;
            for (std::size_t i = 0; i < decided.events.size(); ++i) {
                on_applied_(decided.base + i + 1, decided.events[i]);
            }
        }
    }
    const Committed committed{decided.base + decided.drafts.size()};
    for (auto& done : decided.valid) done(committed);
    for (auto& done : decided.stale) done(WriteFailure{WriteFailure::Kind::stale, "state changed"});
}

bool Writer::catch_up(std::string& reason) {
    const auto caught_up = view_.catch_up(log_, on_applied_);
    if (!caught_up) {
        reason = caught_up.error().reason;
        return false;
    }
    behind_ = false;
    return true;
}

}  // namespace sgw::catalog
