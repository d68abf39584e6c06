#include "gateway/api/render.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/schema/golden_file.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Content;
using catalog::Metadata;
using catalog::VersionRecord;
using nlohmann::json;
using nlohmann::ordered_json;

Content int_schema() {
    Content content;
    content.text = "\"int\"";
    return content;
}

VersionRecord record(Subject subject = Subject{Context{}, "s"}) {
    return {{std::move(subject), Version{2}}, SchemaId{7}, 1'700'000'000'000, false};
}

TEST(Render, VersionInTheOrderOfTheContract) {
    EXPECT_EQ(
        render_version(record(), int_schema(), Times::show),
        R"({"subject":"s","version":2,"id":7,"guid":")" +
            catalog::fingerprint(int_schema()).guid() +
            R"(","schemaType":"AVRO","schema":"\"int\"","ts":1700000000000,"deleted":false})");
}

TEST(Render, VersionWithEverything) {
    auto content = int_schema();
    content.references = {{"n", ":.c:t", 3}};
    content.metadata = Metadata{{{"b", {"y", "x"}}, {"a", {}}}, {{"k", "v"}}, {"k"}};
    auto version = record(Subject{Context{".c"}, "a/\"😀"});
    version.deleted = true;
    EXPECT_EQ(
        render_version(version, content, Times::show),
        R"({"subject":":.c:a/\"\uD83D\uDE00","version":2,"id":7,"guid":")" +
            catalog::fingerprint(content).guid() +
            R"(","schemaType":"AVRO","references":[{"name":"n","subject":":.c:t","version":3}],)"
            R"("metadata":{"tags":{"a":[],"b":["x","y"]},"properties":{"k":"v"},)"
            R"("sensitive":["k"]},"schema":"\"int\"","ts":1700000000000,"deleted":true})");
}

TEST(Render, EmptyIsNotAbsent) {
    auto content = int_schema();
    content.metadata = Metadata{};
    content.text = "";
    EXPECT_EQ(render_registered(record(), content, Times::hide),
              R"({"id":7,"version":2,"guid":")" + catalog::fingerprint(content).guid() +
                  R"(","schemaType":"AVRO","metadata":{}})");
}

TEST(Render, SchemaById) {
    const auto guid = catalog::fingerprint(int_schema()).guid();
    EXPECT_EQ(render_schema(std::nullopt, int_schema(), std::nullopt),
              R"({"guid":")" + guid + R"(","schemaType":"AVRO","schema":"\"int\""})");
    EXPECT_EQ(render_schema(record(), int_schema(), SchemaId{12}),
              R"({"subject":"s","version":2,"guid":")" + guid +
                  R"(","schemaType":"AVRO","schema":"\"int\"","maxId":12,)"
                  R"("ts":1700000000000,"deleted":false})");
}

TEST(Render, Lists) {
    EXPECT_EQ(render_versions({}), "[]");
    EXPECT_EQ(render_versions({Version{1}, Version{3}}), "[1,3]");
    EXPECT_EQ(render_names({}), "[]");
    EXPECT_EQ(render_names({"a\"b", ":.c:ü"}), R"(["a\"b",":.c:ü"])");
    EXPECT_EQ(render_subject_versions({}), "[]");
    EXPECT_EQ(render_subject_versions({record().what}), R"([{"subject":"s","version":2}])");
}

TEST(Render, Compatibility) {
    EXPECT_EQ(render_compatibility({}, false), R"({"is_compatible":true})");
    EXPECT_EQ(render_compatibility({}, true), R"({"is_compatible":true,"messages":[]})");
    EXPECT_EQ(render_compatibility({"a"}, false), R"({"is_compatible":false})");
    EXPECT_EQ(render_compatibility({"a", "b"}, true),
              R"({"is_compatible":false,"messages":["a","b"]})");
}

TEST(Render, ConfigIsReadAndWrittenUnderTwoNames) {
    catalog::ScopeConfig config;
    EXPECT_EQ(render_config(config), "{}");
    EXPECT_EQ(render_config_update(config), "{}");
    config.alias = "";
    config.level = schema::Level::full_transitive;
    config.normalize = false;
    config.compatibility_group = "g";
    config.default_metadata = Metadata{};
    EXPECT_EQ(render_config(config),
              R"({"normalize":false,"compatibilityLevel":"FULL_TRANSITIVE",)"
              R"("compatibilityGroup":"g","defaultMetadata":{}})");
    EXPECT_EQ(render_config_update(config),
              R"({"alias":"","normalize":false,"compatibility":"FULL_TRANSITIVE",)"
              R"("compatibilityGroup":"g","defaultMetadata":{}})");
}

TEST(Render, ModesAndErrors) {
    EXPECT_EQ(render_mode(catalog::Mode::readonly_override), R"({"mode":"READONLY_OVERRIDE"})");
    EXPECT_EQ(render_error({40401, "Subject 'a\"b' not found."}),
              R"({"error_code":40401,"message":"Subject 'a\"b' not found."})");
}

/// One recorded answer and what ours would be, made from the facts in it.
struct Rendered {
    std::string kind;
    std::string ours;
};

Metadata metadata_from(const json& value) {
    return catalog::metadata_from_json(ordered_json(value));
}

/// The facts of an entity; nothing for what this release has no place for.
std::optional<Content> content_from(const json& entity) {
    const bool known = entity.value("schemaType", "AVRO") == "AVRO" &&
                       !entity.contains("ruleSet") && !entity.contains("schemaTags");
    if (!known) return std::nullopt;
    Content content;
    content.text = entity.value("schema", "");
    for (const auto& reference : entity.value("references", json::array())) {
        content.references.push_back({reference.at("name").get<std::string>(),
                                      reference.at("subject").get<std::string>(),
                                      reference.at("version").get<std::int32_t>()});
    }
    if (entity.contains("metadata")) content.metadata = metadata_from(entity["metadata"]);
    return content;
}

