// How one subject version gets into one region: look, write with id and version, read back. A 200
// is never believed, and a version that the region holds with other content is never written over,
// because registries exist that store nothing, fold versions together, or overwrite. Each function
// takes what the region answered and says what to do next. Pure; any thread.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "routing/region_answer.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

struct Wanted {
    catalog::SubjectVersion what;
    SchemaId id;
    catalog::Content content;
};

struct Write {};
struct ReadBack {};
/// The write was acknowledged with this id and the version does not show: see whether the id is
/// there.
struct CheckFold {
    SchemaId id;
};
/// Nothing more to do: deployed, partial or conflict, with the region's words.
struct Settled {
    catalog::DeploymentState state = catalog::DeploymentState::deployed;
    std::string reason;
};
/// The region says that it holds something else, or nothing where it said that it stored: see
/// after_contradiction.
struct Contradicted {
    std::string reason;
};
/// The region refuses for a reason that may pass; tried again later, with state `failed`.
struct RetryLater {
    enum class Why { refusal, finding };
    std::string reason;
    Why why = Why::refusal;
};
/// The region is not in IMPORT mode for this subject: its preparation has to be looked at.
struct NotImport {
    std::string reason;
};
/// The region did not answer as a registry does: its health is to blame, not the version.
struct Unanswered {
    Failed failure;
};

using DeploymentStep = std::
    variant<Write, ReadBack, CheckFold, Settled, Contradicted, RetryLater, NotImport, Unanswered>;

DeploymentStep after_look(const Wanted& wanted, const RegionAnswer<VersionFact>& answer);
DeploymentStep after_write(const Wanted& wanted, const RegionAnswer<WrittenFact>& answer);
/// How long a version that the region took may be missing in what it says: reads may come from a
/// replica that lags behind.
inline constexpr std::chrono::seconds replica_lag{10};

/// `written`: what the write said. `missing_for`: since a write of this version was first
/// acknowledged and not found.
DeploymentStep after_read_back(const Wanted& wanted,
                               const WrittenFact& written,
                               const RegionAnswer<VersionFact>& answer,
                               std::chrono::nanoseconds missing_for);

/// What the region holds under the id that it acknowledged the write with.
DeploymentStep after_fold_check(SchemaId id,
                                const RegionAnswer<SchemaFact>& answer,
                                std::chrono::nanoseconds missing_for);

/// One wrong answer may pass: a contradiction is a conflict once the attempt before was told the
/// same.
enum class SaidBefore { no, yes };
DeploymentStep after_contradiction(const Contradicted& now, SaidBefore before);

/// Whether what led to the step contradicts the catalog.
bool is_finding(const DeploymentStep& step);

}  // namespace sgw::routing
