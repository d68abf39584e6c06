// The view's key space. One letter names the table, NUL separates texts (subjects hold no control
// characters), numbers are big-endian with the sign bit flipped, so that byte order is number
// order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/catalog/content.hpp"
#include "store/catalog/deployment.hpp"
#include "store/types.hpp"

namespace sgw::catalog::keys {

inline constexpr std::size_t number_size = sizeof(std::int32_t);  // of an id or a version

std::string number(std::int32_t value);
std::string number(std::uint64_t value);
std::int32_t to_int32(std::string_view bytes);
std::uint64_t to_uint64(std::string_view bytes);

inline constexpr std::string_view applied = "a";  // -> the last entry

std::string schema(const Context& context, SchemaId id);              // -> content
std::string content(const Context& context, const Content& content);  // -> ids, oldest first
std::string highest_id(const Context& context);                       // -> number
inline constexpr std::string_view highest_id_anywhere = "I";          // -> number
std::string version(const Subject& subject, Version version);         // -> version record
std::string versions(const Subject& subject);                         // prefix
std::string context_versions(const Context& context);                 // prefix
std::string after_context_versions(const Context& context);           // behind all of them
inline constexpr std::string_view all_versions = "v";                 // prefix
std::string holder(const Context& context, SchemaId id, const SubjectVersion& holder);
std::string holders(const Context& context, SchemaId id);  // prefix
std::string config(const Subject& scope);                  // -> config
std::string mode(const Subject& scope);                    // -> mode
std::string context_modes(const Context& context);         // prefix
std::string changed(const Subject& subject);               // -> sequence
std::string deployment(const SubjectVersion& what, const RegionName& region);
std::string deployments(const SubjectVersion& what);      // prefix
std::string deployments(const Subject& subject);          // prefix
inline constexpr std::string_view all_deployments = "d";  // prefix
std::string work(const RegionName& region, std::uint64_t planned, const SubjectVersion& what);
std::string work(const RegionName& region);                                     // prefix
std::string deployment_count(const RegionName& region, DeploymentState state);  // -> number
inline constexpr std::string_view all_deployment_counts = "n";                  // prefix
std::string claim(const RegionName& region);                                    // -> claim
inline constexpr std::string_view all_claims = "r";                             // prefix

/// The parts of a key behind its table letter; what follows the last NUL may be a number in bytes.
Subject subject_of_key(std::string_view key);
SubjectVersion what_of_deployment_key(std::string_view key);
RegionName region_of_deployment_key(std::string_view key);
SubjectVersion what_of_work_key(std::string_view key);
SubjectVersion what_of_holder_key(std::string_view key);

}  // namespace sgw::catalog::keys
