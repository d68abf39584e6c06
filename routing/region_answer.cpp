#include "routing/region_answer.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "routing/region_words.hpp"
#include "store/json.hpp"

namespace sgw::routing {
namespace {

using nlohmann::ordered_json;
constexpr JsonLimits limits{.depth = 64, .values = 500'000};
constexpr int no_subject = 40401;
constexpr int no_schema = 40403;

Failed garbage(const RawAnswer& answer) {
    return {Failed::Kind::garbage,
            "status " + std::to_string(answer.status) + " with a body that is no registry answer"};
}

struct ErrorBody {
    int code = 0;
    std::string message;
};

std::optional<ErrorBody> error_body(std::string_view body) {
    const auto json = parse_json(body, limits);
    if (!json || !json->is_object()) return std::nullopt;
    const auto found = json->find("error_code");
    const auto code = found == json->end() ? std::nullopt : int32_of(*found);
    if (!code) return std::nullopt;
    const auto message = json->find("message");
    const bool has_text = message != json->end() && message->is_string();
    return ErrorBody{*code, has_text ? region_words(message->get_ref<const std::string&>()) : ""};
}

bool is_leaderless(int code) {
    return code >= 50002 && code <= 50004;
}

/// Retry-After as a number; as a date it would need a clock that agrees with the region's.
std::optional<std::chrono::milliseconds> seconds_of(std::string_view retry_after) {
    std::uint32_t seconds = 0;
    const auto* const end = retry_after.data() + retry_after.size();
    const auto [stopped, error] = std::from_chars(retry_after.data(), end, seconds);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return std::chrono::seconds(seconds);
}

template <class Fact>
RegionAnswer<Fact> read_failure(const RawAnswer& answer) {
    const auto error = error_body(answer.body);
    const auto words = error && !error->message.empty() ? error->message
                                                        : "status " + std::to_string(answer.status);
    if (answer.status == 401 || answer.status == 403) {
        return Failed{Failed::Kind::credentials, std::to_string(answer.status) + ": " + words};
    }
    if (answer.status == 429) {
        return Failed{Failed::Kind::throttled, "429: " + words, seconds_of(answer.retry_after)};
    }
    const bool does_not_know_the_call = answer.status == 501 && error;
    if (answer.status >= 500 && !does_not_know_the_call) {
        const bool leaderless = error && is_leaderless(error->code);
        return Failed{leaderless ? Failed::Kind::no_leader : Failed::Kind::server_error,
                      std::to_string(error ? error->code : answer.status) + ": " + words};
    }
    if (answer.status < 400 || !error) return garbage(answer);
    if (answer.status == 404 && means_absence(error->code)) return Absent{error->code};
    return Refused{error->code, error->message};
}

/// Has another shape than the entity that was asked for.
struct WrongShape {};

/// Runs `read` on the JSON of a 200; whatever has another shape is garbage.
template <class Fact, class Read>
RegionAnswer<Fact> read_success(const RawAnswer& answer, Read read) {
    if (answer.status != 200) return read_failure<Fact>(answer);
    const auto json = parse_json(answer.body, limits);
    if (!json) return garbage(answer);
    try {
        return read(*json);
    } catch (const nlohmann::json::exception&) {
        return garbage(answer);
    } catch (const WrongShape&) {
        return garbage(answer);
    }
}

void require(bool holds) {
    if (!holds) throw WrongShape{};
}

std::int32_t int32_in(const ordered_json& value) {
    const auto number = int32_of(value);
    require(number.has_value());
    return *number;
}

Version version_in(const ordered_json& value) {
    const Version version{int32_in(value)};
    require(version.value >= 1);
    return version;
}

SchemaId id_in(const ordered_json& value) {
    const SchemaId id{int32_in(value)};
    require(id.value >= 0);
    return id;
}

std::string type_in(const ordered_json& json) {
    const auto* const type = member(json, "schemaType");
    return type == nullptr ? "AVRO" : type->get<std::string>();
}

std::vector<schema::Reference> references_in(const ordered_json& json,
                                             const RegionMapping& mapping) {
    std::vector<schema::Reference> references;
    const auto* const list = member(json, "references");
    if (list == nullptr) return references;
    require(list->is_array());
    for (const auto& one : *list) {
        schema::Reference there{one.at("name").get<std::string>(),
                                one.at("subject").get<std::string>(),
                                int32_in(one.at("version"))};
        references.push_back(mapping.from_region(std::move(there)));
    }
    return references;
}

std::optional<catalog::Metadata> metadata_in(const ordered_json& json) {
    const auto* const metadata = member(json, "metadata");
    if (metadata == nullptr) return std::nullopt;
    require(metadata->is_object());
    auto members = ordered_json::object();
    for (const auto& [key, value] : metadata->items()) {
        if (!value.is_null()) members[key] = value;
    }
    return catalog::metadata_from_json(members);
}

std::string text_in(const ordered_json& json, const char* key) {
    const auto* const text = member(json, key);
    return text == nullptr ? "" : text->get<std::string>();
}

void read_content(const ordered_json& json, const RegionMapping& mapping, SchemaFact& fact) {
    fact.type = type_in(json);
    fact.text = json.at("schema").get<std::string>();
    fact.references = references_in(json, mapping);
    fact.metadata = metadata_in(json);
    fact.guid = text_in(json, "guid");
}

/// A subject has a version, and an id a holder: an empty list says that there is none.
template <class Element>
RegionAnswer<std::vector<Element>> absent_if_empty(RegionAnswer<std::vector<Element>> answer,
                                                   int code) {
    const auto* const list = std::get_if<std::vector<Element>>(&answer);
    if (list != nullptr && list->empty()) return Absent{code};
    return answer;
}

/// The elements of a list; null is how some registries write an empty one.
template <class Element, class Read>
std::vector<Element> list_in(const ordered_json& json, Read read) {
    std::vector<Element> list;
    if (json.is_null()) return list;
    require(json.is_array());
    for (const auto& one : json) list.push_back(read(one));
    return list;
}

}  // namespace

std::string words(const Refused& refused) {
    return std::to_string(refused.code) + ": " + refused.message;
}

bool refuses_taken_id(const Refused& refused) {
    return refused.code == operation_not_permitted && refused.message.starts_with("Overwrite");
}

std::size_t text_bytes(const RegionAnswer<VersionFact>& answer) {
    const auto* const fact = std::get_if<VersionFact>(&answer);
    return fact == nullptr ? 0 : fact->text.size();
}

RegionAnswer<VersionFact> read_version(const RawAnswer& answer, const RegionMapping& mapping) {
    return read_success<VersionFact>(answer, [&](const ordered_json& json) {
        VersionFact fact;
        fact.subject = mapping.from_region(json.at("subject").get<std::string>());
        fact.version = mapping.from_region(version_in(json.at("version")));
        fact.id = mapping.from_region(id_in(json.at("id")));
        read_content(json, mapping, fact);
        return fact;
    });
}

RegionAnswer<SchemaFact> read_schema(const RawAnswer& answer, const RegionMapping& mapping) {
    return read_success<SchemaFact>(answer, [&](const ordered_json& json) {
        SchemaFact fact;
        read_content(json, mapping, fact);
        return fact;
    });
}

RegionAnswer<std::vector<Version>> read_versions(const RawAnswer& answer,
                                                 const RegionMapping& mapping) {
    auto list = read_success<std::vector<Version>>(answer, [&](const ordered_json& json) {
        return list_in<Version>(
            json, [&](const ordered_json& one) { return mapping.from_region(version_in(one)); });
    });
    return absent_if_empty(std::move(list), no_subject);
}

RegionAnswer<std::vector<catalog::SubjectVersion>> read_holders(const RawAnswer& answer,
                                                                const RegionMapping& mapping) {
    using catalog::SubjectVersion;
    auto list = read_success<std::vector<SubjectVersion>>(answer, [&](const ordered_json& json) {
        return list_in<SubjectVersion>(json, [&](const ordered_json& one) {
            const auto name = mapping.from_region(one.at("subject").get<std::string>());
            return SubjectVersion{Subject::parse(name),
                                  mapping.from_region(version_in(one.at("version")))};
        });
    });
    return absent_if_empty(std::move(list), no_schema);
}

RegionAnswer<CompatibilityFact> read_compatibility(const RawAnswer& answer, const RegionMapping&) {
    return read_success<CompatibilityFact>(answer, [](const ordered_json& json) {
        CompatibilityFact fact{json.at("is_compatible").get<bool>(), {}};
        if (const auto* const messages = member(json, "messages")) messages->get_to(fact.messages);
        return fact;
    });
}

RegionAnswer<std::vector<Context>> read_contexts(const RawAnswer& answer,
                                                 const RegionMapping& mapping) {
    return read_success<std::vector<Context>>(answer, [&](const ordered_json& json) {
        return list_in<Context>(json, [&](const ordered_json& name) {
            return mapping.from_region(Context{name.get<std::string>()});
        });
    });
}

RegionAnswer<std::vector<std::string>> read_subjects(const RawAnswer& answer,
                                                     const RegionMapping& mapping,
                                                     const Context& context) {
    const auto asked_in = mapping.to_region(context);
    return read_success<std::vector<std::string>>(answer, [&](const ordered_json& json) {
        return list_in<std::string>(json, [&](const ordered_json& one) {
            auto name = one.get<std::string>();
            const bool qualified = name.starts_with(":.");
            if (!qualified) name = Subject{asked_in, std::move(name)}.qualified();
            return mapping.from_region(std::move(name));
        });
    });
}

RegionAnswer<WrittenFact> read_written(const RawAnswer& answer, const RegionMapping& mapping) {
    return read_success<WrittenFact>(answer, [&](const ordered_json& json) {
        require(json.is_object());
        WrittenFact fact;
        if (const auto* const id = member(json, "id")) {
            fact.id = mapping.from_region(id_in(*id));
        }
        return fact;
    });
}

RegionAnswer<ModeFact> read_mode(const RawAnswer& answer, const RegionMapping&) {
    return read_success<ModeFact>(answer, [](const ordered_json& json) {
        return ModeFact{json.at("mode").get<std::string>()};
    });
}

std::optional<catalog::Metadata> metadata_of(const SchemaFact& fact,
                                             const std::optional<catalog::Metadata>& wanted) {
    auto metadata = fact.metadata;
    const bool wants_version = wanted && wanted->properties.contains(catalog::version_property);
    if (metadata && !wants_version) {
        metadata->properties.erase(catalog::version_property);
        if (*metadata == catalog::Metadata{} && !wanted) metadata.reset();
    }
    return metadata;
}

std::optional<catalog::Content> content_of(const SchemaFact& fact,
                                           const std::optional<catalog::Metadata>& wanted) {
    const auto type = schema::type_from_name(fact.type);
    if (!type) return std::nullopt;
    const auto parsed = schema::parse(*type, fact.text);
    if (!parsed) return std::nullopt;
    return catalog::Content{
        *type, parsed.value().canonical_text(), fact.references, metadata_of(fact, wanted), ""};
}

std::optional<catalog::Content> content_told(const SchemaFact& fact) {
    auto content = content_of(fact);
    if (!content || fact.guid.empty() || content->metadata == fact.metadata) return content;
    auto with_property = *content;
    with_property.metadata = fact.metadata;
    const bool counted = catalog::fingerprint(with_property).guid() == fact.guid;
    return counted ? with_property : content;
}

}  // namespace sgw::routing
