#include "routing/region_answer.hpp"

#include <nlohmann/json.hpp>

#include "store/json.hpp"

namespace sgw::routing {
namespace {

using nlohmann::ordered_json;
constexpr std::size_t max_depth = 64;
constexpr std::size_t quoted_bytes = 200;  // of a region's words, in reasons

std::string excerpt(std::string_view text) {
    return std::string(text.substr(0, quoted_bytes));
}

Failed garbage(const RawAnswer& answer) {
    return {Failed::Kind::garbage,
            "status " + std::to_string(answer.status) + " with a body that is no registry answer"};
}

struct ErrorBody {
    int code = 0;
    std::string message;
};

std::optional<ErrorBody> error_body(std::string_view body) {
    const auto json = parse_json(body, max_depth);
    if (!json || !json->is_object()) return std::nullopt;
    const auto code = json->find("error_code");
    const auto message = json->find("message");
    if (code == json->end() || !code->is_number_integer()) return std::nullopt;
    const bool has_text = message != json->end() && message->is_string();
    return ErrorBody{code->get<int>(), has_text ? excerpt(message->get<std::string>()) : ""};
}

bool is_absence(int code) {
    return code >= 40401 && code <= 40403;
}
bool is_leaderless(int code) {
    return code >= 50002 && code <= 50004;
}

template <class Fact>
RegionAnswer<Fact> read_failure(const RawAnswer& answer) {
    const auto error = error_body(answer.body);
    const auto words = error && !error->message.empty() ? error->message
                                                        : "status " + std::to_string(answer.status);
    if (answer.status == 401 || answer.status == 403) {
        return Failed{Failed::Kind::credentials, std::to_string(answer.status) + ": " + words};
    }
    if (answer.status == 429) return Failed{Failed::Kind::throttled, "429: " + words};
    if (answer.status >= 500) {
        const bool leaderless = error && is_leaderless(error->code);
        return Failed{leaderless ? Failed::Kind::no_leader : Failed::Kind::server_error,
                      std::to_string(error ? error->code : answer.status) + ": " + words};
    }
    if (answer.status < 400 || !error) return garbage(answer);
    if (is_absence(error->code)) return Absent{error->code};
    return Refused{error->code, error->message};
}

/// Runs `read` on the JSON of a 200; whatever has another shape is garbage.
template <class Fact, class Read>
RegionAnswer<Fact> read_success(const RawAnswer& answer, Read read) {
    if (answer.status != 200) return read_failure<Fact>(answer);
    const auto json = parse_json(answer.body, max_depth);
    if (!json) return garbage(answer);
    try {
        return read(*json);
    } catch (const nlohmann::json::exception&) {
        return garbage(answer);
    }
}

std::int32_t int32_at(const ordered_json& json, const char* key) {
    const auto& value = json.at(key);
    if (!value.is_number_integer()) throw nlohmann::json::type_error::create(302, key, &json);
    return value.get<std::int32_t>();
}

std::vector<schema::Reference> references_in(const ordered_json& json) {
    std::vector<schema::Reference> references;
    const auto found = json.find("references");
    if (found == json.end() || found->is_null()) return references;
    for (const auto& one : *found) {
        references.push_back({one.at("name").get<std::string>(),
                              one.at("subject").get<std::string>(),
                              int32_at(one, "version")});
    }
    return references;
}

}  // namespace

std::string words(const Refused& refused) {
    return std::to_string(refused.code) + ": " + refused.message;
}

RegionAnswer<VersionFact> read_version(const RawAnswer& answer) {
    return read_success<VersionFact>(answer, [](const ordered_json& json) {
        VersionFact fact;
        fact.subject = json.at("subject").get<std::string>();
        fact.version = Version{int32_at(json, "version")};
        fact.id = SchemaId{int32_at(json, "id")};
        fact.type = json.value("schemaType", "AVRO");
        fact.text = json.at("schema").get<std::string>();
        fact.references = references_in(json);
        if (const auto metadata = json.find("metadata");
            metadata != json.end() && metadata->is_object()) {
            fact.metadata = catalog::metadata_from_json(*metadata);
        }
        return fact;
    });
}

RegionAnswer<SchemaFact> read_schema(const RawAnswer& answer) {
    return read_success<SchemaFact>(answer, [](const ordered_json& json) {
        return SchemaFact{json.value("schemaType", "AVRO"), json.at("schema").get<std::string>()};
    });
}

RegionAnswer<std::vector<Version>> read_versions(const RawAnswer& answer) {
    return read_success<std::vector<Version>>(answer, [](const ordered_json& json) {
        std::vector<Version> versions;
        for (const auto number : json.get<std::vector<std::int32_t>>()) {
            versions.push_back(Version{number});
        }
        return versions;
    });
}

RegionAnswer<std::vector<std::string>> read_names(const RawAnswer& answer) {
    return read_success<std::vector<std::string>>(answer, [](const ordered_json& json) {
        if (json.is_null())
            return std::vector<std::string>{};  // how some registries write an empty list
        return json.get<std::vector<std::string>>();
    });
}

RegionAnswer<WrittenFact> read_written(const RawAnswer& answer) {
    return read_success<WrittenFact>(answer, [](const ordered_json& json) {
        WrittenFact fact;
        if (json.contains("id")) fact.id = SchemaId{int32_at(json, "id")};
        return fact;
    });
}

RegionAnswer<ModeFact> read_mode(const RawAnswer& answer) {
    return read_success<ModeFact>(answer, [](const ordered_json& json) {
        return ModeFact{json.at("mode").get<std::string>()};
    });
}

std::optional<catalog::Content> content_of(const VersionFact& fact,
                                           const std::optional<catalog::Metadata>& wanted) {
    const auto type = schema::type_from_name(fact.type);
    if (!type) return std::nullopt;
    const auto parsed = schema::parse(*type, fact.text);
    if (!parsed) return std::nullopt;
    auto metadata = fact.metadata;
    const bool wants_version = wanted && wanted->properties.contains(catalog::version_property);
    if (metadata && !wants_version) {
        metadata->properties.erase(catalog::version_property);
        if (*metadata == catalog::Metadata{} && !wanted) metadata.reset();
    }
    return catalog::Content{
        *type, parsed.value().canonical_text(), fact.references, std::move(metadata), ""};
}

}  // namespace sgw::routing
