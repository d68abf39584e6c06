#include "gateway/api/body.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "gateway/call.hpp"
#include "store/json.hpp"

namespace sgw::gateway::api {
namespace {

using nlohmann::ordered_json;
constexpr JsonLimits limits{.depth = 1000, .values = 500'000};

Error malformed() {
    return {400, "Unexpected token in the request body, which is not valid JSON"};
}

Error wrong_shape(std::string_view type, const ordered_json& found) {
    const std::string kind = found.is_array()    ? "Array value (token `JsonToken.START_ARRAY`)"
                             : found.is_object() ? "Object value (token `JsonToken.START_OBJECT`)"
                                                 : std::string(found.type_name()) + " value";
    return {400, "Cannot deserialize value of type `" + std::string(type) + "` from " + kind};
}

Result<ordered_json> parse_object(std::string_view body,
                                  std::string_view type,
                                  std::string_view argument) {
    auto json = body.empty() ? std::optional<ordered_json>(nullptr) : parse_json(body, limits);
    if (!json) return malformed();
    if (json->is_null()) {
        return Error{422, std::string(argument) + " must not be null (was null)"};
    }
    if (!json->is_object()) return wrong_shape(type, *json);
    return std::move(*json);
}

Result<std::string> text_of(const ordered_json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_structured()) return wrong_shape("String", value);
    return value.dump();
}

Error not_an_int(const std::string& text) {
    return {400,
            "Cannot deserialize value of type `Integer` from String \"" + text +
                "\": not a valid `java.lang.Integer` value"};
}

Error out_of_range(const ordered_json& value) {
    return {400,
            "Numeric value (" + value.dump() + ") out of range of int (-2147483648 - 2147483647)"};
}

Result<std::optional<std::int32_t>> int_of(const ordered_json& value) {
    using Int = std::optional<std::int32_t>;
    using Limits = std::numeric_limits<std::int32_t>;
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        if (trimmed(text).empty()) return Int{};
        const auto number = parse_int32(trimmed(text));
        if (!number) return not_an_int(text);
        return Int{*number};
    }
    if (!value.is_number()) return wrong_shape("Integer", value);
    const auto number = std::trunc(value.get<double>());
    if (!(number >= Limits::min() && number <= Limits::max())) return out_of_range(value);
    return Int{static_cast<std::int32_t>(number)};
}

Result<bool> bool_of(const ordered_json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0;
    if (value == "true" || value == "True" || value == "TRUE") return true;
    if (value == "false" || value == "False" || value == "FALSE" || value == "") return false;
    if (!value.is_string()) return wrong_shape("Boolean", value);
    return Error{400,
                 "Cannot deserialize value of type `Boolean` from String \"" +
                     value.get<std::string>() + "\": only \"true\" or \"false\" recognized"};
}

Result<void> read_tags(const ordered_json& object, catalog::Metadata& metadata) {
    const auto* tags = member(object, "tags");
    if (tags == nullptr) return boost::outcome_v2::success();
    if (!tags->is_object()) return wrong_shape("Map", *tags);
    for (const auto& [path, names] : tags->items()) {
        if (!names.is_array()) return wrong_shape("Set", names);
        auto& set = metadata.tags[path];
        for (const auto& name : names) {
            BOOST_OUTCOME_TRY(auto text, text_of(name));
            set.insert(std::move(text));
        }
    }
    return boost::outcome_v2::success();
}

Result<void> read_properties(const ordered_json& object, catalog::Metadata& metadata) {
    const auto* properties = member(object, "properties");
    if (properties == nullptr) return boost::outcome_v2::success();
    if (!properties->is_object()) return wrong_shape("Map", *properties);
    for (const auto& [key, value] : properties->items()) {
        if (value.is_null()) return Error{400, "A metadata property must not be null: " + key};
        BOOST_OUTCOME_TRY(auto text, text_of(value));
        metadata.properties[key] = std::move(text);
    }
    return boost::outcome_v2::success();
}

Result<void> read_sensitive(const ordered_json& object, catalog::Metadata& metadata) {
    const auto* sensitive = member(object, "sensitive");
    if (sensitive == nullptr) return boost::outcome_v2::success();
    if (!sensitive->is_array()) return wrong_shape("Set", *sensitive);
    for (const auto& name : *sensitive) {
        BOOST_OUTCOME_TRY(auto text, text_of(name));
        metadata.sensitive.insert(std::move(text));
    }
    return boost::outcome_v2::success();
}

Result<catalog::Metadata> metadata_of(const ordered_json& object) {
    if (!object.is_object()) return wrong_shape("Metadata", object);
    catalog::Metadata metadata;
    BOOST_OUTCOME_TRY(read_tags(object, metadata));
    BOOST_OUTCOME_TRY(read_properties(object, metadata));
    BOOST_OUTCOME_TRY(read_sensitive(object, metadata));
    return metadata;
}

constexpr std::array rule_set_names{"ruleSet", "ruleset"};
constexpr std::array tag_names{"schemaTagsToAdd", "schemaTagsToRemove"};

template <class Names>
Result<void> require_objects(const ordered_json& object, const Names& names, const char* type) {
    for (const char* const name : names) {
        const auto* const value = member(object, name);
        if (value != nullptr && !value->is_object()) return wrong_shape(type, *value);
    }
    return boost::outcome_v2::success();
}

/// What nobody could read is told before what this release has not.
Result<void> check_shapes(const ordered_json& object) {
    BOOST_OUTCOME_TRY(require_objects(object, rule_set_names, "RuleSet"));
    for (const char* const name : tag_names) {
        const auto* const tags = member(object, name);
        if (tags != nullptr && !tags->is_array()) return wrong_shape("List", *tags);
    }
    const auto* const references = member(object, "references");
    if (references == nullptr) return boost::outcome_v2::success();
    if (!references->is_array()) return wrong_shape("List", *references);
    for (const auto& reference : *references) {
        if (!reference.is_object()) return wrong_shape("SchemaReference", reference);
    }
    return boost::outcome_v2::success();
}

/// What the API has and this release has not.
Result<void> refuse_unsupported(const ordered_json& object) {
    for (const char* const name : rule_set_names) {
        if (member(object, name) != nullptr) return errors::not_implemented("A rule set");
    }
    for (const char* const name : tag_names) {
        const auto* const tags = member(object, name);
        if (tags != nullptr && !tags->empty()) return errors::not_implemented("Tagging a schema");
    }
    const auto* const references = member(object, "references");
    if (references != nullptr && !references->empty()) {
        return errors::not_implemented("A schema with references");
    }
    return boost::outcome_v2::success();
}

template <class T, class Convert>
Result<void> read_update(const ordered_json& object,
                         const char* name,
                         catalog::Update<T>& update,
                         Convert convert) {
    const auto found = object.find(name);
    if (found == object.end()) return boost::outcome_v2::success();
    update.present = true;
    if (found->is_null()) return boost::outcome_v2::success();
    BOOST_OUTCOME_TRY(update.value, convert(*found));
    return boost::outcome_v2::success();
}

Result<std::optional<schema::Level>> level_of(const ordered_json& value) {
    BOOST_OUTCOME_TRY(const auto text, text_of(value));
    const auto level = schema::level_from_name(text);
    if (!level) return errors::invalid_compatibility_level();
    return level;
}

/// Words that are no policy clear it.
Result<std::optional<catalog::CompatibilityPolicy>> policy_of(const ordered_json& value) {
    BOOST_OUTCOME_TRY(const auto text, text_of(value));
    return catalog::policy_from_name(text);
}

}  // namespace

