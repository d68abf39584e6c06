#include "routing/deployment.hpp"

#include "routing/region_mapping.hpp"
#include "routing/region_words.hpp"
#include "store/overloaded.hpp"

namespace sgw::routing {
namespace {

using catalog::DeploymentState;

constexpr int too_large = 413;

/// Whether the refusal is about this very version, so that asking again changes nothing: 409 and
/// 422 with their finer codes.
bool is_final(int code) {
    const int status = code >= 10000 ? code / 100 : code;
    return status == 409 || status == 422 || status == too_large;
}

Settled conflict(std::string reason) {
    return {DeploymentState::conflict, std::move(reason)};
}

/// What the region holds under this number, against what it should hold.
DeploymentStep compare(const Wanted& wanted, const VersionFact& fact) {
    if (fact.version != wanted.what.version) {
        return RetryLater{"the region answered for another version"};
    }
    if (!names_subject(fact.subject, wanted.what.subject)) {
        return conflict("the region calls the subject " + region_words(fact.subject));
    }
    const auto held = content_of(fact, wanted.content.metadata);
    if (!held) return conflict("the region holds a text that is no schema under this version");
    if (held->type != wanted.content.type || held->text != wanted.content.text ||
        held->references != wanted.content.references) {
        return conflict("the region holds another schema under this version, id " +
                        std::to_string(fact.id.value));
    }
    if (fact.id != wanted.id) {
        return conflict("the region holds this version under id " + std::to_string(fact.id.value));
    }
    if (held->metadata == wanted.content.metadata) return Settled{};
    const bool dropped = !held->metadata || *held->metadata == catalog::Metadata{};
    return Settled{DeploymentState::partial,
                   dropped ? "the region dropped the metadata" : "the region holds other metadata"};
}

DeploymentStep refused(const Refused& answer) {
    if (refuses_taken_id(answer)) return conflict(words(answer));
    if (answer.code == operation_not_permitted) return NotImport{words(answer)};
    if (is_final(answer.code)) return conflict(words(answer));
    return RetryLater{words(answer)};
}

DeploymentStep failed(const Failed& answer) {
    if (answer.kind == Failed::Kind::credentials) return NotImport{answer.reason};
    if (answer.kind == Failed::Kind::garbage) return RetryLater{answer.reason};
    return Unanswered{answer};
}

}  // namespace

DeploymentStep after_look(const Wanted& wanted, const RegionAnswer<VersionFact>& answer) {
    return std::visit(Overloaded{
                          [&](const VersionFact& fact) { return compare(wanted, fact); },
                          [](const Absent&) -> DeploymentStep { return Write{}; },
                          [](const Refused& no) -> DeploymentStep { return RetryLater{words(no)}; },
                          [](const Failed& none) { return failed(none); },
                      },
                      answer);
}

DeploymentStep after_write(const Wanted&, const RegionAnswer<WrittenFact>& answer) {
    return std::visit(Overloaded{
                          [](const WrittenFact&) -> DeploymentStep { return ReadBack{}; },
                          [](const Absent& none) -> DeploymentStep {
                              return RetryLater{std::to_string(none.code) + " to a registration"};
                          },
                          [](const Refused& no) { return refused(no); },
                          [](const Failed& none) { return failed(none); },
                      },
                      answer);
}

DeploymentStep after_read_back(const Wanted& wanted,
                               const WrittenFact& written,
                               const RegionAnswer<VersionFact>& answer,
                               std::chrono::nanoseconds missing_for) {
    const auto absent = [&](const Absent&) -> DeploymentStep {
        if (written.id && *written.id != wanted.id) return CheckFold{*written.id};
        if (missing_for < replica_lag) {
            return RetryLater{"the region acknowledged the write and does not show it yet"};
        }
        return conflict("the region acknowledged the write and stored nothing");
    };
    return std::visit(Overloaded{
                          [&](const VersionFact& fact) { return compare(wanted, fact); },
                          absent,
                          [](const Refused& no) -> DeploymentStep { return RetryLater{words(no)}; },
                          [](const Failed& none) { return failed(none); },
                      },
                      answer);
}

DeploymentStep after_fold_check(SchemaId id,
                                const RegionAnswer<SchemaFact>& answer,
                                std::chrono::nanoseconds missing_for) {
    const auto number = std::to_string(id.value);
    const auto absent = [&](const Absent&) -> DeploymentStep {
        const auto what = "the region acknowledged the write with id " + number;
        if (missing_for < replica_lag) return RetryLater{what + " and does not hold that id yet"};
        return conflict(what + ", holds nothing under it, and stored nothing");
    };
    return std::visit(Overloaded{
                          [&](const SchemaFact&) -> DeploymentStep {
                              return conflict("the region folds this version into id " + number);
                          },
                          absent,
                          [](const Refused& no) -> DeploymentStep { return RetryLater{words(no)}; },
                          [](const Failed& none) { return failed(none); },
                      },
                      answer);
}

}  // namespace sgw::routing
