// What a region still has to be brought, and what is next: several subjects at a time, the versions
// of one subject one after the other, lowest first. What fails is next again after a capped,
// jittered back-off, and its subject waits with it.
//
// A state machine without clock or I/O; not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "routing/deployment.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

class DeployQueue {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Policy {
        std::size_t lanes = 16;  // versions under way at a time
        std::chrono::milliseconds retry_initial{100};
        std::chrono::milliseconds retry_max{5'000};
    };

    explicit DeployQueue(Policy policy) : policy_(policy) {}

    /// There is something to do for this version; if it is under way, then once more afterwards.
    void add(const catalog::SubjectVersion& what);

    /// The next version; it is under way until done, retry or refused. Nothing: none is due, or too
    /// many are under way.
    std::optional<catalog::SubjectVersion> take(TimePoint now);

    /// The version is settled; the queue forgets it.
    void done(const catalog::SubjectVersion& what);
    /// It has to be tried again. `random` is in [0, 1).
    void retry(const catalog::SubjectVersion& what, TimePoint now, double random);

    /// As retry, but that waking does not end the back-off: the region refused this version, and
    /// may take others.
    void refused(const catalog::SubjectVersion& what, TimePoint now, double random);

    /// Every back-off is over, but for what was refused.
    void wake();
    /// Nothing is next before then, woken or not: the region asked for it.
    void hold_until(TimePoint time) { held_until_ = std::max(held_until_, time); }

    /// When there is something to take, if nothing happens before; in the past: now. Nothing: time
    /// alone brings nothing.
    std::optional<TimePoint> next_due() const;

    /// How long the version has been acknowledged and not shown, as told by this call.
    std::chrono::nanoseconds missing_for(const catalog::SubjectVersion& what, TimePoint now);

    /// Notes what the region contradicted about the version in this attempt, and says whether it
    /// was the same in the one before.
    SaidBefore contradicted(const catalog::SubjectVersion& what, std::string reason);

    bool empty() const { return work_.empty(); }

  private:
    struct Work {
        std::set<Version> versions;                            // but for the one under way
        unsigned attempts = 0;                                 // of the lowest of them, in a row
        bool is_refused = false;                               // the lowest of them, the last time
        std::optional<std::pair<Version, TimePoint>> missing;  // and since when
        std::optional<std::pair<Version, std::string>> contradiction;
    };

    Work& back_off(const catalog::SubjectVersion& what, TimePoint now, double random);
    void ripen(TimePoint now);

    Policy policy_;
    std::map<Subject, Work> work_;  // what is ready, under way or backing off
    std::deque<Subject> ready_;
    std::set<std::pair<TimePoint, Subject>> backing_off_;
    std::size_t under_way_ = 0;
    TimePoint held_until_;
};

}  // namespace sgw::routing
