#include "routing/keeping.hpp"

#include <algorithm>
#include <utility>

namespace sgw::routing {
namespace {

/// A region that was denied is prepared now and then only: its whole listing may be read for it.
constexpr unsigned rounds_between_denied_preparations = 5;
/// A sweep may read all listings of a region; one call that always fails must not make it a loop.
constexpr unsigned most_rounds_between_sweeps = 64;

bool is_denied(Admission admission) {
    return is_verdict(admission) && admission != Admission::claimed;
}

}  // namespace

Contact Keeping::begin_round(const RegionNow& now) {
    ++rounds_since_preparation_;
    // Before the contact, whose success ends a time out and lets a region without a leader be tried
    // again.
    if (now.reachable == Up::no) {
        was_away_ = true;
        fruitless_ = 0;
    }
    if (!now.may_deploy) deployer_is_awake_ = false;
    if (now.admission == Admission::claimed) {
        if (std::exchange(deployed_, now.deployed) != now.deployed) refusals_ = 0;
        return Contact::verify;
    }
    return rounds_since_preparation_ > rounds_to_wait(now.admission) ? Contact::prepare
                                                                     : Contact::probe;
}

unsigned Keeping::rounds_to_wait(Admission admission) const {
    if (is_denied(admission)) return rounds_between_denied_preparations;
    if (fruitless_ == 0) return 0;
    return std::min((1U << std::min(fruitless_ - 1, 16U)) - 1, rounds_between_denied_preparations);
}

void Keeping::prepared(PreparationEnd end) {
    fruitless_ = end == PreparationEnd::nothing ? fruitless_ + 1 : 0;
}

void Keeping::preparing() {
    rounds_since_preparation_ = 0;
    deployer_is_awake_ = false;
    need(Sweep::subjects);
}

Duties Keeping::after_contact(const RegionNow& now) {
    if (!now.may_deploy) deployer_is_awake_ = false;
    if (now.admission == Admission::claimed) was_admitted_ = true;
    if (now.reachable == Up::no) was_away_ = true;
    if (now.reachable != Up::yes || now.admission != Admission::claimed) return {};
    const bool has_returned = std::exchange(was_away_, false);
    if (has_returned) {
        need(Sweep::versions);
        cut_short_ = rounds_to_sweep_ = 0;
    }
    Duties duties;
    duties.deploy = now.may_deploy && (has_returned || !deployer_is_awake_);
    deployer_is_awake_ = now.may_deploy;
    duties.inspect = now.is_suspected || now.has_unread;
    duties.ask_canary = true;
    if (rounds_to_sweep_ > 0) --rounds_to_sweep_;
    if (running_ == Sweep::none && rounds_to_sweep_ == 0) {
        duties.sweep = running_ = std::exchange(due_, Sweep::none);
    }
    return duties;
}

void Keeping::canary_is_missing() {
    // The sweep that runs finds it, or the next canary does.
    if (running_ == Sweep::none) need(Sweep::versions);
}

void Keeping::sweep_ended(SweepEnd end) {
    if (end == SweepEnd::cut_short) {
        need(running_);
        rounds_to_sweep_ = std::min(1U << std::min(cut_short_++, 16U), most_rounds_between_sweeps);
    } else {
        cut_short_ = 0;
    }
    running_ = Sweep::none;
}

Keeping::NextRound Keeping::write_was_refused() {
    deployer_is_awake_ = false;
    // Several writes are under way at a time; those of them that are refused too tell nothing new.
    if (std::exchange(was_admitted_, false)) ++refusals_;
    const bool is_first = refusals_ < 2;
    const auto rounds = is_first ? 1 : 1U << std::min(refusals_ - 2, 16U);
    const auto skipped = std::min(rounds - 1, rounds_between_denied_preparations);
    rounds_since_preparation_ = rounds_between_denied_preparations - skipped;
    return is_first ? NextRound::at_once : NextRound::in_time;
}

void Keeping::need(Sweep sweep) {
    due_ = std::max(due_, sweep);
}

std::optional<catalog::SubjectVersion> next_canary(
    const catalog::Queries& state,
    const RegionName& region,
    const std::optional<catalog::SubjectVersion>& last) {
    auto next = state.next_settled(region, last);
    if (next || !last) return next;
    return state.next_settled(region, std::nullopt);
}

}  // namespace sgw::routing
