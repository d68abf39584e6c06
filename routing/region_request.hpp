// The calls that the gateway makes to a region, as text. Nobody else writes a region's paths or
// bodies, and nothing gets into them but through the region's mapping. Pure; any thread. Source:
// the Schema Registry REST API, release 8.1.
#pragma once

#include <string>

#include "routing/deployment.hpp"
#include "routing/region_mapping.hpp"
#include "store/catalog/deployment.hpp"

namespace sgw::routing {

struct RegionRequest {
    std::string method = "GET";
    std::string target;
    std::string body;
    /// The one subject or id that it is about, in the catalog's words; empty: the whole region.
    std::string about;
};

RegionRequest ask_version(const RegionMapping& mapping, const catalog::SubjectVersion& what);
RegionRequest ask_latest(const RegionMapping& mapping, const Subject& subject);
RegionRequest ask_versions(const RegionMapping& mapping, const Subject& subject);
RegionRequest ask_schema(const RegionMapping& mapping, SchemaId id);

/// Deleted subjects are listed too. Registries differ in whether a plain list shows other contexts
/// than the default one.
enum class Listing { plain, all_contexts };
RegionRequest ask_subjects(Listing listing);
RegionRequest ask_contexts();
RegionRequest ask_subjects_in(const RegionMapping& mapping, const Context& context);

/// Registers under the wanted id and version.
RegionRequest write_version(const RegionMapping& mapping, const Wanted& wanted);

RegionRequest ask_mode(const RegionMapping& mapping, const Subject& subject);
/// IMPORT for all contexts, or for the default context alone.
enum class ModeScope { all_contexts, top_level };
RegionRequest set_import_mode(ModeScope scope);

}  // namespace sgw::routing
