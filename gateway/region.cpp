#include "gateway/region.hpp"

#include <utility>

namespace sgw::gateway {

using routing::Admission;
using routing::RegionHealth;
using Clock = std::chrono::steady_clock;

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Region::Region(config::Region config, routing::HealthPolicy policy, OnChange on_change)
    : name_{config.name},
      config_(std::move(config)),
      on_change_(std::move(on_change)),
      health_(policy),
      health_since_ms_(unix_ms()),
      admission_since_ms_(health_since_ms_) {}

RegionStatus Region::status() const {
    const std::lock_guard lock(mutex_);
    return {health_.reachable(),
            health_.read(),
            health_.write(),
            admission_,
            health_.reason(),
            admission_reason_,
            health_since_ms_,
            admission_since_ms_,
            last_answer_ms_.load(),
            health_.ejections()};
}

bool Region::may_read() const {
    const std::lock_guard lock(mutex_);
    return health_.may_read(Clock::now());
}

bool Region::may_deploy() const {
    const std::lock_guard lock(mutex_);
    return admission_ == Admission::claimed && health_.may_write();
}

bool Region::adopted() const {
    const std::lock_guard lock(mutex_);
    return clean_;
}

routing::Candidate Region::candidate() const {
    return {name_, config_.priority, may_read(), adopted(), throttled_until().has_value()};
}

template <class Event>
void Region::note(Event event) {
    {
        const std::lock_guard lock(mutex_);
        if (!event(health_)) return;
        health_since_ms_ = unix_ms();
    }
    on_change_(*this);
}

void Region::answered(std::chrono::nanoseconds took) {
    last_answer_ms_ = unix_ms();
    const std::lock_guard lock(mutex_);
    health_.answered(took);
}

void Region::failed(const routing::Failed& failure, std::string_view about) {
    note([&](RegionHealth& health) { return health.failed(Clock::now(), failure, about); });
}

void Region::probe_answered(std::chrono::nanoseconds took) {
    last_answer_ms_ = unix_ms();
    note([&](RegionHealth& health) { return health.probe_answered(Clock::now(), took); });
}

void Region::write_succeeded() {
    note([](RegionHealth& health) { return health.write_succeeded(); });
}

std::optional<Clock::time_point> Region::throttled_until() const {
    const std::lock_guard lock(mutex_);
    return health_.throttled_until(Clock::now());
}

void Region::admit(Admission admission, std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        if (admission_ == admission && admission_reason_ == reason) return;
        if (admission_ != admission) admission_since_ms_ = unix_ms();
        const bool ours = admission == Admission::claimed || admission == Admission::unverified;
        const bool foreign =
            admission == Admission::unadopted || admission == Admission::claimed_by_other;
        clean_ = ours || (clean_ && !foreign);
        admission_ = admission;
        admission_reason_ = std::move(reason);
    }
    on_change_(*this);
}

void Region::found_clean() {
    const std::lock_guard lock(mutex_);
    clean_ = true;
}

void Region::refuse_write(const Subject& subject, std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        refused_subject_ = subject;
    }
    admit(Admission::not_import, std::move(reason));
}

std::optional<Subject> Region::refused_subject() const {
    const std::lock_guard lock(mutex_);
    return refused_subject_;
}

void Region::forget_refusal() {
    const std::lock_guard lock(mutex_);
    refused_subject_.reset();
}

}  // namespace sgw::gateway
