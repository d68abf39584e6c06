#include "store/catalog/settings.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "config/text.hpp"

namespace sgw::catalog {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<Mode, std::string_view>, 5> modes{{
    {Mode::readwrite, "READWRITE"},
    {Mode::readonly, "READONLY"},
    {Mode::readonly_override, "READONLY_OVERRIDE"},
    {Mode::import_mode, "IMPORT"},
    {Mode::forward, "FORWARD"},
}};

constexpr std::array<std::pair<CompatibilityPolicy, std::string_view>, 2> policies{{
    {CompatibilityPolicy::strict, "STRICT"},
    {CompatibilityPolicy::lenient, "LENIENT"},
}};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, config::to_lower, config::to_lower);
}

template <class Table>
auto named(const Table& table, std::string_view text) {
    const auto found = std::ranges::find_if(
        table, [&](const auto& row) { return equal_ignoring_case(row.second, text); });
    return found == table.end() ? std::nullopt : std::optional(found->first);
}

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
    return std::ranges::find_if(table, [&](const auto& row) { return row.first == value; })->second;
}

template <class T>
void read_into(const ordered_json& json, const char* key, std::optional<T>& field) {
    if (const auto found = json.find(key); found != json.end()) field = found->get<T>();
}

void read_metadata(const ordered_json& json, const char* key, std::optional<Metadata>& field) {
    if (const auto found = json.find(key); found != json.end()) field = metadata_from_json(*found);
}

}  // namespace

std::string_view mode_name(Mode mode) {
    return name_of(modes, mode);
}
std::optional<Mode> mode_from_name(std::string_view text) {
    return named(modes, text);
}

std::string_view policy_name(CompatibilityPolicy policy) {
    return name_of(policies, policy);
}
std::optional<CompatibilityPolicy> policy_from_name(std::string_view text) {
    return named(policies, text);
}

ordered_json to_json(const ScopeConfig& config) {
    auto json = ordered_json::object();
    if (config.alias) json["alias"] = *config.alias;
    if (config.normalize) json["normalize"] = *config.normalize;
    if (config.validate_fields) json["validateFields"] = *config.validate_fields;
    if (config.validate_names) json["validateNames"] = *config.validate_names;
    if (config.validate_rules) json["validateRules"] = *config.validate_rules;
    if (config.level) json["compatibility"] = schema::level_name(*config.level);
    if (config.policy) json["compatibilityPolicy"] = policy_name(*config.policy);
    if (config.compatibility_group) json["compatibilityGroup"] = *config.compatibility_group;
    if (config.default_metadata) json["defaultMetadata"] = to_json(*config.default_metadata);
    if (config.override_metadata) json["overrideMetadata"] = to_json(*config.override_metadata);
    return json;
}

ScopeConfig config_from_json(const ordered_json& json) {
    ScopeConfig config;
    read_into(json, "alias", config.alias);
    read_into(json, "normalize", config.normalize);
    read_into(json, "validateFields", config.validate_fields);
    read_into(json, "validateNames", config.validate_names);
    read_into(json, "validateRules", config.validate_rules);
    if (const auto level = json.find("compatibility"); level != json.end()) {
        config.level = schema::level_from_name(level->get<std::string>()).value();
    }
    if (const auto policy = json.find("compatibilityPolicy"); policy != json.end()) {
        config.policy = policy_from_name(policy->get<std::string>()).value();
    }
    read_into(json, "compatibilityGroup", config.compatibility_group);
    read_metadata(json, "defaultMetadata", config.default_metadata);
    read_metadata(json, "overrideMetadata", config.override_metadata);
    return config;
}

Subject server_scope() {
    return Subject{Context{std::string(global_context_name)}, ""};
}
Subject context_scope(const Context& context) {
    return Subject{context, ""};
}

}  // namespace sgw::catalog
