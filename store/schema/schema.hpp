// What a schema is: parsed, printed, compared. One interface for every schema type; a type lives in
// a folder of its own (avro/) and is dispatched in schema.cpp.
//
// Pure functions: no I/O, no clock, no globals; any thread. Nothing throws across this interface.
// Depends on nothing else of ours. Rules and texts: the Schema Registry REST API, release 8.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/result.hpp"

namespace sgw::schema {

enum class Type { avro };

/// "AVRO"; the comparison is case-sensitive, as on the wire.
std::string_view type_name(Type type);
std::optional<Type> type_from_name(std::string_view name);

/// A reference as the client wrote it; the subject's spelling is part of the schema's identity.
struct Reference {
    std::string name;
    std::string subject;
    std::int32_t version = 0;

    bool operator==(const Reference&) const = default;
};

/// The text that a reference resolves to. References of references come before what needs them.
struct ReferencedText {
    std::string name;
    std::string text;
};

/// Bounds that keep hostile texts from exhausting memory or the stack.
struct Limits {
    std::size_t max_depth = 1000;  // nested JSON values and nested types
};

/// `standard` checks what the real registry checks by default; `strict` also checks names and
/// default values.
enum class Validation { standard, strict };

/// Why a text is no schema. `reason` has the words behind the last "details:" of a 42201 message;
/// messages.hpp builds the whole text, which differs by the stage that found the fault.
struct InvalidSchema {
    enum class Stage { empty, parse, normalize };

    std::string reason;
    Stage stage = Stage::parse;

    bool operator==(const InvalidSchema&) const = default;
};

namespace avro {
class ParsedAvro;
}

/// A valid schema. Immutable; a copy shares the tree.
class Schema {
  public:
    Schema(Type type, std::shared_ptr<const avro::ParsedAvro> avro);

    Type type() const;

    /// What is stored, hashed and returned. Compact, UTF-8, no trailing newline.
    const std::string& canonical_text() const;

    const avro::ParsedAvro& avro() const;

  private:
    Type type_;
    std::shared_ptr<const avro::ParsedAvro> avro_;
};

enum class Normalize { no, yes };

/// Parses `text`. With Normalize::yes the canonical text is the normalized one, and names and
/// defaults are checked as under Validation::strict.
ResultOr<Schema, InvalidSchema> parse(Type type,
                                      std::string_view text,
                                      std::span<const ReferencedText> references = {},
                                      Validation validation = Validation::standard,
                                      Normalize normalize = Normalize::no,
                                      Limits limits = {});

/// Normal form of a reference list: sorted by name, duplicates removed.
std::vector<Reference> normalized_references(std::vector<Reference> references);

/// The text with every reference inlined (`format=resolved`). Fails where it would nest deeper than
/// the limits, though each text alone does not.
ResultOr<std::string, InvalidSchema> resolved_text(const Schema& schema, Limits limits = {});

/// Equal in structure though perhaps not in text: the semantic look-up of registration (property
/// order does not matter; doc does). References are compared by the caller.
bool same_structure(const Schema& a, const Schema& b);

/// The registry's MD5 identity over text, references and whatever metadata the caller has
/// serialized. Schema type is not part of it.
struct Fingerprint {
    std::uint8_t bytes[16] = {};

    /// Lower-case UUID form, as `guid` in answers.
    std::string guid() const;
    bool operator==(const Fingerprint&) const = default;
};

/// `metadata_bytes`: the hashed form of metadata and rule set, empty when there is neither.
Fingerprint fingerprint(std::string_view canonical_text,
                        std::span<const Reference> references,
                        std::string_view metadata_bytes = {});

enum class Level {
    none,
    backward,
    backward_transitive,
    forward,
    forward_transitive,
    full,
    full_transitive,
};

/// "BACKWARD", ...; parsing is case-insensitive and does not trim.
std::string_view level_name(Level level);
/// Whether all earlier versions count, not only the last.
bool is_transitive(Level level);
std::optional<Level> level_from_name(std::string_view text);

/// One stored version to compare with. Without a schema it is of another type than the new one,
/// whatever that is.
struct OldVersion {
    std::int32_t version = 0;
    std::optional<Schema> schema;
};

/// The config setting of that name, which messages quote.
enum class ValidateFields { no, yes };

/// Parts of the message that tells why `new_schema` may not follow `history`, in the order of the
/// contract (differences, oldSchemaVersion, oldSchema, validateFields/compatibility); empty when it
/// is compatible. `history` holds the live versions, oldest first; a level that is not transitive
/// looks at the last only.
std::vector<std::string> incompatibilities(const Schema& new_schema,
                                           std::span<const OldVersion> history,
                                           Level level,
                                           ValidateFields validate_fields = ValidateFields::no);

/// The same where the new schema is of a type that this library does not know and the history is
/// not.
std::vector<std::string> type_change(Level level,
                                     ValidateFields validate_fields = ValidateFields::no);

/// "a, b, c": how a 409 message joins the parts.
std::string join_messages(std::span<const std::string> parts);

}  // namespace sgw::schema
