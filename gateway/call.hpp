// One API call as handlers see it: the matched route, its parameters, the query. Pure values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/http/target.hpp"
#include "routing/operation.hpp"
#include "store/error.hpp"
#include "store/log/log.hpp"
#include "store/types.hpp"

namespace sgw::gateway {

struct Call {
    const http::Request& request;
    const routing::Route& route;
    std::map<std::string, std::string, std::less<>> parameters;
    http::QueryParameters query;

    /// The subject of the path; without one, the top level.
    Subject subject() const;
    bool has_subject() const { return parameters.contains("subject"); }

    /// The first value of a query parameter; empty where it is missing.
    std::string_view parameter(std::string_view name) const;
    bool has(std::string_view name) const;
    /// True only for "true", in any case.
    bool flag(std::string_view name) const;
    /// An int32; empty or missing: the default. Anything else is the API's 404.
    Result<std::int32_t> integer(std::string_view name, std::int32_t otherwise) const;
    /// The id in the path.
    Result<SchemaId> id() const;

    /// What an answer that only depends on the call can be kept under: method, target and body.
    /// HEAD and GET share theirs.
    std::string cache_key() const {
        return std::string(route.method) + ' ' + request.target + '\n' + request.body;
    }

    log::Origin origin() const;
};

/// Without the blanks around it.
std::string_view trimmed(std::string_view text);

/// An int32 as Java reads it, with an optional sign.
std::optional<std::int32_t> parse_int32(std::string_view text);

/// The version of a path: a number from 1, or "latest", or -1; blanks around it do not count.
struct VersionChoice {
    std::optional<Version> number;  // none: the latest
};
Result<VersionChoice> parse_version(std::string_view text);

}  // namespace sgw::gateway
