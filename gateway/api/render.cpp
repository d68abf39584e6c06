#include "gateway/api/render.hpp"

#include <nlohmann/json.hpp>

#include "gateway/api/json_text.hpp"

namespace sgw::gateway::api {
namespace {

using nlohmann::ordered_json;

ordered_json references_json(const catalog::Content& content) {
    auto list = ordered_json::array();
    for (const auto& reference : content.references) {
        list.push_back({{"name", reference.name},
                        {"subject", reference.subject},
                        {"version", reference.version}});
    }
    return list;
}

void add_guid_and_type(ordered_json& json, const catalog::Content& content) {
    json["guid"] = catalog::fingerprint(content).guid();
    json["schemaType"] = schema::type_name(content.type);
}

void add_references(ordered_json& json, const catalog::Content& content) {
    if (!content.references.empty()) json["references"] = references_json(content);
}

void add_metadata(ordered_json& json, const catalog::Content& content) {
    if (content.metadata) json["metadata"] = catalog::to_json(*content.metadata);
}

void add_times(ordered_json& json, const catalog::VersionRecord& version) {
    json["ts"] = version.time_ms;
    json["deleted"] = version.deleted;
}

}  // namespace

std::string render_error(const Error& error) {
    return json_text({{"error_code", error.code}, {"message", error.message}});
}

std::string render_version(const catalog::VersionRecord& version,
                           const catalog::Content& content,
                           Times times) {
    ordered_json json{{"subject", version.what.subject.qualified()},
                      {"version", version.what.version.value},
                      {"id", version.id.value}};
    add_guid_and_type(json, content);
    add_references(json, content);
    add_metadata(json, content);
    if (!content.text.empty()) json["schema"] = content.text;
    if (times == Times::show) add_times(json, version);
    return json_text(json);
}

std::string render_schema(const std::optional<catalog::VersionRecord>& holder,
                          const catalog::Content& content,
                          const std::optional<SchemaId>& max_id) {
    auto json = ordered_json::object();
    if (holder) {
        json["subject"] = holder->what.subject.qualified();
        json["version"] = holder->what.version.value;
    }
    add_guid_and_type(json, content);
    if (!content.text.empty()) json["schema"] = content.text;
    add_references(json, content);
    add_metadata(json, content);
    if (max_id) json["maxId"] = max_id->value;
    if (holder) add_times(json, *holder);
    return json_text(json);
}

std::string render_registered(const catalog::VersionRecord& version,
                              const catalog::Content& content,
                              Times times) {
    ordered_json json{{"id", version.id.value}, {"version", version.what.version.value}};
    add_guid_and_type(json, content);
    add_references(json, content);
    add_metadata(json, content);
    if (!content.text.empty()) json["schema"] = content.text;
    if (times == Times::show) add_times(json, version);
    return json_text(json);
}

std::string render_versions(const std::vector<Version>& versions) {
    auto list = ordered_json::array();
    for (const auto version : versions) list.push_back(version.value);
    return json_text(list);
}

std::string render_names(const std::vector<std::string>& names) {
    return json_text(ordered_json(names));
}

std::string render_subject_versions(const std::vector<catalog::SubjectVersion>& versions) {
    auto list = ordered_json::array();
    for (const auto& one : versions) {
        list.push_back({{"subject", one.subject.qualified()}, {"version", one.version.value}});
    }
    return json_text(list);
}

std::string render_compatibility(const std::vector<std::string>& messages, bool verbose) {
    ordered_json json{{"is_compatible", messages.empty()}};
    if (verbose) json["messages"] = messages;
    return json_text(json);
}

std::string render_config(const catalog::ScopeConfig& config) {
    auto shown = ordered_json::object();
    const auto stored = catalog::to_json(config);
    for (const auto& [key, value] : stored.items()) {
        if (value.is_string() && value.get_ref<const std::string&>().empty()) continue;
        shown[key == "compatibility" ? "compatibilityLevel" : key] = value;
    }
    return json_text(shown);
}

std::string render_config_update(const catalog::ScopeConfig& config) {
    return json_text(catalog::to_json(config));
}

std::string render_mode(catalog::Mode mode) {
    return json_text({{"mode", catalog::mode_name(mode)}});
}

}  // namespace sgw::gateway::api
