// Texts made to hurt: deep, large, shared, broken. Nothing here may crash, hang or take memory out
// of proportion; the time limits are generous, they catch what grows with the square or worse.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "store/schema/schema.hpp"
#include "tests/schema/golden_file.hpp"

namespace sgw::schema {
namespace {

template <class Work>
void expect_quick(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

std::string repeat(std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

std::string list(int size, const std::function<std::string(int)>& item) {
    std::string out = "[";
    for (int i = 0; i < size; ++i) out += (i == 0 ? "" : ",") + item(i);
    return out + "]";
}

std::string record(const std::string& name, const std::string& fields) {
    return R"({"type":"record","name":")" + name + R"(","fields":)" + fields + "}";
}

std::string field(const std::string& name, const std::string& type) {
    return R"({"name":")" + name + R"(","type":)" + type + "}";
}

std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

bool is_valid(const std::string& text, Normalize normalize = Normalize::no) {
    return parse(Type::avro, text, {}, Validation::standard, normalize).has_value();
}

TEST(Hostile, DepthIsRefusedNotEntered) {
    const std::string arrays = repeat(R"({"type":"array","items":)", 100'000);
    for (const std::string& text : {repeat("[", 100'000),
                                    repeat("[", 100'000) + repeat("]", 100'000),
                                    repeat("{\"a\":", 100'000),
                                    arrays + "\"int\"" + repeat("}", 100'000),
                                    repeat("[", 10'000'000)}) {
        expect_quick([&] { EXPECT_FALSE(is_valid(text)); });
    }
}

TEST(Hostile, TheDeepestAllowedSchemaWorksEverywhere) {
    const int depth = 990;
    const std::string text =
        repeat(R"({"type":"array","items":)", depth) + "\"int\"" + repeat("}", depth);
    const auto schema = parse(Type::avro, text);
    ASSERT_TRUE(schema);
    EXPECT_TRUE(is_valid(text, Normalize::yes));
    EXPECT_TRUE(same_structure(schema.value(), parse(Type::avro, text).value()));
    const OldVersion old{1, schema.value()};
    EXPECT_TRUE(incompatibilities(schema.value(), {&old, 1}, Level::full).empty());
}

TEST(Hostile, ForwardReferencesCannotNestWithoutEnd) {
    const int size = 20'000;
    const auto chain = [&](int i) {
        const std::string next = i + 1 < size ? "R" + std::to_string(i + 1) : "int";
        return record("R" + std::to_string(i), "[" + field("f", quoted(next)) + "]");
    };
    const std::string text = list(size, chain);
    expect_quick([&] {
        const auto schema = parse(Type::avro, text);
        ASSERT_FALSE(schema);
        EXPECT_TRUE(schema.error().reason.starts_with("Document nesting depth"));
    });
    EXPECT_FALSE(is_valid(text, Normalize::yes));
}

/// A graph that is deep though each of its texts is flat: every record refers to the one before.
Schema chained_references(int size, const std::string& innermost) {
    std::vector<ReferencedText> references;
    for (int i = 0; i < size; ++i) {
        const std::string name = "R" + std::to_string(i);
        const std::string type = i == 0 ? innermost : quoted("R" + std::to_string(i - 1));
        references.push_back({name, record(name, "[" + field("f", type) + "]")});
    }
    const std::string last = quoted("R" + std::to_string(size - 1));
    return parse(Type::avro, last, references).value();
}

TEST(Hostile, DeepGraphsOfFlatTextsAreComparedWithinBounds) {
    expect_quick([&] {
        const Schema a = chained_references(20'000, "\"int\"");
        const Schema b = chained_references(20'000, "\"long\"");
        EXPECT_FALSE(same_structure(a, b));
        const OldVersion old{1, a};
        const auto parts = incompatibilities(b, {&old, 1}, Level::backward);
        ASSERT_FALSE(parts.empty());
        EXPECT_NE(parts[0].find("nested too deeply"), std::string::npos);
        EXPECT_FALSE(resolved_text(a));
    });
}

/// Each level uses the next one twice: 2^levels paths through a short text.
std::string shared(int levels, const std::string& leaf, const std::string& second_default = "") {
    std::string type = record("S0", "[" + field("v", leaf) + "]");
    for (int i = 1; i <= levels; ++i) {
        std::string fields = "[" + field("a", type);
        fields += R"(,{"name":"b","type":"S)";
        fields += std::to_string(i - 1);
        fields += '"';
        fields += second_default;
        fields += "}]";
        type = record("S" + std::to_string(i), fields);
    }
    return type;
}

TEST(Hostile, SharedTypesDoNotMultiply) {
    const Schema a = parse(Type::avro, shared(200, "\"int\"")).value();
    const Schema b = parse(Type::avro, shared(200, "\"string\"")).value();
    expect_quick([&] {
        EXPECT_FALSE(same_structure(a, b));
        EXPECT_TRUE(same_structure(a, parse(Type::avro, shared(200, "\"int\"")).value()));
        EXPECT_LT(resolved_text(a).value().size(), 100'000U);
        const OldVersion old{1, a};
        EXPECT_LE(incompatibilities(b, {&old, 1}, Level::full).size(), 20'010U);
        EXPECT_TRUE(incompatibilities(a, {&old, 1}, Level::full).empty());
    });
}

TEST(Hostile, SharedDefaultsAreCheckedOnce) {
    const std::string leaf = "\"int\",\"default\":1";
    const std::string text = shared(200, leaf, R"(,"default":{"a":{}})");
    expect_quick([&] {
        (void)parse(Type::avro, text, {}, Validation::strict);
        (void)is_valid(text, Normalize::yes);
    });
}

TEST(Hostile, UnionsOfRecordsDoNotMakeDefaultsExponential) {
    const auto branch = [](int i) {
        return record("R" + std::to_string(i), "[" + field("f", "\"U\"") + "]");
    };
    // U is a record around the union of all, so that each level of the default tries every branch.
    std::string text = record("U", "[" + field("u", list(20, branch)) + "]");
    const std::string value = repeat(R"({"u":{"f":)", 200) + "1" + repeat("}}", 200);
    text = record("Root", R"([{"name":"x","type":)" + text + R"(,"default":)" + value + "}]");
    expect_quick([&] { EXPECT_FALSE(parse(Type::avro, text, {}, Validation::strict)); });
}

TEST(Hostile, LargeTextsTakeTimeInProportion) {
    const int many = 30'000;
    const auto number = [](int i) { return std::to_string(i); };
    const std::string texts[] = {
        record("A", list(many, [&](int i) { return field("f" + number(i), "\"int\""); })),
        R"({"type":"enum","name":"E","symbols":)" +
            list(many, [&](int i) { return quoted("S" + number(i)); }) + "}",
        list(many, [&](int i) { return record("R" + number(i), "[]"); }),
        R"({"type":"int","p":)" + list(300'000, number) + "}",
        R"({"type":"int","p":{)" + repeat("\"k\":1,", 200'000) + R"("k":2}})",
        record(repeat("n", 500'000) + ".A",
               list(many / 10,
                    [&](int i) { return field("f" + number(i), record("R" + number(i), "[]")); })),
        list(500'000, [](int) { return quoted("A"); }),
        list(150'000, [&](int i) { return quoted("A" + number(i)); }),
        list(500'000, [](int) { return std::string{"[]"}; }),
        quoted(repeat("\\u0041", 500'000))};
    for (const std::string& text : texts) {
        SCOPED_TRACE(text.substr(0, 60));
        expect_quick([&] {
            (void)is_valid(text);
            (void)is_valid(text, Normalize::yes);
        });
    }
}

TEST(Hostile, LargeUnionsAreComparedWithinBounds) {
    const auto branches = [](const std::string& prefix) {
        const auto branch = [&](int i) { return record(prefix + std::to_string(i), "[]"); };
        return parse(Type::avro, list(5000, branch)).value();
    };
    const OldVersion old{1, branches("A")};
    expect_quick([&] {
        const auto parts = incompatibilities(branches("B"), {&old, 1}, Level::full_transitive);
        EXPECT_FALSE(parts.empty());
    });
}

TEST(Hostile, RecursiveSchemasAreComparedToAnEnd) {
    const auto tree = [](const std::string& value) {
        const std::string self = R"(["null","N"])";
        return parse(Type::avro,
                     record("N",
                            "[" + field("v", value) + "," + field("l", self) + "," +
                                field("r", R"({"type":"map","values":"N"})") + "]"))
            .value();
    };
    const OldVersion old{1, tree("\"int\"")};
    EXPECT_TRUE(incompatibilities(tree("\"long\""), {&old, 1}, Level::backward).empty());
    EXPECT_FALSE(incompatibilities(tree("\"long\""), {&old, 1}, Level::forward).empty());
    EXPECT_FALSE(same_structure(tree("\"int\""), tree("\"long\"")));
    EXPECT_TRUE(same_structure(tree("\"int\""), tree("\"int\"")));
}

TEST(Hostile, BytesThatAreNoTextAreRefused) {
    const std::string texts[] = {"\"\xFF\"",
                                 "{\"type\":\"int\",\"a\":\"\xC3\"}",
                                 std::string(1, '\0'),
                                 std::string("\"in\0t\"", 6),
                                 "\xEF\xBB\xBF\"int\"",
                                 std::string(1'000'000, '\xFF'),
                                 std::string(1'000'000, '\0') + "x"};
    for (const auto& text : texts) EXPECT_FALSE(is_valid(text));
}

/// Changes a few bytes of `text`: replaced, removed, repeated or moved.
std::string mutated(std::string text, std::mt19937& random) {
    constexpr std::string_view alphabet =
        "{}[]\",:\\/*0123456789eE.-+ntfabcuAB \n\x01\x7F\xC3\xA9\xFF";
    const auto pick = [&random](std::size_t size) {
        return random() % std::max<std::size_t>(size, 1);
    };
    for (std::size_t changes = 1 + pick(4); changes > 0 && !text.empty(); --changes) {
        const std::size_t at = pick(text.size());
        const std::size_t length = std::min(1 + pick(20), text.size() - at);
        switch (pick(4)) {
            case 0:
                text[at] = alphabet[pick(alphabet.size())];
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(at, length));
                break;
            default:
                text.insert(pick(text.size()), text.substr(pick(text.size()), length));
        }
    }
    return text;
}

TEST(Hostile, MutatedTextsAreReadOrRefused) {
    std::vector<std::string> texts;
    for (const auto& golden : tests::read_golden_file("avro.jsonl.xz"))
        texts.push_back(golden["schema"]);
    ASSERT_FALSE(texts.empty());
    std::mt19937 random(20240607);
    const OldVersion old{1, parse(Type::avro, shared(3, "\"int\"")).value()};
    int valid = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::string text = mutated(texts[random() % texts.size()], random);
        const auto schema = parse(Type::avro, text);
        (void)is_valid(text, Normalize::yes);
        if (!schema) continue;
        ++valid;
        // A canonical text is its own canonical text.
        const auto again = parse(Type::avro, schema.value().canonical_text());
        ASSERT_TRUE(again) << text;
        EXPECT_EQ(again.value().canonical_text(), schema.value().canonical_text()) << text;
        (void)incompatibilities(schema.value(), {&old, 1}, Level::full);
        (void)resolved_text(schema.value());
    }
    EXPECT_GT(valid, 100);
}

}  // namespace
}  // namespace sgw::schema
