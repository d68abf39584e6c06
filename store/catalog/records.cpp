#include "store/catalog/records.hpp"

#include <exception>
#include <nlohmann/json.hpp>

#include "store/catalog/events.hpp"
#include "store/catalog/key_values.hpp"
#include "store/catalog/keys.hpp"

namespace sgw::catalog::records {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t int32_size = 4;
constexpr std::size_t uint64_size = 8;
constexpr std::size_t version_size = int32_size + uint64_size + 1;
constexpr std::size_t deployment_size = 3 * uint64_size + 2;  // without the reason

std::string number(std::int64_t value) {
    return keys::number(static_cast<std::uint64_t>(value));
}

std::int64_t to_int64(std::string_view bytes) {
    return static_cast<std::int64_t>(keys::to_uint64(bytes));
}

void require(bool sound, const char* table) {
    if (!sound) throw ViewUnreadable(std::string("the view is damaged: a record of ") + table);
}

template <class Read>
auto from_json(std::string_view bytes, const char* table, const Read& read) {
    try {
        return read(ordered_json::parse(bytes));
    } catch (const std::exception&) {
        throw ViewUnreadable(std::string("the view is damaged: a record of ") + table);
    }
}

}  // namespace

std::string encode(const AppliedRecord& applied) {
    return keys::number(applied.sequence) + number(applied.time_ms);
}

AppliedRecord decode_applied(std::string_view bytes) {
    require(bytes.size() == 2 * uint64_size, "the last entry");
    return {keys::to_uint64(bytes), to_int64(bytes.substr(uint64_size))};
}

std::string encode(const Content& content) {
    return to_json(content).dump();
}

Content decode_content(std::string_view bytes) {
    return from_json(bytes, "schemas", content_from_json);
}

std::string encode(const VersionRecord& record) {
    return keys::number(record.id.value) + number(record.time_ms) + (record.deleted ? '\1' : '\0');
}

VersionRecord decode_version(SubjectVersion what, std::string_view bytes) {
    require(bytes.size() == version_size, "versions");
    return {std::move(what),
            SchemaId{keys::to_int32(bytes)},
            to_int64(bytes.substr(int32_size)),
            is_deleted_version(bytes)};
}

bool is_deleted_version(std::string_view bytes) {
    require(bytes.size() == version_size, "versions");
    return bytes.back() == '\1';
}

std::string encode(const Deployment& deployment) {
    return keys::number(deployment.planned) + number(deployment.since_ms) +
           number(deployment.planned_ms) + static_cast<char>(deployment.state) +
           static_cast<char>(deployment.was_there) + deployment.reason;
}

Deployment decode_deployment(std::string_view key, std::string_view bytes) {
    require(bytes.size() >= deployment_size, "deployments");
    const auto state = static_cast<unsigned char>(bytes[deployment_size - 2]);
    require(state < all_deployment_states.size(), "deployments");
    return {keys::what_of_deployment_key(key),
            keys::region_of_deployment_key(key),
            all_deployment_states.at(state),
            std::string(bytes.substr(deployment_size)),
            keys::to_uint64(bytes),
            to_int64(bytes.substr(uint64_size)),
            to_int64(bytes.substr(2 * uint64_size)),
            bytes[deployment_size - 1] != '\0'};
}

std::string encode(RegionClaim claim) {
    return {static_cast<char>(claim)};
}

RegionClaim decode_claim(std::string_view bytes) {
    require(bytes.size() == 1 && static_cast<unsigned char>(bytes[0]) < 2, "claims");
    return bytes[0] == '\0' ? RegionClaim::undisputed : RegionClaim::doubted;
}

std::string encode(const std::vector<SchemaId>& ids) {
    std::string bytes;
    for (const auto id : ids) bytes += keys::number(id.value);
    return bytes;
}

std::vector<SchemaId> decode_ids(std::string_view bytes) {
    require(bytes.size() % int32_size == 0, "contents");
    std::vector<SchemaId> ids;
    for (; !bytes.empty(); bytes.remove_prefix(int32_size)) {
        ids.push_back(SchemaId{keys::to_int32(bytes)});
    }
    return ids;
}

std::string encode(const ScopeConfig& config) {
    return to_json(config).dump();
}

ScopeConfig decode_config(std::string_view bytes) {
    return from_json(bytes, "configs", config_from_json);
}

}  // namespace sgw::catalog::records
