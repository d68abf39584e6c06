// Where a region stands with us: whether it is ours to deploy to, what is known of what it holds,
// and why. One value, replaced whole whenever more is found out. Pure; any thread.
#pragma once

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "store/catalog/deployment.hpp"
#include "store/types.hpp"

namespace sgw::routing {

enum class Admission {
    unknown,           // not examined yet, or in doubt
    unverified,        // ours as far as the log says; to be looked at before anything is deployed
    claimed,           // ours: gets deployments
    claimed_by_other,  // another log writes it: never written by us
    unadopted,         // holds what our log did not put there
    not_import,        // takes no writes with ids: mode, credentials, or a narrower setting
};

inline constexpr std::array all_admissions{
    Admission::unknown,
    Admission::unverified,
    Admission::claimed,
    Admission::claimed_by_other,
    Admission::unadopted,
    Admission::not_import,
};

std::string_view admission_name(Admission admission);

/// Whether it is known what the region is to us; else it is still to be examined.
bool is_verdict(Admission admission);

/// What is known of the subjects that a region holds.
enum class Contents {
    unknown,
    clean,    // nothing foreign when it was last looked through; others may write to it
    ours,     // claimed by our log, as far as that goes
    foreign,  // what our log did not put there
};

struct Standing {
    Admission admission = Admission::unknown;
    std::string reason = "not examined yet";  // in the region's own words where it has said any
    Contents contents = Contents::unknown;

    /// Whether it holds no id that our log does not know.
    bool is_adopted() const { return contents == Contents::clean || contents == Contents::ours; }

    bool operator==(const Standing&) const = default;
};

/// At the start of the process, of a region that the log says was claimed.
Standing at_start(catalog::RegionClaim claim);

/// Of a claimed region that others may have written to, until it was looked through. One that is in
/// doubt already stays as it is, and so does one that holds what is not ours.
Standing in_doubt(Standing standing);

/// While the claim is missing where it was: nothing is deployed until the region is claimed anew.
Standing without_claim(Contents contents);

/// After the region refused a write for its mode or our credentials.
Standing after_refusal(const Standing& standing, std::string reason);

/// After the region stopped answering: what it held without being ours may change unseen.
Standing out_of_sight(Standing standing);

/// While the region does not let itself be examined; a verdict that was reached before holds.
Standing after_failed_examination(Standing standing, const std::string& reason);

/// Ids that are one schema in a region that is not adopted and another in the catalog.
class ContradictedIds {
  public:
    /// False for one that is known already, or one too many to keep.
    bool add(const Context& context, SchemaId id);
    /// The reason why the region stands where it does, with the first few of them.
    std::string told_with(std::string reason) const;

  private:
    std::set<std::pair<Context, SchemaId>> ids_;
};

}  // namespace sgw::routing
