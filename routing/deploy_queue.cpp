#include "routing/deploy_queue.hpp"

#include <algorithm>

#include "routing/backoff.hpp"

namespace sgw::routing {

using catalog::SubjectVersion;

void DeployQueue::add(const SubjectVersion& what) {
    const auto [work, is_new] = work_.try_emplace(what.subject);
    work->second.versions.insert(what.version);
    if (is_new) ready_.push_back(what.subject);
}

std::optional<SubjectVersion> DeployQueue::take(TimePoint now) {
    ripen(now);
    if (ready_.empty() || under_way_ >= policy_.lanes || now < held_until_) return std::nullopt;
    ++under_way_;
    auto subject = std::move(ready_.front());
    ready_.pop_front();
    // Taken out, so that what is added again meanwhile is done again.
    const auto version = work_.at(subject).versions.extract(work_.at(subject).versions.begin());
    return SubjectVersion{std::move(subject), version.value()};
}

void DeployQueue::done(const SubjectVersion& what) {
    --under_way_;
    auto& work = work_.at(what.subject);
    work.attempts = 0;
    work.is_refused = false;
    work.missing.reset();
    work.contradiction.reset();
    if (work.versions.empty()) {
        work_.erase(what.subject);
    } else {
        ready_.push_back(what.subject);
    }
}

void DeployQueue::retry(const SubjectVersion& what, TimePoint now, double random) {
    back_off(what, now, random).is_refused = false;
}

void DeployQueue::refused(const SubjectVersion& what, TimePoint now, double random) {
    back_off(what, now, random).is_refused = true;
}

DeployQueue::Work& DeployQueue::back_off(const SubjectVersion& what, TimePoint now, double random) {
    --under_way_;
    auto& work = work_.at(what.subject);
    work.versions.insert(what.version);
    const auto pause = backoff(++work.attempts, policy_.retry_initial, policy_.retry_max, random);
    backing_off_.emplace(now + pause, what.subject);
    return work;
}

void DeployQueue::wake() {
    for (auto& [subject, work] : work_) {
        if (!work.is_refused) work.attempts = 0;
    }
    std::erase_if(backing_off_, [&](const auto& entry) {
        const auto& subject = entry.second;
        if (work_.at(subject).is_refused) return false;
        ready_.push_back(subject);
        return true;
    });
}

std::optional<DeployQueue::TimePoint> DeployQueue::next_due() const {
    if (under_way_ >= policy_.lanes) return std::nullopt;
    if (!ready_.empty()) return held_until_;
    if (backing_off_.empty()) return std::nullopt;
    return std::max(held_until_, backing_off_.begin()->first);
}

std::chrono::nanoseconds DeployQueue::missing_for(const SubjectVersion& what, TimePoint now) {
    auto& missing = work_.at(what.subject).missing;
    if (!missing || missing->first != what.version) missing.emplace(what.version, now);
    return now - missing->second;
}

SaidBefore DeployQueue::contradicted(const SubjectVersion& what, std::string reason) {
    auto& before = work_.at(what.subject).contradiction;
    std::optional now(std::pair(what.version, std::move(reason)));
    const bool is_same = before == now;
    before = std::move(now);
    return is_same ? SaidBefore::yes : SaidBefore::no;
}

void DeployQueue::ripen(TimePoint now) {
    while (!backing_off_.empty() && backing_off_.begin()->first <= now) {
        ready_.push_back(backing_off_.begin()->second);
        backing_off_.erase(backing_off_.begin());
    }
}

}  // namespace sgw::routing
