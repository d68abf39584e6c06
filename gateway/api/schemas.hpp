// Queries that the catalog alone answers: ids, subjects, numbered versions, look-ups, compatibility
// tests, settings. Plain functions of one snapshot, run on the blocking pool. Source: the Schema
// Registry REST API, 8.1.
#pragma once

#include <string>

#include "gateway/call.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/rules/register.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

/// A body for a 200, or the error.
using Body = Result<std::string>;

Body get_schema(const Call& call, const catalog::Queries& state);
Body get_schema_text(const Call& call, const catalog::Queries& state);
Body get_schema_subjects(const Call& call, const catalog::Queries& state);
Body get_schema_versions(const Call& call, const catalog::Queries& state);

Body list_subjects(const Call& call, const catalog::Queries& state);
Body list_versions(const Call& call, const catalog::Queries& state);
Body get_version(const Call& call, const catalog::Queries& state);
Body get_version_schema(const Call& call, const catalog::Queries& state);

Body lookup_schema(const Call& call,
                   const catalog::Queries& state,
                   const catalog::RegistryPolicy& policy);
/// With or without a version in the path.
Body test_compatibility(const Call& call,
                        const catalog::Queries& state,
                        const catalog::RegistryPolicy& policy);

Body get_config(const Call& call,
                const catalog::Queries& state,
                const catalog::RegistryPolicy& policy);
Body get_mode(const Call& call, const catalog::Queries& state);

}  // namespace sgw::gateway::api
