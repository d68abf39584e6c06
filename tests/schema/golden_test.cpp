// What the real registry answered, case by case: tests/data/golden.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "store/schema/messages.hpp"
#include "store/schema/schema.hpp"
#include "tests/schema/golden_file.hpp"

namespace sgw::schema {
namespace {

using nlohmann::json;

/// The subjects that a case has registered before: what its references can find.
class Referenced {
  public:
    explicit Referenced(const json& golden) {
        if (!golden.contains("referenced")) return;
        for (const json& entry : golden["referenced"]) {
            subjects_[entry["subject"]] = {entry["schema"], list(entry, "references")};
        }
    }

    static std::vector<RequestedReference> list(const json& holder, const char* key) {
        std::vector<RequestedReference> references;
        if (!holder.contains(key)) return references;
        for (const json& entry : holder[key]) {
            RequestedReference reference;
            if (entry.contains("name")) reference.name = entry["name"];
            if (entry.contains("subject")) reference.subject = entry["subject"];
            if (entry.contains("version")) reference.version = entry["version"];
            references.push_back(reference);
        }
        return references;
    }

    /// The texts in order of need, or why there are none; -1 stands for the latest version, which
    /// is 1 here.
    ResultOr<std::vector<ReferencedText>, InvalidSchema> resolve(
        const std::vector<RequestedReference>& references) const {
        std::vector<ReferencedText> texts;
        for (const RequestedReference& reference : references) {
            BOOST_OUTCOME_TRYV(add(reference, texts));
        }
        return texts;
    }

  private:
    struct Subject {
        std::string text;
        std::vector<RequestedReference> references;
    };

    ResultOr<bool, InvalidSchema> add(const RequestedReference& reference,
                                      std::vector<ReferencedText>& texts) const {
        if (!reference.name || !reference.subject || !reference.version) {
            return incomplete_reference(reference);
        }
        if (*reference.version == 0 || *reference.version < -1) {
            return invalid_reference_version(*reference.version);
        }
        const auto found = subjects_.find(*reference.subject);
        if (found == subjects_.end() || *reference.version > 1) {
            return missing_reference(*reference.subject, *reference.version);
        }
        const bool known = std::ranges::any_of(
            texts, [&](const ReferencedText& text) { return text.name == *reference.name; });
        if (known) return true;
        for (const RequestedReference& inner : found->second.references) {
            BOOST_OUTCOME_TRYV(add(inner, texts));
        }
        texts.push_back({*reference.name, found->second.text});
        return true;
    }

