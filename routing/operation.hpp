// The table of everything that the client listener answers: method and path -> operation and its
// metric label. Dispatch, metrics and documentation all read this one table. Pure; any thread.
// Source: the Schema Registry REST API, release 8.1.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sgw::routing {

enum class Operation {
    get_root,
    post_root,
    get_cluster_id,
    get_server_version,
    list_types,
    list_subjects,
    lookup_schema,
    register_schema,
    list_versions,
    get_version,
    get_version_schema,
    get_schema,
    get_schema_text,
    get_schema_subjects,
    get_schema_versions,
    test_compatibility,
    test_compatibility_with_version,
    get_config,
    put_config,
    delete_config,
    get_mode,
    put_mode,
    delete_mode,
    not_yet,  // part of the API, but not of this release: 501
};

struct Route {
    std::string_view method;
    std::string_view
        path;  // "/subjects/{subject}/versions": words are literal, {names} are parameters
    Operation operation;
    std::string_view label;  // of metrics and logs
};

std::span<const Route> routes();

struct Matched {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parameters;  // decoded
};
struct UnknownPath {};
/// The path is known, the method is not. `allow` is what OPTIONS answers.
struct WrongMethod {
    std::string allow;
};
using Match = std::variant<Matched, UnknownPath, WrongMethod>;

/// One segment of a path, as sent and decoded. Words of the table are compared undecoded.
struct Segment {
    std::string raw;
    std::string decoded;
};

/// HEAD matches what GET does. A trailing slash has been taken off before.
Match match(std::string_view method, std::span<const Segment> segments);

}  // namespace sgw::routing
