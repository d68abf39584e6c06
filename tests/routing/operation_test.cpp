#include "routing/operation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace sgw::routing {
namespace {

using Op = Operation;

std::string decoded(std::string_view raw) {
    std::string text;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] == '%') {
            text += static_cast<char>(
                std::strtol(std::string(raw.substr(i + 1, 2)).c_str(), nullptr, 16));
            i += 2;
        } else {
            text += raw[i];
        }
    }
    return text;
}

std::vector<Segment> segments_of(std::string_view path) {
    std::vector<Segment> segments;
    while (path.size() > 1) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        const std::string raw(path.substr(0, end));
        segments.push_back({raw, decoded(raw)});
        path.remove_prefix(end);
    }
    return segments;
}

Match match_path(std::string_view method, std::string_view path) {
    const auto segments = segments_of(path);
    return match(method, segments);
}

/// The label that matches, "404", or "405" with what is allowed.
std::string answered(std::string_view method, std::string_view path) {
    const auto found = match_path(method, path);
    if (const auto* matched = std::get_if<Matched>(&found))
        return std::string(matched->route->label);
    if (const auto* wrong = std::get_if<WrongMethod>(&found)) return "405 " + wrong->allow;
    return "404";
}

struct Served {
    std::string_view path;
    std::map<std::string_view, std::string_view> labels;  // by method
    std::string_view allow;
};

