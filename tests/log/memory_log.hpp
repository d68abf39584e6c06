// A Log in memory, for tests of what uses one; it passes the contract suite. Any thread, as log.hpp
// says.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "store/log/identity.hpp"
#include "store/log/log.hpp"

namespace sgw::log {

/// Keep the state to open the same log again.
struct MemoryLogState {
    std::mutex mutex;
    std::condition_variable moved;
    std::vector<Entry> entries;
};

class MemoryLog final : public Log {
  public:
    enum class Named { no, yes };  // no: empty, which no opened log is

    explicit MemoryLog(std::shared_ptr<MemoryLogState> state = std::make_shared<MemoryLogState>(),
                       Named named = Named::yes)
        : state_(std::move(state)) {
        if (named == Named::yes) identity_ = establish_identity(*this, 1).value();
    }

    const Identity& identity() const override { return identity_; }

    AppendOutcome append(Sequence expected_head, std::span<const Draft> drafts) override {
        const std::lock_guard guard(state_->mutex);
        auto& entries = state_->entries;
        if (entries.size() != expected_head) return Conflict{entries.size()};
        for (const auto& draft : drafts) {
            entries.push_back({entries.size() + 1, draft.time_ms, draft.origin, draft.body});
        }
        state_->moved.notify_all();
        return Appended{entries.size()};
    }

    ResultOr<std::vector<Entry>, Failure> read(Sequence from, std::size_t limit) override {
        const std::lock_guard guard(state_->mutex);
        std::vector<Entry> found;
        std::size_t bytes = 0;
        for (auto at = from; at <= state_->entries.size(); ++at) {
            if (found.size() == limit || bytes >= max_read_bytes) break;
            found.push_back(state_->entries[at - 1]);
            bytes += found.back().body.size();
        }
        return found;
    }

    ResultOr<Sequence, Failure> head() override {
        const std::lock_guard guard(state_->mutex);
        return state_->entries.size();
    }

    bool wait(Sequence sequence, std::chrono::steady_clock::time_point deadline) override {
        std::unique_lock guard(state_->mutex);
        return state_->moved.wait_until(
            guard, deadline, [&] { return state_->entries.size() >= sequence; });
    }

  private:
    std::shared_ptr<MemoryLogState> state_;
    Identity identity_;
};

}  // namespace sgw::log