    std::map<std::string, Subject> subjects_;
};

std::vector<Reference> complete(const std::vector<RequestedReference>& references) {
    std::vector<Reference> out;
    out.reserve(references.size());
    for (const RequestedReference& r : references) {
        out.push_back({r.name.value_or(""),
                       r.subject.value_or(""),
                       r.version.value_or(0) == -1 ? 1 : r.version.value_or(0)});
    }
    return out;
}

ResultOr<Schema, InvalidSchema> parse_case(const json& golden,
                                           const std::string& text,
                                           const std::vector<RequestedReference>& references,
                                           Normalize normalize = Normalize::no) {
    BOOST_OUTCOME_TRY(const auto texts, Referenced(golden).resolve(references));
    return parse(Type::avro, text, texts, Validation::standard, normalize);
}

/// Where the JSON library of the real server begins to speak the texts differ.
std::string without_foreign_text(const std::string& message) {
    return message.substr(0, message.find("details: com.fasterxml"));
}

/// The number in a placeholder's name is a counter of the real server's process.
std::string with_counter_zero(std::string message) {
    const std::string marker = "UnresolvedSchema_";
    const std::size_t at = message.find(marker);
    if (at == std::string::npos) return message;
    const std::size_t digits = at + marker.size();
    const std::size_t end =
        std::min(message.find_first_not_of("0123456789", digits), message.size());
    return message.replace(digits, end - digits, "0");
}

void expect_same_message(const std::string& actual, const std::string& expected) {
    EXPECT_EQ(with_counter_zero(without_foreign_text(actual)),
              with_counter_zero(without_foreign_text(expected)));
}

void check_invalid(const json& golden,
                   const json& answer,
                   const std::string& subject,
                   const InvalidSchema& invalid) {
    const auto references = Referenced::list(golden, "references");
    const std::string text = golden["schema"];
    RequestedSchema request;
    request.subject = subject;
    request.text = text;
    request.references = references;
    EXPECT_EQ(answer["error_code"], 42201);
    expect_same_message(invalid_schema_message(invalid, request), answer["message"]);
}

json as_json(const std::vector<Reference>& references) {
    json out = json::array();
    for (const Reference& r : references) {
        out.push_back({{"name", r.name}, {"subject", r.subject}, {"version", r.version}});
    }
    return out;
}

void check_plain(const json& golden) {
    const auto references = Referenced::list(golden, "references");
    const auto schema = parse_case(golden, golden["schema"], references);
    ASSERT_EQ(schema.has_value(), golden["status"] == 200) << golden.dump();
    if (!schema) return check_invalid(golden, golden, golden["subject"], schema.error());
    EXPECT_EQ(schema.value().canonical_text(), golden["canonical"]);
    const auto stored = complete(references);
    EXPECT_EQ(as_json(stored), golden.value("canonical_references", json::array()));
    EXPECT_EQ(fingerprint(schema.value().canonical_text(), stored).guid(), golden["guid"]);
    EXPECT_EQ(resolved_text(schema.value()).value(), golden.value("resolved", golden["canonical"]));
    const auto again = parse_case(golden, golden["schema"], references);
    EXPECT_TRUE(same_structure(schema.value(), again.value()));
}

void check_normalized(const json& golden) {
    const bool fails_alike = !golden.contains("normalized");
    const json& answer = fails_alike ? golden : golden["normalized"];
    const auto references = Referenced::list(golden, "references");
    const auto schema = parse_case(golden, golden["schema"], references, Normalize::yes);
    ASSERT_EQ(schema.has_value(), answer["status"] == 200) << golden.dump();
    if (!schema) {
        const std::string subject = golden["subject"];
        return check_invalid(
            golden, answer, fails_alike ? subject : subject + "-n", schema.error());
    }
    EXPECT_EQ(schema.value().canonical_text(), answer["schema"]);
    const auto stored = normalized_references(complete(references));
    EXPECT_EQ(as_json(stored), answer.value("references", json::array()));
    EXPECT_EQ(fingerprint(schema.value().canonical_text(), stored).guid(), answer["guid"]);
}

bool is_quirk(const json& golden) {
    return golden.value("quirk", false);
}

TEST(GoldenAvro, TextsAreReadPrintedAndRefusedAsByTheRealRegistry) {
    int checked = 0;
    for (const json& golden : tests::read_golden_file("avro.jsonl.xz")) {
        if (is_quirk(golden)) continue;
        SCOPED_TRACE(golden["id"].get<std::string>() + " " + golden["about"].get<std::string>());
        check_plain(golden);
        check_normalized(golden);
        ++checked;
    }
    std::cout << "avro.jsonl: " << checked << " cases checked\n";
    EXPECT_GE(checked, 882);
}

/// The versions before the new one; those of another type are not parsed.
ResultOr<std::vector<OldVersion>, InvalidSchema> read_history(const json& golden) {
    std::vector<OldVersion> history;
    const bool is_avro = golden.value("old_schemaType", "AVRO") == "AVRO";
    for (const json& text : golden["old"]) {
        OldVersion old{static_cast<std::int32_t>(history.size() + 1), std::nullopt};
        if (is_avro) {
            const auto references = Referenced::list(golden, "old_references");
            BOOST_OUTCOME_TRY(old.schema, parse_case(golden, text, references));
        }
        history.push_back(old);
    }
    return history;
}

/// The whole text of a refused registration.
void check_refusal(const json& golden, const json& answer, const InvalidSchema& invalid) {
    const auto references = Referenced::list(golden, "new_references");
    const std::string text = golden["new"];
    const std::string subject = golden["subject"];
    const std::string message =
        invalid_schema_message(invalid, {subject, "AVRO", text, references});
    EXPECT_EQ(answer["is_compatible"], false);
    ASSERT_EQ(answer["messages"].size(), 1U);
    expect_same_message(message, answer["messages"][0]);
    expect_same_message(message, answer["register"]["message"]);
}

void check_level(const json& golden,
                 Level level,
                 const json& answer,
                 const std::vector<OldVersion>& history) {
    const auto references = Referenced::list(golden, "new_references");
    std::vector<std::string> messages;
    if (golden.value("new_schemaType", "AVRO") == "AVRO") {
        const auto schema = parse_case(golden, golden["new"], references);
        if (!schema) return check_refusal(golden, answer, schema.error());
        messages = incompatibilities(schema.value(), history, level);
    } else {
        messages = type_change(level);
    }
    EXPECT_EQ(messages.empty(), answer["is_compatible"] == true);
    EXPECT_EQ(messages, answer["messages"].get<std::vector<std::string>>());
    if (!answer.contains("register") || !answer["register"].contains("message")) return;
    EXPECT_EQ(answer["register"]["message"],
              "Schema being registered is incompatible with an earlier schema for subject \"" +
                  golden["subject"].get<std::string>() + "\", details: [" +
                  join_messages(messages) + "]");
}

TEST(GoldenAvro, CompatibilityIsJudgedAndWordedAsByTheRealRegistry) {
    int cases = 0;
    int levels = 0;
    for (const json& golden : tests::read_golden_file("compat_avro.jsonl.xz")) {
        if (is_quirk(golden)) continue;
        SCOPED_TRACE(golden["id"].get<std::string>() + " " + golden["about"].get<std::string>());
        const auto history = read_history(golden);
        ASSERT_TRUE(history) << history.error().reason;
        for (const auto& [name, answer] : golden["levels"].items()) {
            SCOPED_TRACE(name);
            check_level(golden, level_from_name(name).value(), answer, history.value());
            ++levels;
        }
        ++cases;
    }
    std::cout << "compat_avro.jsonl: " << cases << " cases checked at " << levels << " levels\n";
    EXPECT_GE(cases, 734);
}

/// An equal version is found before compatibility is asked for, even where that would say no.
TEST(GoldenAvro, KnownSchemasAreFoundWhateverTheLevel) {
    int checked = 0;
    for (const json& golden : tests::read_golden_file("compat_avro.jsonl.xz")) {
        if (is_quirk(golden) || golden.contains("new_schemaType")) continue;
        SCOPED_TRACE(golden["id"].get<std::string>());
        const auto schema =
            parse_case(golden, golden["new"], Referenced::list(golden, "new_references"));
        if (!schema) continue;
        const auto history = read_history(golden);
        const json old_references = golden.value("old_references", json::array());
        const json new_references = golden.value("new_references", json::array());
        const bool comparable = new_references.empty() || new_references == old_references;
        for (const auto& [name, answer] : golden["levels"].items()) {
            if (!answer.contains("register") || answer["register"]["status"] != 200) continue;
            const auto is_equal = [&](const OldVersion& old) {
                return comparable && old.schema && same_structure(*old.schema, schema.value());
            };
            const auto found =
                std::ranges::find_if(history.value().rbegin(), history.value().rend(), is_equal);
            const std::int32_t next = static_cast<std::int32_t>(history.value().size()) + 1;
            const std::int32_t expected = answer["register"]["version"];
            EXPECT_EQ(found == history.value().rend() ? next : found->version, expected) << name;
            ++checked;
        }
    }
    std::cout << "compat_avro.jsonl: " << checked << " registrations checked\n";
    EXPECT_GT(checked, 300);
}

}  // namespace
}  // namespace sgw::schema