const std::vector<Served> contract{
    {"/", {{"GET", "get_root"}, {"POST", "post_root"}}, "HEAD,POST,GET,OPTIONS"},
    {"/v1/metadata/id", {{"GET", "get_cluster_id"}}, "HEAD,GET,OPTIONS"},
    {"/v1/metadata/version", {{"GET", "get_server_version"}}, "HEAD,GET,OPTIONS"},
    {"/v1/metadata/deployment", {{"GET", "get_deployment"}}, "HEAD,GET,OPTIONS"},
    {"/schemas", {{"GET", "list_schemas"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/types", {{"GET", "list_types"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/ids/1", {{"GET", "get_schema"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/ids/1/schema", {{"GET", "get_schema_text"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/ids/1/subjects", {{"GET", "get_schema_subjects"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/ids/1/versions", {{"GET", "get_schema_versions"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/guids/g", {{"GET", "get_schema_by_guid"}}, "HEAD,GET,OPTIONS"},
    {"/schemas/guids/g/ids", {{"GET", "get_guid_ids"}}, "HEAD,GET,OPTIONS"},
    {"/subjects", {{"GET", "list_subjects"}}, "HEAD,GET,OPTIONS"},
    {"/subjects/s",
     {{"POST", "lookup_schema"}, {"DELETE", "delete_subject"}},
     "DELETE,POST,OPTIONS"},
    {"/subjects/s/metadata", {{"GET", "get_by_metadata"}}, "HEAD,GET,OPTIONS"},
    {"/subjects/s/versions",
     {{"GET", "list_versions"}, {"POST", "register_schema"}},
     "HEAD,POST,GET,OPTIONS"},
    {"/subjects/s/versions/1",
     {{"GET", "get_version"}, {"DELETE", "delete_version"}},
     "HEAD,DELETE,GET,OPTIONS"},
    {"/subjects/s/versions/1/schema", {{"GET", "get_version_schema"}}, "HEAD,GET,OPTIONS"},
    {"/subjects/s/versions/1/referencedby", {{"GET", "get_referenced_by"}}, "HEAD,GET,OPTIONS"},
    {"/subjects/s/versions/1/tags", {{"POST", "modify_tags"}}, "POST,OPTIONS"},
    {"/compatibility/subjects/s/versions", {{"POST", "test_compatibility"}}, "POST,OPTIONS"},
    {"/compatibility/subjects/s/versions/1",
     {{"POST", "test_compatibility_with_version"}},
     "POST,OPTIONS"},
    {"/config",
     {{"GET", "get_config"}, {"PUT", "put_config"}, {"DELETE", "delete_config"}},
     "HEAD,DELETE,GET,OPTIONS,PUT"},
    {"/config/s",
     {{"GET", "get_subject_config"},
      {"PUT", "put_subject_config"},
      {"DELETE", "delete_subject_config"}},
     "HEAD,DELETE,GET,OPTIONS,PUT"},
    {"/mode",
     {{"GET", "get_mode"}, {"PUT", "put_mode"}, {"DELETE", "delete_mode"}},
     "HEAD,DELETE,GET,OPTIONS,PUT"},
    {"/mode/s",
     {{"GET", "get_subject_mode"}, {"PUT", "put_subject_mode"}, {"DELETE", "delete_subject_mode"}},
     "HEAD,DELETE,GET,OPTIONS,PUT"},
    {"/contexts", {{"GET", "list_contexts"}}, "HEAD,GET,OPTIONS"},
    {"/contexts/.c", {{"DELETE", "delete_context"}}, "DELETE,OPTIONS"},
};

TEST(Match, EveryPathAndEveryMethod) {
    for (const auto& served : contract) {
        for (const std::string_view method :
             {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FOO", "get"}) {
            const auto asked = method == "HEAD" ? std::string_view("GET") : method;
            const auto found = served.labels.find(asked);
            const auto expected = found == served.labels.end() ? "405 " + std::string(served.allow)
                                                               : std::string(found->second);
            EXPECT_EQ(answered(method, served.path), expected) << method << ' ' << served.path;
        }
    }
}

TEST(Match, TheTableHoldsNothingElse) {
    std::size_t count = 0;
    for (const auto& served : contract) count += served.labels.size();
    EXPECT_EQ(routes().size(), count);
}

TEST(Match, UnknownPaths) {
    for (const std::string_view path : {
             "/nosuch",
             "/Subjects",
             "/s%75bjects",
             "/subjects/s/Versions",
             "/subjects/s/v%65rsions",
             "/subjects/s/versions/1/nosuch",
             "/subjects/s/versions/1/schema/x",
             "/subjects/s/nosuch",
             "/schemas/ids",
             "/schemas/nosuch",
             "/schemas/ids/1/nosuch",
             "/schemas/guids",
             "/schemas/types/x",
             "/compatibility",
             "/compatibility/subjects",
             "/compatibility/subjects/s",
             "/compatibility/subjects/s/versions/1/x",
             "/config/s/x",
             "/mode/s/x",
             "/v1",
             "/v1/metadata",
             "/v1/metadata/nosuch",
             "/contexts/.c/nosuch",
             "/contexts/.c/subjects/s/nosuch",
             // Of other products and releases
             "/exporters",
             "/exporters/x",
             "/exporters/x/status",
             "/importers",
             "/dek-registry/v1/keks",
             "/dek-registry/v1/keks/k/deks/s",
             "/associations",
             "/associations:batchGet",
             "/associations/subjects/s",
             "/associations/resources/ns/name",
             "/catalog/v1/types/tagdefs",
             "/catalog/graphql",
             "/favicon.ico",
             "/metrics",
         }) {
        for (const std::string_view method : {"GET", "POST", "PUT", "DELETE", "OPTIONS", "FOO"}) {
            EXPECT_EQ(answered(method, path), "404") << method << ' ' << path;
        }
    }
}

TEST(Match, ParametersAreDecodedOnceAndKeepTheirSlashes) {
    struct Row {
        std::string_view path;
        std::string_view name;
        std::string_view value;
    };
    const Row rows[] = {
        {"/config/s", "subject", "s"},
        {"/config/a%2Fb", "subject", "a/b"},
        {"/config/a%252Fb", "subject", "a%2Fb"},
        {"/config/:.c:s", "subject", ":.c:s"},
        {"/config/%3A.c%3As", "subject", ":.c:s"},
        {"/config/a%20b+c", "subject", "a b+c"},
        {"/config/%C3%BC", "subject", "ü"},
        {"/config/{subject}", "subject", "{subject}"},
        {"/config/.", "subject", "."},
        {"/config/versions", "subject", "versions"},
        {"/schemas/ids/x", "id", "x"},
    };
    for (const auto& row : rows) {
        const auto found = match_path("GET", row.path);
        const auto* matched = std::get_if<Matched>(&found);
        ASSERT_NE(matched, nullptr) << row.path;
        EXPECT_EQ(matched->parameters.size(), 1U) << row.path;
        EXPECT_EQ(matched->parameters.at(std::string(row.name)), row.value) << row.path;
    }
    const auto found = match_path("GET", "/subjects/versions/versions/latest/schema");
    const auto& parameters = std::get<Matched>(found).parameters;
    EXPECT_EQ(parameters.at("subject"), "versions");
    EXPECT_EQ(parameters.at("version"), "latest");
}

TEST(Match, InContextsIsKnownButNotYetHere) {
    for (const std::string_view path : {"/contexts/.c/subjects",
                                        "/contexts/.c/subjects/s/versions/1",
                                        "/contexts/.c/config",
                                        "/contexts/.c/config/s",
                                        "/contexts/.c/schemas/ids/1",
                                        "/contexts/.c/contexts",
                                        "/contexts/a/contexts/b/subjects",
                                        "/contexts/%3A.c%3A/subjects"}) {
        const auto found = match_path("GET", path);
        const auto* matched = std::get_if<Matched>(&found);
        ASSERT_NE(matched, nullptr) << path;
        EXPECT_EQ(matched->route->operation, Op::not_yet) << path;
    }
    EXPECT_EQ(answered("PATCH", "/contexts/.c/subjects"), "405 HEAD,GET,OPTIONS");
    EXPECT_EQ(answered("GET", "/contexts/.c"), "405 DELETE,OPTIONS");
}

TEST(Match, HostilePathsAreCheap) {
    std::string path;
    for (int i = 0; i < 100'000; ++i) path += "/contexts/a";
    EXPECT_EQ(answered("GET", path), "405 DELETE,OPTIONS");
    EXPECT_EQ(answered("GET", path + "/b"), "404");
    EXPECT_EQ(answered("GET", path + "/subjects"), "in_context");
}

TEST(Routes, LabelsAreUniqueAndPlain) {
    std::set<std::string_view> labels;
    for (const auto& route : routes()) {
        EXPECT_TRUE(labels.insert(route.label).second) << route.label;
        EXPECT_EQ(route.label.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
                  std::string_view::npos)
            << route.label;
    }
}

TEST(Routes, EveryOperationIsReachable) {
    std::set<Op> operations;
    for (const auto& route : routes()) operations.insert(route.operation);
    for (int op = 0; op <= static_cast<int>(Op::not_yet); ++op) {
        EXPECT_TRUE(operations.contains(static_cast<Op>(op))) << op;
    }
}

std::string not_yet_table() {
    std::string table = "| call | |\n|---|---|\n";
    for (const auto& route : routes()) {
        if (route.operation != Op::not_yet) continue;
        table += "| `" + std::string(route.method) + ' ' + std::string(route.path) + "` | |\n";
    }
    return table + "| `/contexts/{context}/...` |";
}

// The list of what answers 501, as people read it.
TEST(Routes, TheReadmeListsWhatIsNotYetHere) {
    std::ifstream file(std::string(SGW_SOURCE_DIR) + "/gateway/README.md");
    const std::string readme{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(readme.find(not_yet_table()), std::string::npos) << "gateway/README.md has to hold:\n"
                                                               << not_yet_table();
}

}  // namespace
}  // namespace sgw::routing
