// What each round of a region's keeper has to do: whether the region is only probed, verified or
// prepared, and whether what it holds has to be compared with the catalog. A state machine without
// clock or I/O; not thread-safe, its owner guards it.
#pragma once

#include <cstdint>
#include <optional>

#include "routing/admission.hpp"
#include "routing/region_health.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::routing {

/// A region at a moment of a round.
struct RegionNow {
    Up reachable = Up::unknown;
    Admission admission = Admission::unknown;
    bool may_deploy = false;
    bool is_suspected = false;   // it has contradicted the catalog about some subjects
    bool has_unread = false;     // of which some could not be read when it was looked into
    std::uint64_t deployed = 0;  // versions that it has got so far
};

/// What a round begins with.
enum class Contact {
    probe,    // is it there?
    verify,   // it was ours: does the claim stand, and the mode? If not, prepare
    prepare,  // see that it becomes ours, or say why not
};

/// How what the region holds is compared with the catalog.
enum class Sweep {
    none,
    subjects,  // which subjects are gone; plans what was never planned
    versions,  // also which versions
};

/// What is due after the contact.
struct Duties {
    bool deploy = false;      // wake the deployer
    bool inspect = false;     // read the suspected subjects, and those that are unread
    bool ask_canary = false;  // for one version that should be there
    Sweep sweep = Sweep::none;
};

class Keeping {
  public:
    Contact begin_round(const RegionNow& now);

    /// The region is prepared now, whatever comes of it.
    void preparing();
    /// Where that has led: to a verdict, to a date for the next look, or to nothing, which may have
    /// read all that the region holds.
    enum class PreparationEnd { verdict, looks_again, nothing };
    void prepared(PreparationEnd end);

    Duties after_contact(const RegionNow& now);

    /// The region does not know the version that it was asked for.
    void canary_is_missing();

    /// Of the sweep that after_contact gave out last. One that was cut short is repeated, at first
    /// in the next round, then after twice as many rounds each time.
    enum class SweepEnd { complete, cut_short };
    void sweep_ended(SweepEnd end);

    /// The region refused a write for its mode or our credentials: it is prepared in the next
    /// round, which is to begin as told. When writes are refused each time that the region was
    /// prepared for it and nothing is deployed meanwhile, then in time, after twice as many rounds
    /// each time.
    enum class NextRound { at_once, in_time };
    NextRound write_was_refused();

  private:
    void need(Sweep sweep);
    unsigned rounds_to_wait(Admission admission) const;

    unsigned rounds_since_preparation_ = 0;
    unsigned refusals_ = 0;       // each after a preparation, in a row
    bool was_admitted_ = false;   // since the last refusal
    std::uint64_t deployed_ = 0;  // when the region was claimed at the beginning of a round
    bool was_away_ = false;
    bool deployer_is_awake_ = false;
    Sweep due_ = Sweep::subjects;  // at the first contact
    Sweep running_ = Sweep::none;
    unsigned fruitless_ = 0;        // preparations in a row
    unsigned cut_short_ = 0;        // sweeps in a row
    unsigned rounds_to_sweep_ = 0;  // until the next may begin
};

/// The version to ask for after `last`, in turns, those in conflict among them, which may be over;
/// nothing when none is settled there. Behind many that are not settled it may be one of these:
/// held tells, and the next turn goes on from there.
std::optional<catalog::SubjectVersion> next_canary(
    const catalog::Queries& state,
    const RegionName& region,
    const std::optional<catalog::SubjectVersion>& last);

}  // namespace sgw::routing
