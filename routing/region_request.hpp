// The calls that the gateway makes to a region, as text. Nobody else writes a region's paths or
// bodies, and nothing gets into them but through the region's mapping. Pure; any thread. Source:
// the Schema Registry REST API, release 8.1.
#pragma once

#include <optional>
#include <string>

#include "routing/deployment.hpp"
#include "routing/region_mapping.hpp"
#include "store/catalog/deployment.hpp"
#include "store/catalog/rules/register.hpp"

namespace sgw::routing {

struct RegionRequest {
    std::string method = "GET";
    std::string target;
    std::string body;
    /// The one subject or id that it is about, in the catalog's words; empty: the whole region.
    std::string about;
};

/// Which versions count, softly deleted ones being there or not.
enum class Shown { live, deleted_too, deleted_only };

RegionRequest ask_version(const RegionMapping& mapping,
                          const catalog::SubjectVersion& what,
                          Shown shown = Shown::live);
RegionRequest ask_latest(const RegionMapping& mapping, const Subject& subject);
RegionRequest ask_versions(const RegionMapping& mapping,
                           const Subject& subject,
                           Shown shown = Shown::live);

/// An id; `hint`, a subject or a context alone, says which schema is meant where contexts use one
/// id for several.
struct IdQuestion {
    SchemaId id;
    std::optional<Subject> hint;
    Shown shown = Shown::live;  // of holders
};
RegionRequest ask_schema(const RegionMapping& mapping, const IdQuestion& question);
RegionRequest ask_holders(const RegionMapping& mapping, const IdQuestion& question);

/// A schema that somebody brought, about a subject.
struct SchemaQuestion {
    Subject subject;
    catalog::SchemaRequest schema;  // without references
    schema::Normalize normalize = schema::Normalize::no;
};
RegionRequest ask_lookup(const RegionMapping& mapping,
                         const SchemaQuestion& question,
                         Shown shown = Shown::live);

/// What a schema is tested against.
struct Against {
    enum class Kind { as_the_level_says, latest, one };
    Kind kind = Kind::as_the_level_says;
    Version version{};  // of Kind::one
};
enum class Verbose { no, yes };
RegionRequest ask_compatibility(const RegionMapping& mapping,
                                const SchemaQuestion& question,
                                const Against& against,
                                Verbose verbose);

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
