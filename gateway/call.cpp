#include "gateway/call.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/ascii.hpp"

namespace sgw::gateway {
Subject Call::subject() const {
    const auto found = parameters.find("subject");
    return found == parameters.end() ? Subject{} : Subject::parse(found->second);
}

std::string_view Call::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find_if(query, [&](const auto& one) { return one.first == name; });
    return found == query.end() ? std::string_view{} : std::string_view(found->second);
}

bool Call::has(std::string_view name) const {
    return std::ranges::any_of(query, [&](const auto& one) { return one.first == name; });
}

bool Call::flag(std::string_view name) const {
    return http::iequals(parameter(name), "true");
}

Result<std::int32_t> Call::integer(std::string_view name, std::int32_t otherwise) const {
    const auto text = parameter(name);
    if (text.empty()) return otherwise;
    const auto value = parse_int32(text);
    if (!value) return errors::no_such_path();
    return *value;
}

Result<SchemaId> Call::id() const {
    const auto value = parse_int32(parameters.at("id"));
    if (!value) return errors::no_such_path();
    return SchemaId{*value};
}

log::Origin Call::origin() const {
    return {"", "", request.peer, request.request_id};
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<std::int32_t> parse_int32(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    std::int32_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.empty()) return std::nullopt;
    return value;
}

Result<VersionChoice> parse_version(std::string_view text) {
    const auto wanted = trimmed(text);
    if (http::iequals(wanted, "latest")) return VersionChoice{};
    const auto number = parse_int32(wanted);
    if (number == -1) return VersionChoice{};
    if (!number || *number < 1) return errors::invalid_version(text);
    return VersionChoice{Version{*number}};
}

}  // namespace sgw::gateway
