#include "gateway/region.hpp"

#include <utility>

namespace sgw::gateway {

using routing::Admission;
using routing::RegionHealth;

std::int64_t unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Region::Region(config::Region config, unsigned failures_to_leave_out, OnChange on_change)
    : name_{config.name},
      config_(std::move(config)),
      on_change_(std::move(on_change)),
      health_(failures_to_leave_out),
      health_since_ms_(unix_ms()),
      admission_since_ms_(health_since_ms_) {}

RegionStatus Region::status() const {
    const std::lock_guard lock(mutex_);
    return {health_.read(),
            health_.write(),
            standing_.admission,
            standing_.is_adopted(),
            health_.reason(),
            standing_.reason,
            health_since_ms_,
            admission_since_ms_,
            last_answer_ms_.load(),
            health_.ejections()};
}

bool Region::may_read() const {
    const std::lock_guard lock(mutex_);
    return health_.may_read();
}

bool Region::may_deploy() const {
    const std::lock_guard lock(mutex_);
    return standing_.admission == Admission::claimed && health_.may_write();
}

bool Region::adopted() const {
    const std::lock_guard lock(mutex_);
    return standing_.is_adopted();
}

routing::Standing Region::standing() const {
    const std::lock_guard lock(mutex_);
    return standing_;
}

routing::Candidate Region::candidate() const {
    return {name_, config_.priority, may_read(), adopted()};
}

void Region::answered() {
    last_answer_ms_ = unix_ms();
    const std::lock_guard lock(mutex_);
    health_.succeeded();
}

void Region::failed(const routing::Failed& failure) {
    using Kind = routing::Failed::Kind;
    auto change = RegionHealth::Change::none;
    bool moved = false;
    {
        const std::lock_guard lock(mutex_);
        if (failure.kind == Kind::no_leader) {
            change = health_.write_failed(failure.reason);
        } else if (failure.kind != Kind::throttled && failure.kind != Kind::credentials) {
            change = health_.failed(failure.reason);
        }
        if (change != RegionHealth::Change::none) health_since_ms_ = unix_ms();
        if (health_.read() == routing::Up::no) {
            moved = replace_standing(routing::out_of_sight(standing_));
        }
    }
    if (moved || change != RegionHealth::Change::none) on_change_(*this);
}

void Region::probe_answered() {
    last_answer_ms_ = unix_ms();
    auto change = RegionHealth::Change::none;
    {
        const std::lock_guard lock(mutex_);
        change = health_.probe_succeeded();
        if (change != RegionHealth::Change::none) health_since_ms_ = unix_ms();
    }
    changed(change);
}

void Region::write_succeeded() {
    auto change = RegionHealth::Change::none;
    {
        const std::lock_guard lock(mutex_);
        change = health_.write_succeeded();
        if (change != RegionHealth::Change::none) health_since_ms_ = unix_ms();
    }
    changed(change);
}

void Region::admit(routing::Standing standing) {
    {
        const std::lock_guard lock(mutex_);
        if (!replace_standing(std::move(standing))) return;
    }
    on_change_(*this);
}

bool Region::replace_standing(routing::Standing standing) {
    if (standing_ == standing) return false;
    if (standing_.admission != standing.admission) admission_since_ms_ = unix_ms();
    standing_ = std::move(standing);
    return true;
}

void Region::refuse_write(const Subject& subject, std::string reason) {
    {
        const std::lock_guard lock(mutex_);
        refused_subject_ = subject;
        if (!replace_standing(routing::after_refusal(standing_, std::move(reason)))) return;
    }
    on_change_(*this);
}

std::optional<Subject> Region::refused_subject() const {
    const std::lock_guard lock(mutex_);
    return refused_subject_;
}

void Region::forget_refusal() {
    const std::lock_guard lock(mutex_);
    refused_subject_.reset();
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

void Region::changed(RegionHealth::Change change) {
    if (change != RegionHealth::Change::none) on_change_(*this);
}

}  // namespace sgw::gateway
