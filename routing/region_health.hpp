// Whether a region may be asked, told apart by what for. It is reachable until N failures come in a
// row, and again with the next probe that it answers. It may be read from until N failures or
// probes slower than a read waits come in a row; then it is left out for a time that doubles from
// one such ejection to the next, and comes back with the first quick probe after that time, so that
// a region at the edge does not cost its readers N slow tries a second. It may be written to while
// it is reachable and has a leader; as no probe writes, each probe's success lets writes be tried
// once more. All regions may be out at once.
//
// A state machine without clock or I/O; not thread-safe, its owner guards it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "routing/region_answer.hpp"

namespace sgw::routing {

enum class Up { unknown, yes, no };

std::string_view up_name(Up up);  // "up", "down", "unknown"

struct HealthPolicy {
    using milliseconds = std::chrono::milliseconds;

    unsigned failures = 3;           // in a row that leave a region out
    milliseconds patience{300};      // of a read: an answer that takes longer comes too late for it
    milliseconds first_hold{1'000};  // of an ejection from reads
    milliseconds longest_hold{30'000};
    milliseconds good_service{10'000};     // that makes the next ejection the first again
    milliseconds default_throttle{1'000};  // after a 429 that names no time
    milliseconds longest_throttle{60'000};
};

/// Failures in a row. What fails again and again for one subject counts once: that may be the
/// subject's fault and not the region's.
class FailureStreak {
  public:
    /// `about` is empty for a failure that no subject is to blame for. Counts to `most`.
    void add(std::string_view about, std::size_t most);
    void reset();
    std::size_t length() const { return others_ + subjects_.size(); }

  private:
    std::size_t others_ = 0;
    std::set<std::string, std::less<>> subjects_;
};

class RegionHealth {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    explicit RegionHealth(HealthPolicy policy) : policy_(policy) {}

    // Events; true: reachable(), read() or write() changed.

    /// A call was answered, after `took`; a probe's success may also end a time out.
    void answered(Duration took);
    bool probe_answered(TimePoint now, Duration took);
    /// A call was not answered as a registry does. `about`: the one subject or id that it was for;
    /// empty for probes and whatever concerns the region as a whole. A body that cannot be read, of
    /// one subject, says nothing about the region.
    bool failed(TimePoint now, const Failed& failure, std::string_view about);
    bool write_succeeded();

    Up reachable() const { return reachable_; }
    Up read() const { return read_; }
    Up write() const { return reachable_ == Up::yes ? write_ : reachable_; }
    bool may_read(TimePoint now) const { return read_ != Up::no && !throttled_until(now); }
    bool may_write() const { return reachable_ == Up::yes && (write_ != Up::no || write_trial_); }
    /// The region asked to be left alone until then.
    std::optional<TimePoint> throttled_until(TimePoint now) const;
    /// Of the last failure, for people.
    const std::string& reason() const { return reason_; }
    /// How often the region was left out that had served before.
    std::uint64_t ejections() const { return ejections_; }

  private:
    bool count(TimePoint now, std::string reason, std::string_view about);
    bool eject_if_due(TimePoint now);
    bool write_failed(std::string reason);

    HealthPolicy policy_;
    FailureStreak failures_;       // since the region last answered
    FailureStreak read_failures_;  // since it last answered as quickly as a read wants
    Up reachable_ = Up::unknown;
    Up read_ = Up::unknown;
    Up write_ = Up::unknown;
    bool write_trial_ = false;
    std::string reason_;
    std::uint64_t ejections_ = 0;
    Duration hold_{0};  // of the last ejection
    TimePoint held_until_;
    TimePoint serves_since_;
    TimePoint throttled_until_;
};

}  // namespace sgw::routing
