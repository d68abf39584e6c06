// What an entry of the log says: the events that together are one atomic change of the catalog, and
// their versioned JSON form. Pure values. An event never changes its meaning; new ones are added.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "store/catalog/content.hpp"
#include "store/catalog/deployment.hpp"
#include "store/catalog/settings.hpp"
#include "store/result.hpp"
#include "store/types.hpp"

namespace sgw::catalog {

/// The id now means this content in this context, for ever.
struct SchemaCreated {
    Context context;
    SchemaId id;
    Content content;

    bool operator==(const SchemaCreated&) const = default;
};

/// The subject has this version; in IMPORT mode it may replace what the number meant before.
struct VersionAdded {
    Subject subject;
    Version version;
    SchemaId id;
    std::optional<SchemaId> replaces = std::nullopt;  // what the number meant before

    bool operator==(const VersionAdded&) const = default;
};

/// The version stands so in that region. The first such event of a version is its plan (state
/// pending).
struct DeploymentChanged {
    RegionName region;
    SubjectVersion what;
    DeploymentState state = DeploymentState::pending;
    std::string reason;

    bool operator==(const DeploymentChanged&) const = default;
};

struct ConfigSet {
    Subject scope;
    ScopeConfig config;

    bool operator==(const ConfigSet&) const = default;
};

struct ConfigDeleted {
    Subject scope;

    bool operator==(const ConfigDeleted&) const = default;
};

struct ModeSet {
    Subject scope;
    Mode mode = Mode::readwrite;

    bool operator==(const ModeSet&) const = default;
};

struct ModeDeleted {
    Subject scope;

    bool operator==(const ModeDeleted&) const = default;
};

/// From here on the region holds only what this log puts there.
struct RegionClaimed {
    RegionName region;

    bool operator==(const RegionClaimed&) const = default;
};

/// Others may have written to the claimed region. The next RegionClaimed ends that.
struct ClaimDoubted {
    RegionName region;

    bool operator==(const ClaimDoubted&) const = default;
};

using Event = std::variant<SchemaCreated,
                           VersionAdded,
                           DeploymentChanged,
                           ConfigSet,
                           ConfigDeleted,
                           ModeSet,
                           ModeDeleted,
                           RegionClaimed,
                           ClaimDoubted>;

using Events = std::vector<Event>;

/// Why a body of the log cannot be understood: damaged, or written by a newer release.
struct Undecodable {
    std::string reason;
};

/// What is no UTF-8 is replaced.
std::string encode(const Events& events);
ResultOr<Events, Undecodable> decode(std::string_view body);

/// A body for the log, with the events as anyone who decodes it will see them.
struct Logged {
    std::string body;
    Events events;
};
Logged as_logged(Events events);

nlohmann::ordered_json to_json(const Content& content);
Content content_from_json(const nlohmann::ordered_json& json);

}  // namespace sgw::catalog
