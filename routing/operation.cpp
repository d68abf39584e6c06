#include "routing/operation.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sgw::routing {
namespace {

using Op = Operation;

constexpr std::array table{
    Route{"GET", "/", Op::get_root, "get_root"},
    Route{"POST", "/", Op::post_root, "post_root"},
    Route{"GET", "/v1/metadata/id", Op::get_cluster_id, "get_cluster_id"},
    Route{"GET", "/v1/metadata/version", Op::get_server_version, "get_server_version"},
    Route{"GET", "/v1/metadata/deployment", Op::not_yet, "get_deployment"},
    Route{"GET", "/schemas", Op::not_yet, "list_schemas"},
    Route{"GET", "/schemas/types", Op::list_types, "list_types"},
    Route{"GET", "/schemas/ids/{id}", Op::get_schema, "get_schema"},
    Route{"GET", "/schemas/ids/{id}/schema", Op::get_schema_text, "get_schema_text"},
    Route{"GET", "/schemas/ids/{id}/subjects", Op::get_schema_subjects, "get_schema_subjects"},
    Route{"GET", "/schemas/ids/{id}/versions", Op::get_schema_versions, "get_schema_versions"},
    Route{"GET", "/schemas/guids/{guid}", Op::not_yet, "get_schema_by_guid"},
    Route{"GET", "/schemas/guids/{guid}/ids", Op::not_yet, "get_guid_ids"},
    Route{"GET", "/subjects", Op::list_subjects, "list_subjects"},
    Route{"POST", "/subjects/{subject}", Op::lookup_schema, "lookup_schema"},
    Route{"DELETE", "/subjects/{subject}", Op::not_yet, "delete_subject"},
    Route{"GET", "/subjects/{subject}/metadata", Op::not_yet, "get_by_metadata"},
    Route{"GET", "/subjects/{subject}/versions", Op::list_versions, "list_versions"},
    Route{"POST", "/subjects/{subject}/versions", Op::register_schema, "register_schema"},
    Route{"GET", "/subjects/{subject}/versions/{version}", Op::get_version, "get_version"},
    Route{"DELETE", "/subjects/{subject}/versions/{version}", Op::not_yet, "delete_version"},
    Route{"GET",
          "/subjects/{subject}/versions/{version}/schema",
          Op::get_version_schema,
          "get_version_schema"},
    Route{"GET",
          "/subjects/{subject}/versions/{version}/referencedby",
          Op::not_yet,
          "get_referenced_by"},
    Route{"POST", "/subjects/{subject}/versions/{version}/tags", Op::not_yet, "modify_tags"},
    Route{"POST",
          "/compatibility/subjects/{subject}/versions",
          Op::test_compatibility,
          "test_compatibility"},
    Route{"POST",
          "/compatibility/subjects/{subject}/versions/{version}",
          Op::test_compatibility_with_version,
          "test_compatibility_with_version"},
    Route{"GET", "/config", Op::get_config, "get_config"},
    Route{"PUT", "/config", Op::put_config, "put_config"},
    Route{"DELETE", "/config", Op::delete_config, "delete_config"},
    Route{"GET", "/config/{subject}", Op::get_config, "get_subject_config"},
    Route{"PUT", "/config/{subject}", Op::put_config, "put_subject_config"},
    Route{"DELETE", "/config/{subject}", Op::delete_config, "delete_subject_config"},
    Route{"GET", "/mode", Op::get_mode, "get_mode"},
    Route{"PUT", "/mode", Op::put_mode, "put_mode"},
    Route{"DELETE", "/mode", Op::delete_mode, "delete_mode"},
    Route{"GET", "/mode/{subject}", Op::get_mode, "get_subject_mode"},
    Route{"PUT", "/mode/{subject}", Op::put_mode, "put_subject_mode"},
    Route{"DELETE", "/mode/{subject}", Op::delete_mode, "delete_subject_mode"},
    Route{"GET", "/contexts", Op::not_yet, "list_contexts"},
    Route{"DELETE", "/contexts/{context}", Op::not_yet, "delete_context"},
};

/// Every call below this prefix is the same call inside a context.
constexpr Route context_prefix{"", "/contexts/{context}/...", Op::not_yet, "in_context"};

std::vector<std::string_view> words_of(std::string_view path) {
    std::vector<std::string_view> words;
    while (path.size() > 1) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        words.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return words;
}

const auto& split_table() {
    static const auto split = [] {
        std::vector<std::vector<std::string_view>> words;
        words.reserve(table.size());
        for (const auto& route : table) words.push_back(words_of(route.path));
        return words;
    }();
    return split;
}

bool is_parameter(std::string_view word) {
    return word.starts_with('{');
}

bool fits(const std::vector<std::string_view>& words, std::span<const Segment> segments) {
    return std::ranges::equal(words, segments, [](std::string_view word, const Segment& segment) {
        return is_parameter(word) || word == segment.raw;
    });
}

Matched matched(const Route& route,
                const std::vector<std::string_view>& words,
                std::span<const Segment> segments) {
    Matched result{&route, {}};
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_parameter(words[i])) continue;
        const auto name = words[i].substr(1, words[i].size() - 2);
        result.parameters.emplace(name, segments[i].decoded);
    }
    return result;
}

std::string allow_list(const std::vector<std::string_view>& methods) {
    const auto has = [&](std::string_view method) {
        return std::ranges::find(methods, method) != methods.end();
    };
    std::string list;
    for (const std::string_view method : {"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT"}) {
        const bool allowed = method == "OPTIONS" || has(method == "HEAD" ? "GET" : method);
        if (!allowed) continue;
        if (!list.empty()) list += ',';
        list += method;
    }
    return list;
}

Match match_plain(std::string_view method, std::span<const Segment> segments) {
    const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
    std::vector<std::string_view> methods;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto& words = split_table()[i];
        if (!fits(words, segments)) continue;
        if (table[i].method == wanted) return matched(table[i], words, segments);
        methods.push_back(table[i].method);
    }
    if (!methods.empty()) return WrongMethod{allow_list(methods)};
    return UnknownPath{};
}

/// What stands behind all prefixes "/contexts/{context}"; a context alone is a path of its own.
std::span<const Segment> without_contexts(std::span<const Segment> segments) {
    while (segments.size() > 2 && segments[0].raw == "contexts") segments = segments.subspan(2);
    return segments;
}

}  // namespace

std::span<const Route> routes() {
    return table;
}

Match match(std::string_view method, std::span<const Segment> segments) {
    const auto in_context = without_contexts(segments);
    if (in_context.size() == segments.size()) return match_plain(method, segments);
    auto inner = match_plain(method, in_context);
    if (std::holds_alternative<Matched>(inner)) return Matched{&context_prefix, {}};
    return inner;
}

}  // namespace sgw::routing
