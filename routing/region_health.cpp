#include "routing/region_health.hpp"

#include <algorithm>
#include <utility>

namespace sgw::routing {

std::string_view up_name(Up up) {
    switch (up) {
        case Up::yes:
            return "up";
        case Up::no:
            return "down";
        case Up::unknown:
            return "unknown";
    }
    return "";
}

void FailureStreak::add(std::string_view about, std::size_t most) {
    if (length() >= most) return;
    if (about.empty()) {
        ++others_;
    } else {
        subjects_.emplace(about);
    }
}

void FailureStreak::reset() {
    others_ = 0;
    subjects_.clear();
}

void RegionHealth::answered(Duration took) {
    failures_.reset();
    if (took <= policy_.patience) read_failures_.reset();
}

bool RegionHealth::probe_answered(TimePoint now, Duration took) {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    answered(took);
    write_trial_ = true;
    bool changed = std::exchange(reachable_, Up::yes) != Up::yes;
    if (took > policy_.patience) {
        reason_ = "a probe took " + std::to_string(duration_cast<milliseconds>(took).count()) +
                  " ms, a read waits " + std::to_string(policy_.patience.count()) + " ms";
        read_failures_.add("", policy_.failures);
        const bool ejected = eject_if_due(now);
        return changed || ejected;
    }
    if (read_ == Up::yes && write_ != Up::no) reason_.clear();
    if (read_ == Up::yes || (read_ == Up::no && now < held_until_)) return changed;
    read_ = Up::yes;
    serves_since_ = now;
    reason_.clear();
    return true;
}

bool RegionHealth::failed(TimePoint now, const Failed& failure, std::string_view about) {
    using Kind = Failed::Kind;
    switch (failure.kind) {
        case Kind::no_leader:
            return write_failed(failure.reason);
        case Kind::throttled: {
            const auto wanted = failure.retry_after.value_or(policy_.default_throttle);
            const auto pause = std::min<Duration>(wanted, policy_.longest_throttle);
            throttled_until_ = std::max(throttled_until_, now + pause);
            return false;
        }
        case Kind::credentials:
            return false;
        case Kind::garbage:
            return about.empty() && count(now, failure.reason, about);
        case Kind::transport:
        case Kind::server_error:
            return count(now, failure.reason, about);
    }
    return false;
}

bool RegionHealth::count(TimePoint now, std::string reason, std::string_view about) {
    reason_ = std::move(reason);
    failures_.add(about, policy_.failures);
    read_failures_.add(about, policy_.failures);
    const bool ejected = eject_if_due(now);
    if (failures_.length() < policy_.failures) return ejected;
    return std::exchange(reachable_, Up::no) != Up::no || ejected;
}

bool RegionHealth::eject_if_due(TimePoint now) {
    if (read_ == Up::no || read_failures_.length() < policy_.failures) return false;
    if (read_ == Up::yes || reachable_ == Up::yes) ++ejections_;
    const bool first = hold_ == Duration{0} ||
                       (read_ == Up::yes &&
                        now - serves_since_ >= std::max<Duration>(policy_.good_service, hold_));
    hold_ =
        first ? Duration(policy_.first_hold) : std::min<Duration>(policy_.longest_hold, 2 * hold_);
    held_until_ = now + hold_;
    read_ = Up::no;
    return true;
}

bool RegionHealth::write_failed(std::string reason) {
    reason_ = std::move(reason);
    write_trial_ = false;
    return std::exchange(write_, Up::no) != Up::no;
}

bool RegionHealth::write_succeeded() {
    if (read_ == Up::yes) reason_.clear();
    return std::exchange(write_, Up::yes) != Up::yes;
}

std::optional<RegionHealth::TimePoint> RegionHealth::throttled_until(TimePoint now) const {
    if (throttled_until_ <= now) return std::nullopt;
    return throttled_until_;
}

}  // namespace sgw::routing
