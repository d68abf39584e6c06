#include "store/catalog/metadata.hpp"

#include <nlohmann/json.hpp>

namespace sgw::catalog {

std::optional<Metadata> merged(const std::optional<Metadata>& low,
                               const std::optional<Metadata>& high) {
    if (!low) return high;
    if (!high) return low;
    Metadata result = *low;
    for (const auto& [path, tags] : high->tags) result.tags[path].insert(tags.begin(), tags.end());
    for (const auto& [key, value] : high->properties) result.properties[key] = value;
    result.sensitive.insert(high->sensitive.begin(), high->sensitive.end());
    return result;
}

std::string hashed_bytes(const std::optional<Metadata>& metadata) {
    if (!metadata) return {};
    std::string bytes(1, '\x01');
    for (const auto& [path, tags] : metadata->tags) {
        bytes += path;
        for (const auto& tag : tags) bytes += tag;
    }
    for (const auto& [key, value] : metadata->properties) {
        bytes += key;
        bytes += value;
    }
    for (const auto& name : metadata->sensitive) bytes += name;
    return bytes;
}

nlohmann::ordered_json to_json(const Metadata& metadata) {
    auto json = nlohmann::ordered_json::object();
    if (!metadata.tags.empty()) json["tags"] = metadata.tags;
    if (!metadata.properties.empty()) json["properties"] = metadata.properties;
    if (!metadata.sensitive.empty()) json["sensitive"] = metadata.sensitive;
    return json;
}

Metadata metadata_from_json(const nlohmann::ordered_json& json) {
    Metadata metadata;
    if (const auto tags = json.find("tags"); tags != json.end()) {
        tags->get_to(metadata.tags);
    }
    if (const auto properties = json.find("properties"); properties != json.end()) {
        properties->get_to(metadata.properties);
    }
    if (const auto sensitive = json.find("sensitive"); sensitive != json.end()) {
        sensitive->get_to(metadata.sensitive);
    }
    return metadata;
}

}  // namespace sgw::catalog
