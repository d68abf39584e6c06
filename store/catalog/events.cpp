#include "store/catalog/events.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "store/json.hpp"

namespace sgw::catalog {
namespace {

using nlohmann::ordered_json;

constexpr std::int32_t format_version = 1;
constexpr JsonLimits limits{.depth = 32};  // our own text: as large as it may be

std::int32_t int32_at(const ordered_json& json, const char* key) {
    const auto value = int32_of(json.at(key));
    if (!value) throw std::invalid_argument(std::string(key) + " is no 32-bit integer");
    return *value;
}

ordered_json header(const char* kind) {
    return {{"event", kind}};
}

ordered_json with_scope(const char* kind, const Subject& scope) {
    auto json = header(kind);
    json["context"] = scope.context.name;
    json["subject"] = scope.name;
    return json;
}

ordered_json with_region(const char* kind, const RegionName& region) {
    auto json = header(kind);
    json["region"] = region.value;
    return json;
}

RegionName region_of(const ordered_json& json) {
    return RegionName{json.at("region").get<std::string>()};
}

Subject scope_of(const ordered_json& json) {
    return Subject{Context{json.at("context").get<std::string>()},
                   json.at("subject").get<std::string>()};
}

struct ToJson {
    ordered_json operator()(const SchemaCreated& event) const {
        auto json = header("schema_created");
        json["context"] = event.context.name;
        json["id"] = event.id.value;
        json["content"] = to_json(event.content);
        return json;
    }
    ordered_json operator()(const VersionAdded& event) const {
        auto json = with_scope("version_added", event.subject);
        json["version"] = event.version.value;
        json["id"] = event.id.value;
        if (event.replaces) json["replaces"] = event.replaces->value;
        return json;
    }
    ordered_json operator()(const DeploymentChanged& event) const {
        auto json = with_scope("deployment_changed", event.what.subject);
        json["version"] = event.what.version.value;
        json["region"] = event.region.value;
        json["state"] = state_name(event.state);
        if (!event.reason.empty()) json["reason"] = event.reason;
        return json;
    }
    ordered_json operator()(const ConfigSet& event) const {
        auto json = with_scope("config_set", event.scope);
        json["config"] = to_json(event.config);
        return json;
    }
    ordered_json operator()(const ConfigDeleted& event) const {
        return with_scope("config_deleted", event.scope);
    }
    ordered_json operator()(const ModeSet& event) const {
        auto json = with_scope("mode_set", event.scope);
        json["mode"] = mode_name(event.mode);
        return json;
    }
    ordered_json operator()(const ModeDeleted& event) const {
        return with_scope("mode_deleted", event.scope);
    }
    ordered_json operator()(const RegionClaimed& event) const {
        return with_region("region_claimed", event.region);
    }
    ordered_json operator()(const ClaimDoubted& event) const {
        return with_region("claim_doubted", event.region);
    }
};

/// Throws what the JSON library throws on a wrong shape, and std::bad_optional_access on an unknown
/// word.
Event event_from_json(const ordered_json& json) {
    const auto kind = json.at("event").get<std::string>();
    const auto version = [&] { return Version{int32_at(json, "version")}; };
    const auto id = [&] { return SchemaId{int32_at(json, "id")}; };
    if (kind == "schema_created") {
        return SchemaCreated{Context{json.at("context").get<std::string>()},
                             id(),
                             content_from_json(json.at("content"))};
    }
    if (kind == "version_added") {
        VersionAdded added{scope_of(json), version(), id()};
        if (json.contains("replaces")) added.replaces = SchemaId{int32_at(json, "replaces")};
        return added;
    }
    if (kind == "deployment_changed") {
        return DeploymentChanged{region_of(json),
                                 {scope_of(json), version()},
                                 state_from_name(json.at("state").get<std::string>()).value(),
                                 json.value("reason", "")};
    }
    if (kind == "config_set") return ConfigSet{scope_of(json), config_from_json(json.at("config"))};
    if (kind == "config_deleted") return ConfigDeleted{scope_of(json)};
    if (kind == "mode_set") {
        return ModeSet{scope_of(json), mode_from_name(json.at("mode").get<std::string>()).value()};
    }
    if (kind == "mode_deleted") return ModeDeleted{scope_of(json)};
    if (kind == "region_claimed") return RegionClaimed{region_of(json)};
    if (kind == "claim_doubted") return ClaimDoubted{region_of(json)};
    throw std::invalid_argument("unknown event \"" + kind + "\"");
}

ordered_json body_of(const Events& events) {
    ordered_json body{{"format", format_version}, {"events", ordered_json::array()}};
    for (const auto& event : events) body["events"].push_back(std::visit(ToJson{}, event));
    return body;
}

/// Throws as event_from_json does.
ResultOr<Events, Undecodable> decode_json(const ordered_json& json) {
    const auto format = int32_at(json, "format");
    if (format > format_version) {
        return Undecodable{"written in a newer format than this release reads"};
    }
    const auto& list = json.at("events");
    if (format < 1 || !list.is_array()) return Undecodable{"not an entry of a catalog"};
    Events events;
    for (const auto& event : list) events.push_back(event_from_json(event));
    return events;
}

}  // namespace

ordered_json to_json(const Content& content) {
    ordered_json json{{"type", schema::type_name(content.type)}, {"text", content.text}};
    for (const auto& reference : content.references) {
        json["references"].push_back({{"name", reference.name},
                                      {"subject", reference.subject},
                                      {"version", reference.version}});
    }
    if (content.metadata) json["metadata"] = to_json(*content.metadata);
    if (!content.rule_set.empty()) json["rule_set"] = content.rule_set;
    return json;
}

Content content_from_json(const ordered_json& json) {
    Content content;
    content.type = schema::type_from_name(json.at("type").get<std::string>()).value();
    content.text = json.at("text").get<std::string>();
    if (const auto references = json.find("references"); references != json.end()) {
        for (const auto& reference : *references) {
            content.references.push_back({reference.at("name").get<std::string>(),
                                          reference.at("subject").get<std::string>(),
                                          int32_at(reference, "version")});
        }
    }
    if (const auto metadata = json.find("metadata"); metadata != json.end()) {
        content.metadata = metadata_from_json(*metadata);
    }
    content.rule_set = json.value("rule_set", "");
    return content;
}

std::string encode(const Events& events) {
    return body_of(events).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ResultOr<Events, Undecodable> decode(std::string_view body) {
    const auto json = parse_json(body, limits);
    if (!json) return Undecodable{"not an entry of a catalog"};
    try {
        return decode_json(*json);
    } catch (const std::exception& error) {
        return Undecodable{error.what()};
    }
}

Logged as_logged(Events events) {
    const auto json = body_of(events);
    try {
        return {json.dump(), std::move(events)};
    } catch (const ordered_json::type_error&) {  // a text that is no UTF-8
        auto body = encode(events);
        auto read_back = decode(body);
        return {std::move(body), std::move(read_back).value()};
    }
}

}  // namespace sgw::catalog
