// The entities of the API in the order and with the omissions that clients know. Every body that
// leaves the gateway is made here, also those whose facts came from a region. Pure; any thread.
// Source: the Schema Registry REST API, release 8.1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/catalog/content.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/settings.hpp"
#include "store/error.hpp"

namespace sgw::gateway::api {

/// Whether the entity was read from the store, and so shows when it was written and whether it is
/// deleted.
enum class Times { hide, show };

std::string render_error(const Error& error);

/// Schema: what names a subject version, and the answer to a look-up.
std::string render_version(const catalog::VersionRecord& version,
                           const catalog::Content& content,
                           Times times);

/// SchemaString: what an id means, with one of its holders; `max_id` only where it was asked for.
std::string render_schema(const std::optional<catalog::VersionRecord>& holder,
                          const catalog::Content& content,
                          const std::optional<SchemaId>& max_id);

/// RegisterSchemaResponse.
std::string render_registered(const catalog::VersionRecord& version,
                              const catalog::Content& content,
                              Times times);

std::string render_versions(const std::vector<Version>& versions);
std::string render_names(const std::vector<std::string>& names);
std::string render_subject_versions(const std::vector<catalog::SubjectVersion>& versions);
std::string render_compatibility(const std::vector<std::string>& messages, bool verbose);

/// GET config: the level is called compatibilityLevel, empty texts are left out.
std::string render_config(const catalog::ScopeConfig& config);
/// PUT config: the level is called compatibility, empty texts are shown.
std::string render_config_update(const catalog::ScopeConfig& config);
std::string render_mode(catalog::Mode mode);

}  // namespace sgw::gateway::api
