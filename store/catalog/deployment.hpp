// Where one subject version stands in one region, and the region's claim. Pure values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/log/log.hpp"
#include "store/types.hpp"

namespace sgw::catalog {

enum class DeploymentState {
    pending,        // to be written, or written again
    deployed,       // read back and found equal
    failed,         // the region refuses for now; retried
    conflict,       // the region holds something else; needs a person
    partial,        // there, but the region dropped metadata or rules; the catalog serves it
    over_capacity,  // the region is full
    deleted,        // deleted in the region
};

inline constexpr std::array all_deployment_states{
    DeploymentState::pending,
    DeploymentState::deployed,
    DeploymentState::failed,
    DeploymentState::conflict,
    DeploymentState::partial,
    DeploymentState::over_capacity,
    DeploymentState::deleted,
};

std::string_view state_name(DeploymentState state);
std::optional<DeploymentState> state_from_name(std::string_view name);

/// Whether a deployer still has to bring it to the region.
inline bool is_work(DeploymentState state) {
    return state == DeploymentState::pending || state == DeploymentState::failed;
}

/// Whether the region now answers for the version under its id and number.
inline bool is_there(DeploymentState state) {
    return state == DeploymentState::deployed || state == DeploymentState::partial;
}

/// Whether a deployer has nothing more to do, and what the region holds tells whether that is
/// right.
inline bool is_settled(DeploymentState state) {
    return is_there(state) || state == DeploymentState::conflict;
}

/// Whether the region holds only what the log that claimed it has put there.
enum class RegionClaim {
    undisputed,
    doubted,  // others may have written to it
};

struct SubjectVersion {
    Subject subject;
    Version version;

    auto operator<=>(const SubjectVersion&) const = default;
};

struct Deployment {
    SubjectVersion what;
    RegionName region;
    DeploymentState state = DeploymentState::pending;
    std::string reason;           // the region's own words, where it has said any
    log::Sequence planned = 0;    // entry that last made it work: the order of work
    std::int64_t since_ms = 0;    // Unix time of the last change of state
    std::int64_t planned_ms = 0;  // Unix time of `planned`
    bool was_there = false;       // the region has had this version once, whatever it lost since

    bool operator==(const Deployment&) const = default;
};

}  // namespace sgw::catalog
