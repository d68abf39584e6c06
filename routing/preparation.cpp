#include "routing/preparation.hpp"

#include <algorithm>
#include <utility>

#include "routing/claim.hpp"
#include "routing/region_words.hpp"
#include "store/overloaded.hpp"

namespace sgw::routing {
namespace {

constexpr int no_mode_set = 40409;
constexpr std::string_view import_mode = "IMPORT";

PreparationStep not_import(std::string reason) {
    return Denied{Admission::not_import, std::move(reason)};
}

PreparationStep failed(const Failed& failure) {
    if (failure.kind == Failed::Kind::credentials) return not_import(failure.reason);
    return TryAgain{failure};
}

/// What speaks against the claim that the region holds; nothing when it is ours and locks.
std::optional<Denied> objection(const PreparationFacts& facts, const VersionFact& fact) {
    const auto content = content_of(fact);
    const auto log = content ? claimant(content->text) : std::nullopt;
    if (!log) {
        return Denied{Admission::claimed_by_other, "what stands in the claim's place is no claim"};
    }
    if (*log != facts.log_uuid) {
        return Denied{Admission::claimed_by_other, "claimed by log " + region_words(*log)};
    }
    if (fact.id == claim_id) return std::nullopt;
    return Denied{Admission::not_import,
                  "the region stored the claim under id " + std::to_string(fact.id.value) +
                      ", which locks nothing"};
}

PreparationStep after_mode_change(const RegionAnswer<ModeFact>& answer) {
    return std::visit(
        Overloaded{
            [](const ModeFact&) -> PreparationStep { return CheckMode{}; },
            [](const Absent& none) { return not_import("mode: " + std::to_string(none.code)); },
            [](const Refused& no) { return not_import(words(no)); },
            [](const Failed& failure) { return failed(failure); },
        },
        answer);
}

/// A region that lists nothing may say so with a 404.
template <class Judge>
PreparationStep judged(const RegionAnswer<std::vector<std::string>>& listed, const Judge& judge) {
    return std::visit(Overloaded{
                          [&](const std::vector<std::string>& names) { return judge(names); },
                          [&](const Absent&) { return judge({}); },
                          [](const Refused& no) { return not_import(words(no)); },
                          [](const Failed& failure) { return failed(failure); },
                      },
                      listed);
}

PreparationStep looked_through(PreparationFacts& facts) {
    const bool is_ours = facts.claimed_before && !facts.doubted;
    facts.contents = is_ours ? Contents::ours : Contents::clean;
    facts.was_open = facts.doubted && !facts.is_closed;
    return CheckMode{};
}

bool is_claim_context(std::string_view subject) {
    return subject.starts_with(":" + std::string(claim_context) + ":");
}

}  // namespace

void start_from(PreparationFacts& facts,
                const Standing& standing,
                std::optional<catalog::RegionClaim> claim) {
    facts.claimed_before = claim.has_value();
    facts.doubted = claim == catalog::RegionClaim::doubted;
    facts.was_open = facts.doubted;
    if (!facts.claimed_before) return;
    // A doubt that could not be recorded.
    facts.must_doubt = !facts.doubted && standing.contents != Contents::ours;
    const bool foreign = standing.contents == Contents::foreign;
    const bool is_ours = !facts.doubted && !facts.must_doubt;
    facts.contents = foreign ? Contents::foreign : is_ours ? Contents::ours : Contents::unknown;
    const bool was_refused = standing.admission == Admission::not_import;  // for its mode, maybe
    facts.may_be_trusted = facts.contents == Contents::ours && !was_refused;
}

PreparationStep after_claim(PreparationFacts& facts, const RegionAnswer<VersionFact>& answer) {
    const auto first_look = [&]() -> PreparationStep {
        if (facts.must_doubt) return Doubt{};
        if (facts.refusal) return CheckRefused{};
        return ListContents{};
    };
    return std::visit(Overloaded{
                          [&](const VersionFact& fact) -> PreparationStep {
                              if (auto denied = objection(facts, fact)) return *denied;
                              facts.claim_found = true;
                              if (facts.may_be_trusted) return CheckMode{};
                              return first_look();
                          },
                          [&](const Absent&) { return first_look(); },
                          [](const Refused& no) { return not_import(words(no)); },
                          [](const Failed& failure) { return failed(failure); },
                      },
                      answer);
}

PreparationStep after_contents(PreparationFacts& facts,
                               const RegionAnswer<std::vector<std::string>>& subjects) {
    facts.listed.clear();
    const auto judge = [&](const std::vector<std::string>& names) -> PreparationStep {
        std::vector<std::string> foreign;
        for (const auto& name : names) {
            const auto ours = facts.put_there.find(name);
            if (facts.claimed_before && ours != facts.put_there.end()) {
                facts.listed.insert(ours->second);
            } else if (!is_claim_context(name)) {
                foreign.push_back(name);
            }
        }
        if (foreign.empty()) {
            const bool settled = facts.claim_found || facts.clean_for >= facts.settle;
            if (!settled) return LookAgain{facts.settle - facts.clean_for};
            if (facts.doubted) return ReadIds{};
            return looked_through(facts);
        }
        facts.contents = Contents::foreign;
        const auto count = foreign.size();
        return Denied{Admission::unadopted,
                      "holds " + std::to_string(count) + (count == 1 ? " subject" : " subjects") +
                          " that this gateway did not put there, such as " +
                          region_words(foreign.front())};
    };
    return judged(subjects, judge);
}

PreparationStep after_ids(PreparationFacts& facts,
                          const RegionAnswer<std::vector<std::string>>& strays) {
    const auto judge = [&](const std::vector<std::string>& found) -> PreparationStep {
        if (found.empty()) return looked_through(facts);
        facts.contents = Contents::foreign;
        return Denied{Admission::unadopted,
                      "holds under a name of ours what this gateway did not put there: " +
                          region_words(found.front())};
    };
    return judged(strays, judge);
}

PreparationStep after_doubt(PreparationFacts& facts) {
    facts.doubted = true;
    facts.must_doubt = facts.may_be_trusted = false;
    facts.was_open = true;
    facts.contents = Contents::unknown;
    return ListContents{};
}

PreparationStep after_set_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer) {
    facts.mode_set = true;
    return after_mode_change(answer);
}

