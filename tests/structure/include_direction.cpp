#include "tests/structure/include_direction.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sgw::structure {
namespace {

/// From the bottom up: a folder may include itself and what stands before it.
constexpr std::array<std::string_view, 4> layers{"config/", "store/", "routing/", "gateway/"};

/// Files under `from` may include nothing of ours but what begins with one of `allowed`.
struct Isolation {
    std::string_view from;
    std::vector<std::string_view> allowed;
};

/// Files under `from` may not include `forbidden`.
struct Separation {
    std::string_view from;
    std::string_view forbidden;
};

/// Only files under one of `allowed` may include what begins with `prefix`.
struct Fence {
    std::string_view prefix;
    std::vector<std::string_view> allowed;
};

const std::vector<Isolation>& isolations() {
    static const std::vector<Isolation> rules{
        {"store/schema/", {"store/schema/", "store/result.hpp"}},
        {"store/log/", {"store/log/", "store/result.hpp"}},
        {"gateway/http/",
         {"gateway/http/",
          "config/",
          "store/result.hpp",
          "store/schema/text/ascii.hpp",
          "store/schema/text/utf8.hpp",
          "routing/operation.hpp",
          "gateway/as_value.hpp",
          "gateway/runtime.hpp"}},
        {"gateway/cli/", {"gateway/cli/", "config/", "gateway/version.hpp"}},
    };
    return rules;
}

const std::vector<Separation>& separations() {
    static const std::vector<Separation> rules{
        {"store/catalog/", "store/log/rocksdb_log."},
        {"gateway/api/", "gateway/http/"},
        {"gateway/api/", "gateway/jobs/"},
        {"gateway/api/", "gateway/admin/"},
        {"gateway/jobs/", "gateway/http/"},
        {"gateway/jobs/", "gateway/api/"},
        {"gateway/jobs/", "gateway/admin/"},
        {"gateway/admin/", "gateway/jobs/"},
    };
    return rules;
}

const std::vector<Fence>& fences() {
    static const std::vector<Fence> rules{
        {"rocksdb/", {"store/log/", "store/catalog/view"}},
        {"boost/beast",
         {"gateway/http/session",
          "gateway/http/client_pool",
          "gateway/http/body",
          "gateway/http/answer",
          "gateway/http/beast_impl"}},
        {"boost/asio", {"gateway/"}},
        {"yaml-cpp/", {"config/"}},
        {"CLI/", {"gateway/cli/"}},
        {"spdlog/", {"gateway/logging"}},
        {"prometheus/", {"gateway/"}},
    };
    return rules;
}

bool begins_with_one_of(std::string_view text, const std::vector<std::string_view>& prefixes) {
    return std::any_of(
        prefixes.begin(), prefixes.end(), [&](auto prefix) { return text.starts_with(prefix); });
}

std::optional<std::size_t> layer_of(std::string_view path) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (path.starts_with(layers[i])) return i;
    }
    return std::nullopt;
}

std::optional<std::string> broken_rule(std::string_view path,
                                       std::string_view include,
                                       bool quoted) {
    const auto from = layer_of(path);
    const auto to = layer_of(include);
    if (quoted && !to) return "include paths start at the repository's root, in a source folder";
    if (from && to && *to > *from) return "points against gateway -> routing -> store -> config";
    for (const auto& rule : isolations()) {
        if (to && path.starts_with(rule.from) && !begins_with_one_of(include, rule.allowed)) {
            return std::string(rule.from) + " may include nothing of ours but its README's list";
        }
    }
    for (const auto& rule : separations()) {
        if (path.starts_with(rule.from) && include.starts_with(rule.forbidden)) {
            return std::string(rule.from) + " must not know " + std::string(rule.forbidden);
        }
    }
    for (const auto& rule : fences()) {
        if (include.starts_with(rule.prefix) && !begins_with_one_of(path, rule.allowed)) {
            return std::string(rule.prefix) + " belongs to " + std::string(rule.allowed.front());
        }
    }
    return std::nullopt;
}

struct Include {
    std::string path;
    bool quoted = false;
};

std::optional<Include> include_in(std::string_view line) {
    const auto skip_blanks = [&] {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    };
    skip_blanks();
    if (!line.starts_with('#')) return std::nullopt;
    line.remove_prefix(1);
    skip_blanks();
    if (!line.starts_with("include")) return std::nullopt;
    line.remove_prefix(std::string_view("include").size());
    skip_blanks();
    if (line.empty() || (line.front() != '"' && line.front() != '<')) return std::nullopt;
    const bool quoted = line.front() == '"';
    const auto end = line.find(quoted ? '"' : '>', 1);
    if (end == std::string_view::npos) return std::nullopt;
    return Include{std::string(line.substr(1, end - 1)), quoted};
}

std::vector<Include> all_includes(std::string_view text) {
    std::vector<Include> includes;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        if (auto include = include_in(line)) includes.push_back(std::move(*include));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return includes;
}

}  // namespace

std::vector<std::string> includes_of(std::string_view text) {
    std::vector<std::string> paths;
    for (auto& include : all_includes(text)) paths.push_back(std::move(include.path));
    return paths;
}

std::vector<std::string> violations(const std::string& path, std::string_view text) {
    std::vector<std::string> lines;
    for (const auto& include : all_includes(text)) {
        if (const auto rule = broken_rule(path, include.path, include.quoted)) {
            lines.push_back(path + " includes " + include.path + ": " + *rule);
        }
    }
    return lines;
}

}  // namespace sgw::structure
