// A Log that passes everything to another, except the appends that a test told it to spoil: for
// tests of whatever appends. Any thread, as log.hpp says.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/log/log.hpp"

namespace sgw::log {

enum class Fault {
    conflict,         // Conflict though nobody moved the head
    foreign_writer,   // another writer appends foreign_body first; then the append goes on, into a
                      // Conflict
    unavailable,      // Unavailable, nothing written
    unknown_written,  // Unknown, and it is there
    unknown_not_written,  // Unknown, and it is not
};

inline constexpr std::string_view foreign_body = "appended by a foreign writer";

class FaultLog final : public Log {
  public:
    /// `inner` outlives this.
    explicit FaultLog(Log& inner) : inner_(inner) {}
    explicit FaultLog(std::unique_ptr<Log> inner) : owned_(std::move(inner)), inner_(*owned_) {}

    /// Spoils the next append that is not spoilt yet.
    void inject(Fault fault) {
        const std::lock_guard guard(mutex_);
        faults_.push_back(fault);
    }

    /// What a foreign writer appends from now on, instead of foreign_body.
    void set_foreign(Draft foreign) {
        const std::lock_guard guard(mutex_);
        foreign_ = std::move(foreign);
    }

    /// Makes the next `count` calls of read and head fail.
    void fail_reads(int count) {
        const std::lock_guard guard(mutex_);
        failing_reads_ = count;
    }

    /// From now on appends hang, as on a disk that does not answer; until let_go.
    void hold() {
        const std::lock_guard guard(mutex_);
        held_ = true;
    }
    void let_go() {
        const std::lock_guard guard(mutex_);
        held_ = false;
        held_changed_.notify_all();
    }
    /// Returns once an append hangs.
    void wait_for_held_append() {
        std::unique_lock guard(mutex_);
        held_changed_.wait(guard, [&] { return hanging_ > 0; });
    }

    const Identity& identity() const override { return inner_.identity(); }

    AppendOutcome append(Sequence expected_head, std::span<const Draft> drafts) override {
        hang_while_held();
        const auto fault = next_fault();
        if (!fault) return inner_.append(expected_head, drafts);
        switch (*fault) {
            case Fault::conflict:
                return Conflict{inner_.head().value()};
            case Fault::foreign_writer:
                append_foreign();
                return inner_.append(expected_head, drafts);
            case Fault::unavailable:
                return Unavailable{"injected: unavailable"};
            case Fault::unknown_written:
                // A Conflict stays one: then it is known that nothing was written.
                return doubtful(inner_.append(expected_head, drafts));
            case Fault::unknown_not_written:
                break;
        }
        return Unknown{"injected: unknown"};
    }

    ResultOr<std::vector<Entry>, Failure> read(Sequence from, std::size_t limit) override {
        if (fails_read()) return Failure{"injected: unreadable"};
        return inner_.read(from, limit);
    }

    ResultOr<Sequence, Failure> head() override {
        if (fails_read()) return Failure{"injected: unreadable"};
        return inner_.head();
    }

    bool wait(Sequence sequence, std::chrono::steady_clock::time_point deadline) override {
        return inner_.wait(sequence, deadline);
    }

  private:
    static AppendOutcome doubtful(AppendOutcome outcome) {
        if (std::holds_alternative<Appended>(outcome)) return Unknown{"injected: unknown"};
        return outcome;
    }

    void hang_while_held() {
        std::unique_lock guard(mutex_);
        ++hanging_;
        held_changed_.notify_all();
        held_changed_.wait(guard, [&] { return !held_; });
        --hanging_;
    }

    std::optional<Fault> next_fault() {
        const std::lock_guard guard(mutex_);
        if (faults_.empty()) return std::nullopt;
        const auto fault = faults_.front();
        faults_.pop_front();
        return fault;
    }

    void append_foreign() {
        const std::lock_guard guard(mutex_);
        inner_.append(inner_.head().value(), {&foreign_, 1});
    }

    bool fails_read() {
        const std::lock_guard guard(mutex_);
        return failing_reads_ > 0 && failing_reads_-- > 0;
    }

    std::unique_ptr<Log> owned_;
    Log& inner_;
    std::mutex mutex_;
    std::deque<Fault> faults_;
    Draft foreign_{.time_ms = 1, .origin = {}, .body = std::string(foreign_body)};
    int failing_reads_ = 0;
    std::condition_variable held_changed_;
    bool held_ = false;
    int hanging_ = 0;
};

}  // namespace sgw::log
