// What a region's HTTP answer says, as facts. Nothing a region sends is passed on: it is parsed,
// checked and then rendered by us. A bare 404 proves nothing; only the registry's own codes say
// that something is absent.
//
// Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "routing/region_mapping.hpp"
#include "store/catalog/content.hpp"
#include "store/types.hpp"

namespace sgw::routing {

/// An answer as it came; what is missing of its headers is empty.
struct RawAnswer {
    int status = 0;
    std::string_view content_type;
    std::string_view body;
    std::string_view retry_after{};
};

/// The region says, in the registry's own codes, that there is no such thing.
struct Absent {
    int code = 0;
};

/// Whether a code says that a subject, a version or a schema is not there.
inline bool means_absence(int code) {
    return code >= 40401 && code <= 40403;
}

/// The region understood and said no (4xx with a registry error body).
struct Refused {
    int code = 0;
    std::string message;
};

/// "42205: the region's own text"
std::string words(const Refused& refused);

/// Code of everything that a registry's mode or settings forbid.
inline constexpr int operation_not_permitted = 42205;

/// Whether the region refuses because other content holds the id; the same code also says that a
/// subject is not in IMPORT mode, and quotes its name.
bool refuses_taken_id(const Refused& refused);

/// Nothing to believe: transport failure, 5xx, throttling, a foreign or damaged body. `reason` is
/// for people.
struct Failed {
    enum class Kind { transport, server_error, no_leader, throttled, credentials, garbage };
    Kind kind = Kind::transport;
    std::string reason;
    /// Of a region that throttles, when it says so in seconds.
    std::optional<std::chrono::milliseconds> retry_after{};
};

template <class Fact>
using RegionAnswer = std::variant<Fact, Absent, Refused, Failed>;

/// Whether the region as a whole is in trouble. What it does not let in, or says in words that
/// nobody understands, may concern this one call.
template <class Fact>
bool is_trouble(const RegionAnswer<Fact>& answer) {
    const auto* failed = std::get_if<Failed>(&answer);
    return failed != nullptr && failed->kind != Failed::Kind::garbage &&
           failed->kind != Failed::Kind::credentials;
}

/// A schema as the region tells it; `text` is not canonical yet.
struct SchemaFact {
    std::string type = "AVRO";
    std::string text{};
    std::vector<schema::Reference> references{};
    std::optional<catalog::Metadata> metadata{};
    std::string guid{};  // empty where the region tells none
};

/// A subject version with its schema.
struct VersionFact : SchemaFact {
    std::string subject;
    Version version;
    SchemaId id;
};

/// How much there is to parse in what a region told of a version.
std::size_t text_bytes(const RegionAnswer<VersionFact>& answer);

struct WrittenFact {
    std::optional<SchemaId> id;
};

struct ModeFact {
    std::string mode;
};

struct CompatibilityFact {
    bool compatible = false;
    std::vector<std::string> messages;
};

// Facts are in the catalog's words: `mapping` is the region's.
RegionAnswer<VersionFact> read_version(const RawAnswer& answer, const RegionMapping& mapping);
RegionAnswer<SchemaFact> read_schema(const RawAnswer& answer, const RegionMapping& mapping);
/// null is an empty list: some registries write it so.
RegionAnswer<std::vector<Version>> read_versions(const RawAnswer& answer,
                                                 const RegionMapping& mapping);
RegionAnswer<std::vector<catalog::SubjectVersion>> read_holders(const RawAnswer& answer,
                                                                const RegionMapping& mapping);
RegionAnswer<CompatibilityFact> read_compatibility(const RawAnswer& answer,
                                                   const RegionMapping& mapping);
RegionAnswer<std::vector<Context>> read_contexts(const RawAnswer& answer,
                                                 const RegionMapping& mapping);
/// Qualified names of subjects; those that are told without a context are in `context`.
RegionAnswer<std::vector<std::string>> read_subjects(const RawAnswer& answer,
                                                     const RegionMapping& mapping,
                                                     const Context& context);
RegionAnswer<WrittenFact> read_written(const RawAnswer& answer, const RegionMapping& mapping);
RegionAnswer<ModeFact> read_mode(const RawAnswer& answer, const RegionMapping& mapping);

/// The metadata that was sent, as far as can be told: the version property that some registries add
/// is taken off unless `wanted` has it.
std::optional<catalog::Metadata> metadata_of(const SchemaFact& fact,
                                             const std::optional<catalog::Metadata>& wanted);

/// The content that the fact describes, in our canonical form, with metadata_of; nothing when its
/// text is no schema of a type that we know.
std::optional<catalog::Content> content_of(const SchemaFact& fact,
                                           const std::optional<catalog::Metadata>& wanted = {});

/// The same of a schema that is the region's own: the version property stays where the guid that
/// the region tells counts it in.
std::optional<catalog::Content> content_told(const SchemaFact& fact);

}  // namespace sgw::routing
