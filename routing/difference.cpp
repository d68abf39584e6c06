#include "routing/difference.hpp"

#include "routing/region_mapping.hpp"
#include "routing/region_words.hpp"

namespace sgw::routing {
namespace {

enum class Text { same, other, no_schema };

/// Most regions give back the text as it was sent, which then need not be parsed.
Text compare_text(const catalog::Content& content, const VersionFact& fact) {
    const bool is_as_sent =
        fact.type == schema::type_name(content.type) && fact.text == content.text;
    if (is_as_sent) return Text::same;
    const auto held = content_of(fact);
    if (!held) return Text::no_schema;
    const bool is_same = held->type == content.type && held->text == content.text;
    return is_same ? Text::same : Text::other;
}

}  // namespace

std::optional<Difference> difference(const catalog::SubjectVersion& what,
                                     SchemaId id,
                                     const catalog::Content& content,
                                     const VersionFact& fact) {
    using In = Difference::In;
    if (fact.version != what.version) {
        return Difference{In::version, "the region answered for another version"};
    }
    if (!names_subject(fact.subject, what.subject)) {
        return Difference{In::schema, "the region calls the subject " + region_words(fact.subject)};
    }
    const auto text = compare_text(content, fact);
    if (text == Text::no_schema) {
        return Difference{In::schema,
                          "the region holds a text that is no schema under this version"};
    }
    const auto number = std::to_string(fact.id.value);
    if (text == Text::other || fact.references != content.references) {
        return Difference{In::schema,
                          "the region holds another schema under this version, id " + number};
    }
    if (fact.id != id) {
        return Difference{In::schema, "the region holds this version under id " + number};
    }
    const auto metadata = metadata_of(fact, content.metadata);
    if (metadata == content.metadata) return std::nullopt;
    const bool dropped = !metadata || *metadata == catalog::Metadata{};
    return Difference{
        In::metadata,
        dropped ? "the region dropped the metadata" : "the region holds other metadata"};
}

}  // namespace sgw::routing
