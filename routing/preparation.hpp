// How a region becomes ours to deploy to: read the claim, see more than once that it holds nothing
// foreign, put it into IMPORT mode, claim it, read the claim back, look through it again. Each
// function takes what the region answered and says what to do next. A region that fails here goes
// on serving reads. Pure; any thread.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "routing/admission.hpp"
#include "routing/region_answer.hpp"

namespace sgw::routing {

/// What is known before the region is asked anything.
struct PreparationFacts {
    std::string log_uuid;
    bool manage_mode = true;
    bool claimed_before = false;            // the log says that we claimed it once
    bool may_be_trusted = false;            // with our claim in place its contents need no look
    std::set<std::string> put_there;        // names that it may list because of us
    std::chrono::nanoseconds settle{0};     // how long it has to look clean before it is claimed
    std::chrono::nanoseconds clean_for{0};  // since the first of the looks, in a row, that did
    Contents contents = Contents::unknown;  // what is known so far; changed by after_contents
    bool claim_found = false;               // ours; set when it was read, or read back
    bool mode_set = false;                  // set by after_set_mode
    bool top_level_set = false;             // set by after_set_top_level_mode
};

struct ListContents {};
/// Nothing foreign so far, but a region that is still loading looks the same: to be prepared from
/// the beginning `in` so much time. Any call that it fails to answer meanwhile starts that anew.
struct LookAgain {
    std::chrono::nanoseconds in;
};
/// IMPORT for all contexts.
struct SetMode {};
/// IMPORT for the default context alone: some registries keep a setting of their own there, which
/// hides the one for all contexts.
struct SetTopLevelMode {};
struct CheckMode {};
struct WriteClaim {};
struct ReadClaim {};
struct Admitted {};
struct Denied {
    Admission admission = Admission::not_import;
    std::string reason;
};
/// No answer to go by: tried again at the next probe.
struct TryAgain {
    Failed failure;
};

using PreparationStep = std::variant<ListContents,
                                     LookAgain,
                                     SetMode,
                                     SetTopLevelMode,
                                     CheckMode,
                                     WriteClaim,
                                     ReadClaim,
                                     Admitted,
                                     Denied,
                                     TryAgain>;

PreparationStep after_claim(PreparationFacts& facts, const RegionAnswer<VersionFact>& answer);
/// `subjects`: qualified names of all subjects in all contexts, deleted ones included. A clean look
/// comes before the claim and once more after it.
PreparationStep after_contents(PreparationFacts& facts,
                               const RegionAnswer<std::vector<std::string>>& subjects);
PreparationStep after_set_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer);
PreparationStep after_set_top_level_mode(PreparationFacts& facts,
                                         const RegionAnswer<ModeFact>& answer);
PreparationStep after_check_mode(const PreparationFacts& facts,
                                 const RegionAnswer<ModeFact>& answer);
PreparationStep after_write_claim(const RegionAnswer<WrittenFact>& answer);
/// The claim was written by us just now.
PreparationStep after_claim_read_back(PreparationFacts& facts,
                                      const RegionAnswer<VersionFact>& answer);

/// What is known of the contents of a region that stands so, before it is looked through again.
Contents known_contents(const Standing& standing, bool claimed_before);
Standing standing_after(const PreparationFacts& facts, const Denied& denied);
Standing standing_after(const PreparationFacts& facts, const LookAgain& look);

}  // namespace sgw::routing
