// Config and mode of a scope, stored or in force. Questions to one snapshot of the catalog: a body
// for a 200, or the error. Run on a pool, as they block on the view and throw ViewUnreadable.
// Source: the Schema Registry REST API, 8.1.
#pragma once

#include <string>

#include "gateway/call.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/rules/register.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

Result<std::string> get_config(const Call& call,
                               const catalog::Queries& state,
                               const catalog::RegistryPolicy& policy);
Result<std::string> get_mode(const Call& call, const catalog::Queries& state);

}  // namespace sgw::gateway::api
