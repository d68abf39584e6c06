// The mark in a region that says which log writes it, so that two logs never write one region: an
// Avro schema under a fixed subject and a fixed id. Registries refuse other content under a taken
// id, so whoever writes it first holds the region; it is read back before it is believed. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/types.hpp"

namespace sgw::routing {

inline constexpr std::string_view claim_context = ".schema-gateway";
inline constexpr SchemaId claim_id{1};
inline constexpr Version claim_version{1};

Subject claim_subject();

/// The canonical text of the claim of the log with this UUID.
std::string claim_text(std::string_view log_uuid);

/// The UUID that a claim's text names; nothing when it is no claim.
std::optional<std::string> claimant(std::string_view text);

}  // namespace sgw::routing
