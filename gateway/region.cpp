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
    return {
        .reachable = health_.reachable(),
        .read = health_.read(),
        .write = health_.write(),
        .admission = standing_.admission,
        .adopted = standing_.is_adopted(),
        .health_reason = health_.reason(),
        .admission_reason = contradicted_ids_.told_with(standing_.reason),
        .health_since_ms = health_since_ms_,
        .admission_since_ms = admission_since_ms_,
        .last_answer_ms = last_answer_ms_.load(),
        .ejections = health_.ejections(),
    };
}

bool Region::may_deploy() const {
    const std::lock_guard lock(mutex_);
    return standing_.admission == Admission::claimed && health_.may_write();
}

routing::Standing Region::standing() const {
    const std::lock_guard lock(mutex_);
    return standing_;
}

routing::Candidate Region::candidate() const {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    return {name_,
            config_.priority,
            health_.may_read(now),
            standing_.is_adopted(),
            health_.throttled_until(now).has_value()};
}

routing::RegionView Region::view() const {
    const std::lock_guard lock(mutex_);
    auto standing = standing_;
    standing.reason = contradicted_ids_.told_with(std::move(standing.reason));
    return {name_, std::move(standing), health_.reachable(), health_.reason()};
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
    bool changed = false;
    bool moved = false;
    {
        const std::lock_guard lock(mutex_);
        changed = health_.failed(Clock::now(), failure, about);
        if (changed) health_since_ms_ = unix_ms();
        if (health_.reachable() == routing::Up::no) {
            moved = replace_standing(routing::out_of_sight(standing_));
        }
    }
    if (changed || moved) on_change_(*this);
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

void Region::admit(routing::Standing standing) {
    {
        const std::lock_guard lock(mutex_);
        if (refusal_ && standing.admission == Admission::claimed) return;
        if (!replace_standing(std::move(standing))) return;
    }
    on_change_(*this);
}

void Region::examination_failed(const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        if (!replace_standing(routing::after_failed_examination(standing_, reason))) return;
    }
    on_change_(*this);
}

void Region::doubt() {
    {
        const std::lock_guard lock(mutex_);
        if (!replace_standing(routing::in_doubt(standing_))) return;
    }
    on_change_(*this);
}

bool Region::replace_standing(routing::Standing standing) {
    if (standing_ == standing) return false;
    if (standing_.admission != standing.admission) admission_since_ms_ = unix_ms();
    standing_ = std::move(standing);
    if (standing_.is_adopted()) contradicted_ids_ = {};
    return true;
}

void Region::refuse_write(const Subject& subject, std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        refusal_ = Refusal{subject, reason};
        if (!replace_standing(routing::after_refusal(standing_, std::move(reason)))) return;
    }
    on_change_(*this);
}

std::optional<Region::Refusal> Region::refusal() const {
    const std::lock_guard lock(mutex_);
    return refusal_;
}

void Region::forget(const Refusal& refusal) {
    const std::lock_guard lock(mutex_);
    if (refusal_ == refusal) refusal_.reset();
}

void Region::suspect(const Subject& subject) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    suspicions_.add(subject, now);
}

bool Region::is_suspected() const {
    const std::lock_guard lock(mutex_);
    return suspicions_.any();
}

std::set<Subject> Region::take_suspects() {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    return suspicions_.take(now);
}

bool Region::contradicts(const Context& context, SchemaId id) {
    const std::lock_guard lock(mutex_);
    return contradicted_ids_.add(context, id);
}

}  // namespace sgw::gateway
