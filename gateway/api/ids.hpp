// What an id means and who holds it. Questions to one snapshot of the catalog: a body for a 200, or
// the error. Run on a pool, as they block on the view and throw ViewUnreadable. Source: the Schema
// Registry REST API, 8.1.
#pragma once

#include <string>

#include "gateway/call.hpp"
#include "store/catalog/queries.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

Result<std::string> get_schema(const Call& call, const catalog::Queries& state);
Result<std::string> get_schema_text(const Call& call, const catalog::Queries& state);
Result<std::string> get_schema_subjects(const Call& call, const catalog::Queries& state);
Result<std::string> get_schema_versions(const Call& call, const catalog::Queries& state);

}  // namespace sgw::gateway::api
