// Subjects, their versions, look-ups and compatibility tests, as the catalog knows them (which
// versions are live, a region may be asked as well). Questions to one snapshot: a body for a 200,
// or the error. Run on a pool, as they block on the view and throw ViewUnreadable; the last two
// parse schemas. Source: the Schema Registry REST API, 8.1.
#pragma once

#include <string>

#include "gateway/call.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/rules/register.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

Result<std::string> list_subjects(const Call& call, const catalog::Queries& state);
Result<std::string> list_versions(const Call& call, const catalog::Queries& state);
Result<std::string> get_version(const Call& call, const catalog::Queries& state);
Result<std::string> get_version_schema(const Call& call, const catalog::Queries& state);

Result<std::string> lookup_schema(const Call& call,
                                  const catalog::Queries& state,
                                  const catalog::RegistryPolicy& policy);
/// With or without a version in the path.
Result<std::string> test_compatibility(const Call& call,
                                       const catalog::Queries& state,
                                       const catalog::RegistryPolicy& policy);

}  // namespace sgw::gateway::api
