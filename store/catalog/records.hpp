// The values of the view's tables, in bytes. Only apply and queries use these; the view can always
// be rebuilt, so its formats may change with view_format. What cannot be decoded throws
// ViewUnreadable.
#pragma once

#include <string>
#include <string_view>

#include "store/catalog/queries.hpp"

namespace sgw::catalog::records {

/// Raised when a table changes; a view of another format is rebuilt from the log.
inline constexpr std::uint64_t view_format = 4;

struct AppliedRecord {
    log::Sequence sequence = 0;
    std::int64_t time_ms = 0;
};
std::string encode(const AppliedRecord& applied);
AppliedRecord decode_applied(std::string_view bytes);

std::string encode(const Content& content);
Content decode_content(std::string_view bytes);

std::string encode(const VersionRecord& record);
VersionRecord decode_version(SubjectVersion what, std::string_view bytes);
bool is_deleted_version(std::string_view bytes);

std::string encode(const Deployment& deployment);
Deployment decode_deployment(std::string_view key, std::string_view bytes);

std::string encode(RegionClaim claim);
RegionClaim decode_claim(std::string_view bytes);

std::string encode(const std::vector<SchemaId>& ids);
std::vector<SchemaId> decode_ids(std::string_view bytes);

std::string encode(const ScopeConfig& config);
ScopeConfig decode_config(std::string_view bytes);

}  // namespace sgw::catalog::records
