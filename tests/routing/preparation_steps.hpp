// Regions that are being prepared: what is known of them, claims of ours and of another log, and
// what comes next as text.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "routing/claim.hpp"
#include "routing/preparation.hpp"
#include "tests/routing/answers.hpp"

namespace sgw::routing {

inline constexpr std::string_view our_log = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
inline constexpr std::string_view their_log = "9c4e28ba-2fa1-11d2-883f-0016d3cca427";

inline PreparationFacts facts() {
    PreparationFacts facts;
    facts.log_uuid = our_log;
    return facts;
}

inline Names names_of(const std::vector<std::string>& subjects) {
    Names names;
    for (const auto& name : subjects) names.emplace(name, Subject::parse(name));
    return names;
}

inline VersionFact claim_of(std::string_view log, SchemaId id = claim_id) {
    VersionFact fact;
    fact.subject = ":.schema-gateway:claim";
    fact.version = claim_version;
    fact.id = id;
    fact.text = claim_text(log);
    return fact;
}

inline std::string described(const PreparationStep& step) {
    return std::visit(
        Overloaded{
            [](const Doubt&) -> std::string { return "doubt"; },
            [](const ListContents&) -> std::string { return "list contents"; },
            [](const ReadIds&) -> std::string { return "read ids"; },
            [](const LookAgain& look) {
                const auto in = std::chrono::duration_cast<std::chrono::milliseconds>(look.in);
                return "look again in " + std::to_string(in.count()) + " ms";
            },
            [](const SetMode&) -> std::string { return "set mode"; },
            [](const SetTopLevelMode&) -> std::string { return "set top-level mode"; },
            [](const CheckMode&) -> std::string { return "check mode"; },
            [](const WriteClaim&) -> std::string { return "write claim"; },
            [](const ReadClaim&) -> std::string { return "read claim"; },
            [](const CheckRefused&) -> std::string { return "check refused"; },
            [](const RewriteClaim&) -> std::string { return "rewrite claim"; },
            [](const Admitted&) -> std::string { return "admitted"; },
            [](const Denied& denied) {
                return std::string(admission_name(denied.admission)) + ": " + denied.reason;
            },
            [](const TryAgain& again) { return "try again: " + kind_name(again.failure.kind); },
        },
        step);
}

}  // namespace sgw::routing
