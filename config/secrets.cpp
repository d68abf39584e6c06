#include "config/secrets.hpp"

#include <algorithm>
#include <boost/outcome/try.hpp>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "config/text.hpp"

namespace sgw::config {
namespace {

constexpr std::size_t max_secret_bytes = std::size_t{64} * 1024;

bool is_variable_name(std::string_view name) {
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

/// What stands between `${` and `}`.
Parsed<std::string> look_up(std::string_view expression, const Environment& environment) {
    const auto separator = expression.find(":-");
    const std::string name(expression.substr(0, separator));
    if (!is_variable_name(name)) return Refusal{"expected ${NAME} or ${NAME:-default}"};
    auto value = environment(name);
    if (separator != std::string_view::npos) {
        if (!value || value->empty()) return std::string(expression.substr(separator + 2));
    } else if (!value) {
        return Refusal{"the environment variable " + name + " is not set"};
    }
    return std::move(*value);
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
}

Parsed<std::string> interpolate(std::string_view text, const Environment& environment) {
    std::string result;
    while (!text.empty()) {
        const auto start = text.find("${");
        if (start == std::string_view::npos) break;
        if (start > 0 && text[start - 1] == '$') {
            result += std::string(text.substr(0, start - 1)) + "${";
            text.remove_prefix(start + 2);
            continue;
        }
        const auto end = text.find('}', start);
        if (end == std::string_view::npos)
            return Refusal{"a ${ has no }; write $${ for a literal ${"};
        BOOST_OUTCOME_TRY(const auto value,
                          look_up(text.substr(start + 2, end - start - 2), environment));
        result += std::string(text.substr(0, start)) + value;
        text.remove_prefix(end + 1);
    }
    return result + std::string(text);
}

Parsed<std::string> read_secret_file(const std::string& path) {
    std::error_code ignored;
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path, ignored)) {
        return Refusal{"the file " + path + " cannot be read"};
    }
    std::string secret(max_secret_bytes + 1, '\0');
    stream.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    if (stream.bad()) return Refusal{"the file " + path + " cannot be read"};
    secret.resize(static_cast<std::size_t>(stream.gcount()));
    if (secret.size() > max_secret_bytes) return Refusal{"the file is larger than 64 KiB"};
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return Refusal{"the file is empty"};
    if (has_control(secret)) {
        return Refusal{"the file must hold one line without control characters"};
    }
    return secret;
}

}  // namespace sgw::config