Result<catalog::SchemaRequest> parse_schema_request(std::string_view body,
                                                    std::string_view argument) {
    BOOST_OUTCOME_TRY(const auto object, parse_object(body, "RegisterSchemaRequest", argument));
    BOOST_OUTCOME_TRY(check_shapes(object));
    catalog::SchemaRequest request;
    if (const auto* text = member(object, "schema")) {
        BOOST_OUTCOME_TRY(request.text, text_of(*text));
    }
    if (const auto* type = member(object, "schemaType")) {
        BOOST_OUTCOME_TRY(request.type, text_of(*type));
    }
    if (const auto* version = member(object, "version")) {
        BOOST_OUTCOME_TRY(const auto number, int_of(*version));
        request.version = number.value_or(0);
    }
    if (const auto* id = member(object, "id")) {
        BOOST_OUTCOME_TRY(const auto number, int_of(*id));
        request.id = number.value_or(-1);
    }
    if (const auto* metadata = member(object, "metadata")) {
        BOOST_OUTCOME_TRY(request.metadata, metadata_of(*metadata));
    }
    if (const auto* propagate = member(object, "propagateSchemaTags")) {
        BOOST_OUTCOME_TRY(const bool wanted, bool_of(*propagate));
        if (wanted) return errors::not_implemented("Propagating tags");
    }
    if (request.type == "JSON" || request.type == "PROTOBUF") {
        return errors::not_implemented("Schema type " + request.type);
    }
    BOOST_OUTCOME_TRY(refuse_unsupported(object));
    return request;
}

