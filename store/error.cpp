#include "store/error.hpp"

#include <string_view>
#include <utility>

namespace sgw::errors {

Error subject_not_found(const Subject& subject) {
    return {40401, "Subject '" + subject.qualified() + "' not found."};
}

Error version_not_found(std::int64_t version) {
    return {40402, "Version " + std::to_string(version) + " not found."};
}

Error schema_not_found() {
    return {40403, "Schema not found"};
}

Error schema_not_found(std::int64_t id) {
    return {40403, "Schema " + std::to_string(id) + " not found"};
}

Error subject_level_compatibility_not_configured(const Subject& subject) {
    return {40408,
            "Subject '" + subject.qualified() +
                "' does not have subject-level compatibility configured"};
}

Error subject_level_mode_not_configured(const Subject& subject) {
    return {40409,
            "Subject '" + subject.qualified() + "' does not have subject-level mode configured"};
}

Error incompatible(const Subject& subject, const std::string& details) {
    return {409,
            "Schema being registered is incompatible with an earlier schema for subject \"" +
                subject.qualified() + "\", details: [" + details + "]"};
}

Error invalid_schema(std::string message) {
    return {42201, std::move(message)};
}

Error invalid_version(std::string_view version) {
    return {
        42202,
        "The specified version '" + std::string(version) +
            "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "
            "\"latest\""};
}

Error invalid_compatibility_level() {
    return {42203,
            "Invalid compatibility level. Valid values are none, backward, forward, full, "
            "backward_transitive, forward_transitive, and full_transitive"};
}

Error invalid_mode() {
    return {42204, "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD."};
}

Error forward_mode_only_global() {
    return {42204, "Forward mode only supported on global level"};
}

Error operation_not_permitted(std::string message) {
    return {42205, std::move(message)};
}

Error invalid_subject(std::string_view subject) {
    return {42208, "The specified subject '" + std::string(subject) + "' is not a valid."};
}

Error ids_exhausted() {
    return {50002, "Register operation failed: the highest possible id is in use"};
}

Error versions_exhausted() {
    return {50002, "Register operation failed: the highest possible version is in use"};
}

Error no_such_path() {
    return {404, "HTTP 404 Not Found"};
}

Error method_not_allowed() {
    return {405, "HTTP 405 Method Not Allowed"};
}

Error not_acceptable() {
    return {406, "HTTP 406 Not Acceptable"};
}

Error unsupported_media_type() {
    return {415, "HTTP 415 Unsupported Media Type"};
}

Error internal() {
    return {500, "Internal Server Error"};
}

Error not_implemented(std::string what) {
    return {501, std::move(what) + " is not supported by this release of schema-gateway"};
}

Error unavailable(std::string reason) {
    return {503, std::move(reason)};
}

}  // namespace sgw::errors