PreparationStep after_set_top_level_mode(PreparationFacts& facts,
                                         const RegionAnswer<ModeFact>& answer) {
    facts.top_level_set = true;
    return after_mode_change(answer);
}

PreparationStep after_check_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer) {
    const auto judge = [&](const std::string& mode) -> PreparationStep {
        facts.is_closed = mode == import_mode;
        if (facts.is_closed) {
            if (!facts.claim_found) return WriteClaim{};
            if (facts.was_open) return ListContents{};
            return facts.refusal ? PreparationStep(CheckRefused{}) : Admitted{};
        }
        facts.was_open = true;
        if (facts.claimed_before && !facts.doubted) return Doubt{};
        if (facts.manage_mode && !facts.mode_set) return SetMode{};
        if (facts.manage_mode && !facts.top_level_set) return SetTopLevelMode{};
        return not_import("mode is " + region_words(mode));
    };
    return std::visit(Overloaded{
                          [&](const ModeFact& fact) { return judge(fact.mode); },
                          [&](const Absent&) { return judge("not set"); },
                          [&](const Refused& no) {
                              return no.code == no_mode_set ? judge("not set")
                                                            : not_import(words(no));
                          },
                          [](const Failed& failure) { return failed(failure); },
                      },
                      answer);
}

PreparationStep after_refused_mode(PreparationFacts& facts, const RegionAnswer<ModeFact>& answer) {
    if (const auto* none = std::get_if<Failed>(&answer)) return failed(*none);
    const bool is_first = !std::exchange(facts.refusal_checked, true);
    const bool is_open = !is_import(answer);
    if (is_open && facts.claimed_before && !facts.doubted) return Doubt{};
    if (is_first) return ListContents{};
    return is_open ? not_import(facts.refusal.value_or("")) : RewriteClaim{};
}

PreparationStep after_rewrite_claim(const PreparationFacts& facts,
                                    const RegionAnswer<WrittenFact>& answer) {
    if (std::holds_alternative<WrittenFact>(answer)) return Admitted{};
    if (const auto* none = std::get_if<Failed>(&answer)) return failed(*none);
    return not_import(facts.refusal.value_or(""));
}

PreparationStep after_write_claim(const RegionAnswer<WrittenFact>& answer) {
    return std::visit(
        Overloaded{
            [](const WrittenFact&) -> PreparationStep { return ReadClaim{}; },
            [](const Absent& none) { return not_import("claim: " + std::to_string(none.code)); },
            // Somebody may have been faster; what is read back decides.
            [](const Refused& no) -> PreparationStep {
                if (refuses_taken_id(no)) return ReadClaim{};
                return not_import(words(no));
            },
            [](const Failed& failure) { return failed(failure); },
        },
        answer);
}

PreparationStep after_claim_read_back(PreparationFacts& facts,
                                      const RegionAnswer<VersionFact>& answer) {
    return std::visit(
        Overloaded{
            [&](const VersionFact& fact) -> PreparationStep {
                if (auto denied = objection(facts, fact)) return *denied;
                facts.claim_found = true;
                return ListContents{};
            },
            [](const Absent&) {
                return not_import("the region acknowledged the claim and stored nothing");
            },
            [](const Refused& no) { return not_import(words(no)); },
            [](const Failed& failure) { return failed(failure); },
        },
        answer);
}

bool looked_clean(const PreparationFacts& facts, const PreparationStep& after_look) {
    const bool is_clean = std::holds_alternative<LookAgain>(after_look) ||
                          std::holds_alternative<ReadIds>(after_look) ||
                          std::holds_alternative<CheckMode>(after_look);
    return is_clean && !facts.claim_found;
}

Standing standing_after(const PreparationFacts& facts, const Denied& denied) {
    const bool foreign =
        denied.admission == Admission::unadopted || denied.admission == Admission::claimed_by_other;
    return {denied.admission, denied.reason, foreign ? Contents::foreign : facts.contents};
}

Standing standing_after(const PreparationFacts& facts, const LookAgain&) {
    if (facts.claimed_before && !facts.doubted) return without_claim(facts.contents);
    return {Admission::unknown,
            "holds nothing foreign so far; it is looked through again before it is claimed",
            facts.contents};
}

Standing standing_after(const Admitted&) {
    return {Admission::claimed, "", Contents::ours};
}

bool raises_doubt(const PreparationFacts& facts, const Denied& denied) {
    const auto standing = standing_after(facts, denied);
    return facts.claimed_before && !facts.doubted && standing.contents == Contents::foreign;
}

bool is_import(const RegionAnswer<ModeFact>& answer) {
    const auto* fact = std::get_if<ModeFact>(&answer);
    return fact != nullptr && fact->mode == import_mode;
}

bool is_lost(const PreparationStep& after_reading) {
    return !std::holds_alternative<CheckMode>(after_reading) &&
           !std::holds_alternative<Admitted>(after_reading) &&
           !std::holds_alternative<TryAgain>(after_reading);
}

}  // namespace sgw::routing