Result<catalog::ConfigUpdate> parse_config_update(std::string_view body,
                                                  std::string_view argument) {
    BOOST_OUTCOME_TRY(const auto object, parse_object(body, "ConfigUpdateRequest", argument));
    catalog::ConfigUpdate update;
    BOOST_OUTCOME_TRY(read_update(object, "alias", update.alias, text_of));
    BOOST_OUTCOME_TRY(read_update(object, "normalize", update.normalize, bool_of));
    BOOST_OUTCOME_TRY(read_update(object, "validateFields", update.validate_fields, bool_of));
    BOOST_OUTCOME_TRY(read_update(object, "validateNames", update.validate_names, bool_of));
    BOOST_OUTCOME_TRY(read_update(object, "validateRules", update.validate_rules, bool_of));
    BOOST_OUTCOME_TRY(read_update(object, "compatibility", update.level, level_of));
    BOOST_OUTCOME_TRY(read_update(object, "compatibilityPolicy", update.policy, policy_of));
    BOOST_OUTCOME_TRY(
        read_update(object, "compatibilityGroup", update.compatibility_group, text_of));
    BOOST_OUTCOME_TRY(read_update(object, "defaultMetadata", update.default_metadata, metadata_of));
    BOOST_OUTCOME_TRY(
        read_update(object, "overrideMetadata", update.override_metadata, metadata_of));
    constexpr std::array rule_sets{"defaultRuleSet", "overrideRuleSet"};
    BOOST_OUTCOME_TRY(require_objects(object, rule_sets, "RuleSet"));
    for (const char* const name : rule_sets) {
        if (member(object, name) != nullptr) return errors::not_implemented("A rule set");
    }
    if (update.alias.value && !update.alias.value->empty()) {
        return errors::not_implemented("An alias");
    }
    return update;
}

Result<ModeUpdate> parse_mode_update(std::string_view body, std::string_view argument) {
    BOOST_OUTCOME_TRY(const auto object, parse_object(body, "ModeUpdateRequest", argument));
    ModeUpdate update;
    update.present = object.contains("mode");
    if (const auto* mode = member(object, "mode")) {
        BOOST_OUTCOME_TRY(update.mode, text_of(*mode));
    }
    return update;
}

Result<void> parse_any_object(std::string_view body) {
    if (body.empty()) return boost::outcome_v2::success();
    const auto json = parse_json(body, limits);
    if (!json) return malformed();
    if (!json->is_object() && !json->is_null()) return wrong_shape("Map", *json);
    return boost::outcome_v2::success();
}

}  // namespace sgw::gateway::api
