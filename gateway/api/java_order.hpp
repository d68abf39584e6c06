// The order in which a Java HashMap over qualified subject names lists them, which is how the
// registry picks and lists the holders of an id. Pure; any thread.
#pragma once

#include <vector>

#include "store/catalog/queries.hpp"

namespace sgw::gateway::api {

/// Records of one subject, and of subjects that share a bucket, keep their order.
void sort_as_java_hash_map(std::vector<catalog::VersionRecord>& holders);

}  // namespace sgw::gateway::api
