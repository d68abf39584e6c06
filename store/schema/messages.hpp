// The texts of 42201 answers about a schema: they quote the request in a fixed form. Pure, any
// thread. Source: the Schema Registry REST API, release 8.1.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/schema/schema.hpp"

namespace sgw::schema {

/// A reference as it came in a request, perhaps with parts missing.
struct RequestedReference {
    std::optional<std::string> name;
    std::optional<std::string> subject;
    std::optional<std::int32_t> version;
};

/// What a message quotes of the request.
struct RequestedSchema {
    std::string_view subject;
    std::string_view type_name = "AVRO";
    std::string_view text;
    std::span<const RequestedReference> references;
    // As in the request; only some messages show them.
    std::int32_t version = 0;
    std::int32_t id = -1;
};

/// For a text of nothing but blanks.
InvalidSchema empty_schema();

/// The whole message for a text that is no schema.
std::string invalid_schema_message(const InvalidSchema& invalid, const RequestedSchema& request);

/// "{name='n', subject='s', version=1}"
std::string describe_reference(const RequestedReference& reference);

/// Why references cannot be resolved; `stage` is parse.
InvalidSchema missing_reference(std::string_view subject, std::int32_t version);
InvalidSchema incomplete_reference(const RequestedReference& reference);
/// A version that is 0 or below -1.
InvalidSchema invalid_reference_version(std::int32_t version);

}  // namespace sgw::schema
