// Takes a request target apart: path segments, split before they are decoded (a subject may hold
// "/" as %2F), and query parameters. What the registry's own server refuses as ambiguous or
// suspicious is refused with its words; the status is always 400. Pure, any thread. Sources:
// RFC 3986, 3; the Schema Registry REST API, release 8.1.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/guard.hpp"
#include "routing/operation.hpp"
#include "store/result.hpp"

namespace sgw::gateway::http {

/// In the order sent; a key may come more than once; without "=" the value is empty.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

struct Target {
    /// `raw` is without ";parameters". One trailing slash has been taken off; "/" has no segments.
    /// "." and ".." stand for themselves.
    std::vector<routing::Segment> segments;
    QueryParameters query;
};

/// `target` in origin-form, as Request::target.
ResultOr<Target, Rejection> read_target(std::string_view target);

}  // namespace sgw::gateway::http
