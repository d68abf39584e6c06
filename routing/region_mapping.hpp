// How names and numbers translate between the catalog and one region. Everything that is sent to a
// region (region_request) or taken from one (region_answer) passes here; today every region speaks
// the catalog's own names. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "store/catalog/deployment.hpp"
#include "store/schema/schema.hpp"
#include "store/types.hpp"

namespace sgw::routing {

/// The identity; a region that speaks otherwise overrides what differs, in both directions.
class RegionMapping {
  public:
    RegionMapping() = default;
    virtual ~RegionMapping() = default;
    RegionMapping(const RegionMapping&) = delete;
    RegionMapping& operator=(const RegionMapping&) = delete;

    virtual Subject to_region(const Subject& subject) const { return subject; }
    virtual Context to_region(const Context& context) const { return context; }
    virtual Version to_region(Version version) const { return version; }
    virtual SchemaId to_region(SchemaId id) const { return id; }
    schema::Reference to_region(const schema::Reference& reference) const;

    /// A subject as the region spells it: qualified or not, decoded or as it stood in the path.
    virtual std::string from_region(std::string subject) const { return subject; }
    virtual Context from_region(Context context) const { return context; }
    virtual Version from_region(Version version) const { return version; }
    virtual SchemaId from_region(SchemaId id) const { return id; }
    schema::Reference from_region(schema::Reference reference) const;
};

/// The text as a segment of a URL's path. Colons stay: some registries take the path undecoded, and
/// contexts are written with colons.
std::string path_segment(std::string_view text);

/// Whether a name in a region's answer is this subject: some registries leave out the context that
/// they were asked in, or hand the name back as it stood in the path.
bool names_subject(std::string_view answered, const Subject& subject);

/// Whether this gateway runs the probes, deployments and other jobs of the region.
inline bool drives(const RegionName&) {
    return true;
}

}  // namespace sgw::routing
