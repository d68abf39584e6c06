// How a region becomes ours to deploy to: read the claim, see more than once that it holds nothing
// foreign, put it into IMPORT mode, claim it, read the claim back, look through it again. Where
// others may have written to a region that we claimed, the log doubts the claim first, and each
// look reads the ids there too. Each function takes what the region answered and says what to do
// next. A region that fails here goes on serving reads. Pure; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "routing/admission.hpp"
#include "routing/bookings.hpp"
#include "routing/region_answer.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

/// What one preparation goes by. The functions below note in it what they find out.
struct PreparationFacts {
    // Given.
    std::string log_uuid;
    bool manage_mode = true;
    std::chrono::nanoseconds settle{0};     // how long it has to look clean before it is claimed
    bool claimed_before = false;            // the log says that we claimed it once
    bool doubted = false;                   // and that others may have written to it since
    bool must_doubt = false;                // it does not say so yet, and has to
    bool may_be_trusted = false;            // with our claim in place its contents need no look
    Names put_there;                        // that it may list because of us
    std::chrono::nanoseconds clean_for{0};  // since the first of the looks, in a row, that did
    std::optional<std::string> refusal;     // of a write, which stands, in the region's words

    // Found out.
    Contents contents = Contents::unknown;
    bool claim_found = false;  // ours: it was read, or read back
    bool mode_set = false;
    bool top_level_set = false;
    bool refusal_checked = false;
    bool is_closed = false;    // in IMPORT mode when that was asked for last
    bool was_open = false;     // it may have taken writes of others during the last look, or since
    std::set<Subject> listed;  // of ours
};

/// A region that stands so is to be prepared; the log says that of our claim.
void start_from(PreparationFacts& facts,
                const Standing& standing,
                std::optional<catalog::RegionClaim> claim);

/// The log has to say that the claim is in doubt before anything hides why: the region was open to
/// others.
struct Doubt {};
struct ListContents {};
/// Which ids there are under the names that are ours.
struct ReadIds {};
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
/// Whether the subject that it refused a write for is in IMPORT mode: a narrower setting beats the
/// one for all.
struct CheckRefused {};
/// Credentials may read and not write: only a write, of what is there already, proves the contrary.
struct RewriteClaim {};
struct Admitted {};
struct Denied {
    Admission admission = Admission::not_import;
    std::string reason;
};
/// No answer to go by: tried again at the next probe.
struct TryAgain {
    Failed failure;
};

using PreparationStep = std::variant<Doubt,
                                     ListContents,
                                     ReadIds,
                                     LookAgain,
                                     SetMode,
                                     SetTopLevelMode,
                                     CheckMode,
                                     WriteClaim,
                                     ReadClaim,
                                     CheckRefused,
                                     RewriteClaim,
                                     Admitted,
                                     Denied,
                                     TryAgain>;

PreparationStep after_claim(PreparationFacts& facts, const RegionAnswer<VersionFact>& answer);
/// `subjects`: qualified names of all subjects in all contexts, deleted ones included. A clean look
/// comes before the claim and once more after it.
PreparationStep after_contents(PreparationFacts& facts,
                               const RegionAnswer<std::vector<std::string>>& subjects);
/// `strays`: in words, what stands under names of ours and under ids that our log never gave.
PreparationStep after_ids(PreparationFacts& facts,
                          const RegionAnswer<std::vector<std::string>>& strays);
/// The doubt is in the log.
PreparationStep after_doubt(PreparationFacts& facts);
PreparationStep after_set_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer);
PreparationStep after_set_top_level_mode(PreparationFacts& facts,
                                         const RegionAnswer<ModeFact>& answer);
/// A region that was found in another mode than IMPORT is looked through, both before that is set
/// and after it; if it is ours by the log, under a doubt.
PreparationStep after_check_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer);
/// Asked first and last: others may have written to a subject that is in another mode.
PreparationStep after_refused_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer);
PreparationStep after_rewrite_claim(const PreparationFacts& facts,
                                    const RegionAnswer<WrittenFact>& answer);
PreparationStep after_write_claim(const RegionAnswer<WrittenFact>& answer);
/// The claim was written by us just now.
PreparationStep after_claim_read_back(PreparationFacts& facts,
                                      const RegionAnswer<VersionFact>& answer);

/// Whether the contents, looked through before the claim, were seen to be clean.
bool looked_clean(const PreparationFacts& facts, const PreparationStep& after_look);

Standing standing_after(const PreparationFacts& facts, const Denied& denied);
Standing standing_after(const PreparationFacts& facts, const LookAgain& look);
Standing standing_after(const Admitted&);

/// Whether the log has to doubt our claim before this verdict is shown.
bool raises_doubt(const PreparationFacts& facts, const Denied& denied);

/// Whether the mode that was read takes writes with ids.
bool is_import(const RegionAnswer<ModeFact>& answer);

/// Whether a region that was admitted has to be prepared anew, by what its claim, or its mode,
/// leads to when it is read again. No answer is no verdict.
bool is_lost(const PreparationStep& after_reading);

}  // namespace sgw::routing
