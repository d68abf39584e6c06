#include "routing/claim.hpp"

#include <algorithm>

#include "store/schema/text/ascii.hpp"

namespace sgw::routing {
namespace {

// The record's name holds the UUID, its dashes as underlines, which Avro's names may have. In a doc
// it would be no lock: some registries take schemas for equal that differ in doc alone.
constexpr std::string_view head = R"({"type":"record","name":"Log_)";
constexpr std::string_view tail = R"(","namespace":"schema_gateway.claim","fields":[]})";

bool is_name_char(char c) {
    return schema::text::is_digit(c) || schema::text::is_letter(c) || c == '_';
}

std::string swapped(std::string_view text, char from, char to) {
    std::string result(text);
    std::ranges::replace(result, from, to);
    return result;
}

}  // namespace

Subject claim_subject() {
    return Subject{Context{std::string(claim_context)}, "claim"};
}

std::string claim_text(std::string_view log_uuid) {
    return std::string(head) + swapped(log_uuid, '-', '_') + std::string(tail);
}

std::optional<std::string> claimant(std::string_view text) {
    if (text.size() <= head.size() + tail.size()) return std::nullopt;
    if (!text.starts_with(head) || !text.ends_with(tail)) return std::nullopt;
    text.remove_prefix(head.size());
    text.remove_suffix(tail.size());
    if (!std::ranges::all_of(text, is_name_char)) return std::nullopt;
    return swapped(text, '_', '-');
}

}  // namespace sgw::routing
