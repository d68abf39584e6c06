// What the versions that a region tells under our names mean for a claim in doubt: an id that our
// log never gave, or gave to another schema, is a stray, unless that is a known conflict; any other
// difference deserves a second look. Pure; blocks on the catalog's store.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "routing/region_answer.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::routing {

/// In words, where what the region tells, or lists and does not tell, is not what our log put
/// there. `answer` is one to go by.
std::optional<std::string> stray(const catalog::Queries& state,
                                 const RegionName& region,
                                 const catalog::SubjectVersion& what,
                                 const RegionAnswer<VersionFact>& answer);

using Ids = std::map<Version, SchemaId>;

/// Whether the region holds the versions that it should hold by now, under their ids, and no more.
bool is_as_booked(const catalog::Queries& state,
                  const RegionName& region,
                  const Subject& subject,
                  const Ids& told);

}  // namespace sgw::routing
