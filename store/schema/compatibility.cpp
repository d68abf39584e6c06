#include "store/schema/avro/compatibility.hpp"

#include <utility>

#include "store/schema/avro/parse.hpp"
#include "store/schema/schema.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema {
namespace {

constexpr std::size_t max_quoted_units = 10240;  // UTF-16 code units, as the registry counts

bool reads_old_data(Level level) {
    return level == Level::backward || level == Level::backward_transitive ||
           level == Level::full || level == Level::full_transitive;
}

bool is_read_by_old(Level level) {
    return level == Level::forward || level == Level::forward_transitive || level == Level::full ||
           level == Level::full_transitive;
}

std::string quote_old_schema(const std::string& text) {
    const std::string_view prefix = text::utf16_prefix(text, max_quoted_units);
    if (prefix.size() == text.size()) return "{oldSchema: '" + text + "'}";
    return "{oldSchema: <truncated> '" + std::string{prefix} + "...'}";
}

std::string quote_settings(Level level, ValidateFields validate_fields) {
    return std::string{"{validateFields: '"} +
           (validate_fields == ValidateFields::yes ? "true" : "false") + "', compatibility: '" +
           std::string{level_name(level)} + "'}";
}

void append(std::vector<std::string>& out, std::vector<std::string> parts) {
    for (std::string& part : parts) out.push_back(std::move(part));
}

/// The parts about one old version; empty when it is compatible.
std::vector<std::string> compare(const Schema& new_schema, const OldVersion& old, Level level) {
    if (!old.schema || old.schema->type() != new_schema.type()) {
        return {"Incompatible because of different schema type"};
    }
    const avro::Node& new_root = new_schema.avro().root();
    const avro::Node& old_root = old.schema->avro().root();
    std::vector<std::string> parts;
    if (is_read_by_old(level)) {
        append(parts, avro::differences(old_root, new_root, avro::Reader::old_schema));
    }
    const std::size_t forward = parts.size();
    if (reads_old_data(level)) {
        append(parts, avro::differences(new_root, old_root, avro::Reader::new_schema));
    }
    // The registry leaves the old version out where a check of both directions fails in the first
    // only.
    const bool is_full = reads_old_data(level) && is_read_by_old(level);
    if (!parts.empty() && (!is_full || parts.size() > forward)) {
        parts.push_back("{oldSchemaVersion: " + std::to_string(old.version) + "}");
        parts.push_back(quote_old_schema(old.schema->canonical_text()));
    }
    return parts;
}

}  // namespace

std::vector<std::string> incompatibilities(const Schema& new_schema,
                                           std::span<const OldVersion> history,
                                           Level level,
                                           ValidateFields validate_fields) {
    if (level == Level::none || history.empty()) return {};
    const auto compared = is_transitive(level) ? history : history.last(1);
    for (auto old = compared.rbegin(); old != compared.rend(); ++old) {
        std::vector<std::string> parts = compare(new_schema, *old, level);
        if (parts.empty()) continue;
        parts.push_back(quote_settings(level, validate_fields));
        return parts;
    }
    return {};
}

std::vector<std::string> type_change(Level level, ValidateFields validate_fields) {
    if (level == Level::none) return {};
    return {"Incompatible because of different schema type",
            quote_settings(level, validate_fields)};
}

std::string join_messages(std::span<const std::string> parts) {
    std::string out;
    const char* separator = "";
    for (const std::string& part : parts) {
        out += separator;
        separator = ", ";
        out += part;
    }
    return out;
}

}  // namespace sgw::schema
