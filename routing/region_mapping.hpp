// How names and numbers translate between the catalog and one region. Everything that is sent to a
// region or taken from one passes here; today every region speaks the catalog's own names. Pure;
// any thread.
#pragma once

#include <string>
#include <string_view>

#include "routing/region_answer.hpp"
#include "store/catalog/deployment.hpp"
#include "store/types.hpp"

namespace sgw::routing {

class RegionMapping {
  public:
    Subject to_region(const Subject& subject) const { return subject; }
    catalog::SubjectVersion to_region(const catalog::SubjectVersion& what) const { return what; }
    SchemaId to_region(SchemaId id) const { return id; }

    VersionFact from_region(VersionFact fact) const { return fact; }
    std::string from_region(std::string subject) const { return subject; }
    Version from_region(Version version) const { return version; }
    SchemaId from_region(SchemaId id) const { return id; }
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