VersionRecord record_from(const json& entity) {
    return {{Subject::parse(entity.value("subject", "")), Version{entity.value("version", 0)}},
            SchemaId{entity.value("id", 0)},
            entity.value("ts", std::int64_t{0}),
            entity.value("deleted", false)};
}

std::optional<Rendered> rendered_entity(const json& entity) {
    const auto content = content_from(entity);
    if (!content) return std::nullopt;
    const auto version = record_from(entity);
    const auto times = entity.contains("ts") ? Times::show : Times::hide;
    if (!entity.contains("id")) {
        const auto holder = entity.contains("subject") ? std::optional(version) : std::nullopt;
        const auto max_id =
            entity.contains("maxId") ? std::optional(SchemaId{entity["maxId"]}) : std::nullopt;
        return Rendered{"schema by id", render_schema(holder, *content, max_id)};
    }
    if (entity.contains("subject")) {
        return Rendered{"version", render_version(version, *content, times)};
    }
    return Rendered{"registered", render_registered(version, *content, times)};
}

std::optional<Rendered> rendered_config(const json& entity) {
    if (entity.contains("defaultRuleSet") || entity.contains("overrideRuleSet")) {
        return std::nullopt;
    }
    auto stored = ordered_json(entity);
    const bool is_read = stored.contains("compatibilityLevel");
    if (is_read) stored["compatibility"] = stored["compatibilityLevel"];
    const auto config = catalog::config_from_json(stored);
    return Rendered{is_read ? "config" : "config update",
                    is_read ? render_config(config) : render_config_update(config)};
}

std::optional<Rendered> rendered_object(const json& entity) {
    if (entity.contains("error_code")) {
        return Rendered{
            "error",
            render_error({entity["error_code"].get<int>(), entity["message"].get<std::string>()})};
    }
    if (entity.contains("is_compatible")) {
        const auto messages = entity.value("messages", std::vector<std::string>{});
        const bool as_told = entity["is_compatible"].get<bool>() == messages.empty();
        if (!as_told && entity.contains("messages")) return std::nullopt;
        if (!as_told) return Rendered{"compatibility", render_compatibility({"x"}, false)};
        return Rendered{"compatibility",
                        render_compatibility(messages, entity.contains("messages"))};
    }
    if (entity.contains("guid")) return rendered_entity(entity);
    if (entity.contains("mode")) {
        const auto mode = entity["mode"].is_string()
                              ? catalog::mode_from_name(entity["mode"].get<std::string>())
                              : std::nullopt;
        if (!mode || entity["mode"] != catalog::mode_name(*mode)) return std::nullopt;  // an echo
        return Rendered{"mode", render_mode(*mode)};
    }
    if (entity.contains("compatibility") || entity.contains("compatibilityLevel")) {
        return rendered_config(entity);
    }
    return std::nullopt;
}

std::optional<Rendered> rendered_list(const json& list) {
    const auto all = [&](auto test) { return std::ranges::all_of(list, test); };
    if (list.empty()) return std::nullopt;
    if (all([](const json& one) { return one.is_number_integer(); })) {
        std::vector<Version> versions;
        for (const auto& one : list) versions.push_back(Version{one});
        return Rendered{"versions", render_versions(versions)};
    }
    if (all([](const json& one) { return one.is_string(); })) {
        return Rendered{"names", render_names(list.get<std::vector<std::string>>())};
    }
    const std::set<std::string> keys{"subject", "version"};
    const bool pairs = all([](const json& one) {
        return one.is_object() && one.size() == 2 && one.contains("subject") &&
               one.contains("version");
    });
    if (!pairs) return std::nullopt;
    std::vector<catalog::SubjectVersion> versions;
    for (const auto& one : list) versions.push_back(record_from(one).what);
    return Rendered{"subject versions", render_subject_versions(versions)};
}

std::optional<Rendered> rendered(const std::string& body) {
    const auto answer = json::parse(body, nullptr, false);
    if (answer.is_object()) return rendered_object(answer);
    if (answer.is_array()) return rendered_list(answer);
    return std::nullopt;
}

/// Answers that are no entity, or of calls and formats that this release has not.
bool is_left_out(const std::string& path) {
    return path.substr(0, path.find('?')).ends_with("/schema") ||
           path.find("/guids/") != std::string::npos || path.find("ormat=") != std::string::npos;
}

// Each recorded answer is taken apart into facts and made again from these; the bytes have to be
// the same.
TEST(Render, GivesTheRecordedBytes) {
    std::map<std::string, int> compared;
    for (const auto& conversation : tests::read_golden_file("exchanges.jsonl.xz")) {
        for (const auto& exchange : conversation.at("exchanges")) {
            const auto path = exchange.at("request").at("path").get<std::string>();
            const auto body = exchange.at("response").value("body", "");
            if (is_left_out(path)) continue;
            const auto ours = rendered(body);
            if (!ours) continue;
            ++compared[ours->kind];
            EXPECT_EQ(ours->ours, body) << conversation.at("id") << ' ' << path;
        }
    }
    const std::map<std::string, int> at_least{{"error", 400},
                                              {"version", 100},
                                              {"schema by id", 30},
                                              {"registered", 200},
                                              {"compatibility", 80},
                                              {"config", 30},
                                              {"config update", 30},
                                              {"mode", 50},
                                              {"versions", 30},
                                              {"names", 30},
                                              {"subject versions", 5}};
    for (const auto& [kind, count] : at_least) EXPECT_GE(compared[kind], count) << kind;
}

}  // namespace
}  // namespace sgw::gateway::api
