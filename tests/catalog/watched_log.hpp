// A Log that passes everything on, keeps count of it, and can become unreadable. Any thread, as
// log.hpp says.
#pragma once

#include <limits>
#include <mutex>
#include <span>
#include <vector>

#include "store/log/log.hpp"

namespace sgw::catalog {

class WatchedLog final : public log::Log {
  public:
    static constexpr int for_ever = std::numeric_limits<int>::max();

    /// `inner` outlives this.
    explicit WatchedLog(log::Log& inner) : inner_(inner) {}

    /// From now on only so many calls of read and head succeed.
    void allow_reads(int count) {
        const std::lock_guard guard(mutex_);
        reads_left_ = count;
    }

    /// The size in bytes of every batch that was handed to append.
    std::vector<std::size_t> appends() {
        const std::lock_guard guard(mutex_);
        return appends_;
    }

    const log::Identity& identity() const override { return inner_.identity(); }

    log::AppendOutcome append(log::Sequence expected_head,
                              std::span<const log::Draft> drafts) override {
        std::size_t bytes = 0;
        for (const auto& draft : drafts) bytes += draft.body.size();
        {
            const std::lock_guard guard(mutex_);
            appends_.push_back(bytes);
        }
        return inner_.append(expected_head, drafts);
    }

    ResultOr<std::vector<log::Entry>, log::Failure> read(log::Sequence from,
                                                         std::size_t limit) override {
        if (!may_read()) return log::Failure{"not now"};
        return inner_.read(from, limit);
    }

    ResultOr<log::Sequence, log::Failure> head() override {
        if (!may_read()) return log::Failure{"not now"};
        return inner_.head();
    }

    bool wait(log::Sequence sequence, std::chrono::steady_clock::time_point deadline) override {
        return inner_.wait(sequence, deadline);
    }

  private:
    bool may_read() {
        const std::lock_guard guard(mutex_);
        if (reads_left_ == for_ever) return true;
        return reads_left_ > 0 && reads_left_-- > 0;
    }

    log::Log& inner_;
    std::mutex mutex_;
    std::vector<std::size_t> appends_;
    int reads_left_ = for_ever;
};

}  // namespace sgw::catalog
