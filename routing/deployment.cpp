#include "routing/deployment.hpp"

#include "routing/difference.hpp"
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

DeploymentStep compare(const Wanted& wanted, const VersionFact& fact) {
    auto differs = difference(wanted.what, wanted.id, wanted.content, fact);
    if (!differs) return Settled{};
    switch (differs->in) {
        case Difference::In::version:
            return RetryLater{std::move(differs->reason), RetryLater::Why::finding};
        case Difference::In::schema:
            return Contradicted{std::move(differs->reason)};
        case Difference::In::metadata:
            return Settled{DeploymentState::partial, std::move(differs->reason)};
    }
    return Settled{};
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
        return Contradicted{"the region acknowledged the write and stored nothing"};
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
        return Contradicted{what + ", holds nothing under it, and stored nothing"};
    };
    return std::visit(
        Overloaded{
            [&](const SchemaFact&) -> DeploymentStep {
                return Contradicted{"the region folds this version into id " + number};
            },
            absent,
            [](const Refused& no) -> DeploymentStep { return RetryLater{words(no)}; },
            [](const Failed& none) { return failed(none); },
        },
        answer);
}

DeploymentStep after_contradiction(const Contradicted& now, SaidBefore before) {
    if (before == SaidBefore::yes) return conflict(now.reason);
    return RetryLater{now.reason};
}

bool is_finding(const DeploymentStep& step) {
    if (const auto* later = std::get_if<RetryLater>(&step)) {
        return later->why == RetryLater::Why::finding;
    }
    const auto* settled = std::get_if<Settled>(&step);
    const bool differs = settled != nullptr && settled->state == DeploymentState::partial;
    return differs || std::holds_alternative<Contradicted>(step);
}

}  // namespace sgw::routing
