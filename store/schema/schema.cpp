#include "store/schema/schema.hpp"

#include <utility>

#include "store/schema/avro/equality.hpp"
#include "store/schema/avro/normalize.hpp"
#include "store/schema/avro/parse.hpp"
#include "store/schema/avro/printer.hpp"
#include "store/schema/messages.hpp"
#include "store/schema/text/java_number.hpp"

namespace sgw::schema {
namespace {

using Parsed = ResultOr<std::shared_ptr<const avro::ParsedAvro>, InvalidSchema>;
using References = std::span<const ReferencedText>;

InvalidSchema as_normalizing(InvalidSchema invalid) {
    invalid.stage = InvalidSchema::Stage::normalize;
    return invalid;
}

/// The normal form is a text of its own, parsed again under the same checks.
Parsed renormalize(const avro::ParsedAvro& schema,
                   References references,
                   Validation validation,
                   const Limits& limits) {
    BOOST_OUTCOME_TRY(const std::string text, avro::normal_form(schema, limits.max_depth));
    Parsed normalized = avro::parse(text, references, validation, limits);
    if (!normalized) return as_normalizing(std::move(normalized).error());
    return normalized;
}

/// The registry normalizes once without the strict checks (its look-up), then once with them (the
/// registration), and the first of the four steps that fails words the answer. Valid texts only
/// need the latter two.
Parsed parse_normalized(std::string_view text, References references, const Limits& limits) {
    const Parsed strict = avro::parse(text, references, Validation::strict, limits);
    if (strict) {
        Parsed normalized = renormalize(*strict.value(), references, Validation::strict, limits);
        if (normalized) return normalized;
    }
    BOOST_OUTCOME_TRY(const auto lenient,
                      avro::parse(text, references, Validation::standard, limits));
    BOOST_OUTCOME_TRYV(renormalize(*lenient, references, Validation::standard, limits));
    BOOST_OUTCOME_TRY(const auto checked, strict);
    return renormalize(*checked, references, Validation::strict, limits);
}

Parsed parse_avro(std::string_view text,
                  References references,
                  Validation validation,
                  Normalize normalize,
                  const Limits& limits) {
    if (normalize == Normalize::yes) return parse_normalized(text, references, limits);
    return avro::parse(text, references, validation, limits);
}

}  // namespace

std::string_view type_name(Type type) {
    switch (type) {
        case Type::avro:
            return "AVRO";
    }
    return "";
}

std::optional<Type> type_from_name(std::string_view name) {
    if (name == type_name(Type::avro)) return Type::avro;
    return std::nullopt;
}

Schema::Schema(Type type, std::shared_ptr<const avro::ParsedAvro> avro)
    : type_(type), avro_(std::move(avro)) {}

Type Schema::type() const {
    return type_;
}
const std::string& Schema::canonical_text() const {
    return avro_->canonical_text();
}
const avro::ParsedAvro& Schema::avro() const {
    return *avro_;
}

ResultOr<Schema, InvalidSchema> parse(Type type,
                                      std::string_view text,
                                      std::span<const ReferencedText> references,
                                      Validation validation,
                                      Normalize normalize,
                                      Limits limits) {
    if (text::java_trim(text).empty()) {
        return empty_schema();
    }
    BOOST_OUTCOME_TRY(auto parsed, parse_avro(text, references, validation, normalize, limits));
    return Schema(type, std::move(parsed));
}

ResultOr<std::string, InvalidSchema> resolved_text(const Schema& schema, Limits limits) {
    avro::Printed printed = avro::print(schema.avro().root(), {}, limits.max_depth);
    if (printed.too_deep) return InvalidSchema{"The resolved schema is nested too deeply"};
    return std::move(printed.text);
}

bool same_structure(const Schema& a, const Schema& b) {
    return a.type() == b.type() &&
           avro::is_same(a.avro().root(), b.avro().root(), avro::Sameness::documentation);
}

}  // namespace sgw::schema
