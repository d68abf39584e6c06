// Answers reads: from memory, from the catalog's view, from the nearest region for what may have
// changed, and from the catalog when no region can be asked. A region only says which versions and
// ids exist; the body is rendered here, and a region that contradicts the catalog is noted and
// passed over. 404 is answered only when everybody who might know better has been asked.
//
// On the caller's context; blocking work goes to the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "gateway/answer.hpp"
#include "gateway/call.hpp"
#include "gateway/services.hpp"

namespace sgw::gateway {

/// A query to one snapshot of the catalog: the body for a 200, or the error.
using CatalogQuery = std::function<Result<std::string>(const catalog::Queries&)>;

/// The answer that was rendered before for this very call.
std::optional<Answer> remembered(Services& services, const Call& call, const std::string& tag);

/// What the catalog says is final, or a region that is not adopted may know better (see
/// read_mutable).
boost::asio::awaitable<Answered> read_catalog(Services& services,
                                              const Call& call,
                                              CatalogQuery query);

/// What never changes once it is true: from then on it is `remembered` under `tag`, until the
/// change feed drops it.
boost::asio::awaitable<Answered> read_immutable(Services& services,
                                                const Call& call,
                                                std::string tag,
                                                CatalogQuery query);

/// The latest version or the list of versions: asked of the nearest region that can answer.
boost::asio::awaitable<Answered> read_mutable(Services& services,
                                              const Call& call,
                                              CatalogQuery query);

}  // namespace sgw::gateway
