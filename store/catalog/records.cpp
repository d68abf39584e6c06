#include "store/catalog/records.hpp"

#include <nlohmann/json.hpp>

#include "store/catalog/events.hpp"
#include "store/catalog/keys.hpp"

namespace sgw::catalog::records {
namespace {

using nlohmann::ordered_json;
constexpr std::size_t int32_size = 4;
constexpr std::size_t uint64_size = 8;

}  // namespace

std::string encode(const Content& content) {
    return to_json(content).dump();
}

Content decode_content(std::string_view bytes) {
    return content_from_json(ordered_json::parse(bytes));
}

std::string encode(const VersionRecord& record) {
    return keys::number(record.id.value) +
           keys::number(static_cast<std::uint64_t>(record.time_ms)) +
           (record.deleted ? '\1' : '\0');
}

VersionRecord decode_version(SubjectVersion what, std::string_view bytes) {
    return {std::move(what),
            SchemaId{keys::to_int32(bytes)},
            static_cast<std::int64_t>(keys::to_uint64(bytes.substr(int32_size))),
            bytes.at(int32_size + uint64_size) == '\1'};
}

std::string encode(const Deployment& deployment) {
    return keys::number(deployment.planned) +
           keys::number(static_cast<std::uint64_t>(deployment.since_ms)) +
           static_cast<char>(deployment.state) + deployment.reason;
}

Deployment decode_deployment(std::string_view key, std::string_view bytes) {
    return {keys::what_of_deployment_key(key),
            keys::region_of_deployment_key(key),
            static_cast<DeploymentState>(bytes.at(2 * uint64_size)),
            std::string(bytes.substr(2 * uint64_size + 1)),
            keys::to_uint64(bytes),
            static_cast<std::int64_t>(keys::to_uint64(bytes.substr(uint64_size)))};
}

std::string encode(const std::vector<SchemaId>& ids) {
    std::string bytes;
    for (const auto id : ids) bytes += keys::number(id.value);
    return bytes;
}

std::vector<SchemaId> decode_ids(std::string_view bytes) {
    std::vector<SchemaId> ids;
    for (; bytes.size() >= int32_size; bytes.remove_prefix(int32_size)) {
        ids.push_back(SchemaId{keys::to_int32(bytes)});
    }
    return ids;
}

std::string encode(const ScopeConfig& config) {
    return to_json(config).dump();
}

ScopeConfig decode_config(std::string_view bytes) {
    return config_from_json(ordered_json::parse(bytes));
}

}  // namespace sgw::catalog::records
