#include "routing/suspicions.hpp"

#include <utility>

namespace sgw::routing {

void Suspicions::add(const Subject& subject, Time now) {
    if (waiting_.size() >= most) return;
    const auto found = resting_.find(subject);
    const bool rests = found != resting_.end() && now < found->second;
    if (!rests) waiting_.insert(subject);
}

std::set<Subject> Suspicions::take(Time now) {
    std::erase_if(resting_, [&](const auto& entry) { return entry.second <= now; });
    for (const auto& subject : waiting_) resting_[subject] = now + rest;
    return std::exchange(waiting_, {});
}

}  // namespace sgw::routing
