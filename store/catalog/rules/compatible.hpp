// The compatibility gate: may this schema follow what the subject holds? Pure over its snapshot:
// blocks on it, throws ViewUnreadable; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/catalog/queries.hpp"
#include "store/catalog/rules/lookup.hpp"

namespace sgw::catalog {

/// Parts of the message that tells why not; empty when it may. Compares with the live versions as
/// the level says, or with `against` alone.
std::vector<std::string> incompatibilities(const Queries& state,
                                           const Subject& subject,
                                           const Candidate& candidate,
                                           const ScopeConfig& config,
                                           const std::optional<VersionRecord>& against = {});

}  // namespace sgw::catalog
