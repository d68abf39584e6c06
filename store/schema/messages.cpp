#include "store/schema/messages.hpp"

#include <utility>

namespace sgw::schema {
namespace {

std::string describe_references(std::span<const RequestedReference> references) {
    std::string out = "[";
    const char* separator = "";
    for (const RequestedReference& reference : references) {
        out += separator;
        separator = ", ";
        out += describe_reference(reference);
    }
    return out + "]";
}

enum class Numbers { shown, hidden };

std::string describe_request(const RequestedSchema& request, Numbers numbers) {
    const auto number = [numbers](std::int32_t value) {
        return numbers == Numbers::shown ? std::to_string(value) : std::string{"null"};
    };
    std::string out = "{subject=";
    out += request.subject;
    out += ",version=" + number(request.version) + ",id=" + number(request.id) + ",schemaType=";
    out += request.type_name;
    out += ",references=" + describe_references(request.references);
    out += ",metadata=null,ruleSet=null,schema=";
    out += request.text;
    out += ",schemaTags=null,ts=null,deleted=null}";
    return out;
}

}  // namespace

std::string describe_reference(const RequestedReference& reference) {
    return "{name='" + reference.name.value_or("null") + "', subject='" +
           reference.subject.value_or("null") +
           "', version=" + (reference.version ? std::to_string(*reference.version) : "null") + "}";
}

InvalidSchema empty_schema() {
    return {"Empty schema", InvalidSchema::Stage::empty};
}

std::string invalid_schema_message(const InvalidSchema& invalid, const RequestedSchema& request) {
    switch (invalid.stage) {
        case InvalidSchema::Stage::empty:
            return invalid.reason;
        case InvalidSchema::Stage::normalize:
            return "Invalid schema " + describe_request(request, Numbers::shown) +
                   ", details: " + invalid.reason;
        case InvalidSchema::Stage::parse:
            break;
    }
    const std::string type{request.type_name};
    return "Invalid schema of type " + type + ", details: Invalid schema " +
           describe_request(request, Numbers::hidden) + " with refs " +
           describe_references(request.references) + " of type " + type +
           ", details: " + invalid.reason;
}

InvalidSchema missing_reference(std::string_view subject, std::int32_t version) {
    return {"No schema reference found for subject \"" + std::string{subject} + "\" and version " +
            std::to_string(version)};
}

InvalidSchema incomplete_reference(const RequestedReference& reference) {
    return {"Invalid reference: " + describe_reference(reference)};
}

InvalidSchema invalid_reference_version(std::int32_t version) {
    return {"io.confluent.kafka.schemaregistry.exceptions.InvalidVersionException: " +
            std::to_string(version)};
}

}  // namespace sgw::schema
