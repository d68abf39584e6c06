#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "store/schema/schema.hpp"

namespace sgw::schema {
namespace {

using Texts = std::vector<std::string>;

Schema avro(std::string_view text) {
    return parse(Type::avro, text).value();
}

std::vector<OldVersion> history(std::initializer_list<const char*> texts) {
    std::vector<OldVersion> versions;
    for (const char* text : texts) {
        versions.push_back({static_cast<std::int32_t>(versions.size() + 1), avro(text)});
    }
    return versions;
}

TEST(Compatibility, NothingIsIncompatibleWithNothing) {
    EXPECT_EQ(incompatibilities(avro("\"int\""), {}, Level::full_transitive), Texts{});
    EXPECT_EQ(incompatibilities(avro("\"int\""), history({"\"string\""}), Level::none), Texts{});
}

TEST(Compatibility, OnlyTransitiveLevelsLookBehindTheLastVersion) {
    const auto versions = history({"\"string\"", "\"int\""});
    EXPECT_EQ(incompatibilities(avro("\"long\""), versions, Level::backward), Texts{});
    const auto parts = incompatibilities(avro("\"long\""), versions, Level::backward_transitive);
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_EQ(parts[1], "{oldSchemaVersion: 1}");
    EXPECT_EQ(parts[3], "{validateFields: 'false', compatibility: 'BACKWARD_TRANSITIVE'}");
}

TEST(Compatibility, AVersionOfAnotherTypeIsIncompatibleUnparsed) {
    const std::vector<OldVersion> versions = {{1, std::nullopt}};
    const Texts expected = {"Incompatible because of different schema type",
                            "{validateFields: 'true', compatibility: 'FULL'}"};
    EXPECT_EQ(incompatibilities(avro("\"int\""), versions, Level::full, ValidateFields::yes),
              expected);
    EXPECT_EQ(type_change(Level::full, ValidateFields::yes), expected);
    EXPECT_EQ(type_change(Level::none), Texts{});
    EXPECT_EQ(incompatibilities(avro("\"int\""), versions, Level::none), Texts{});
}

TEST(Compatibility, LongOldSchemasAreQuotedInPart) {
    const std::string doc(20'000, 'x');
    const std::string old = R"({"type":"fixed","name":"F","doc":")" + doc + R"(","size":1})";
    const auto parts = incompatibilities(avro("\"int\""), history({old.c_str()}), Level::backward);
    ASSERT_EQ(parts.size(), 4U);
    const std::string canonical = avro(old).canonical_text();
    EXPECT_EQ(parts[2], "{oldSchema: <truncated> '" + canonical.substr(0, 10240) + "...'}");
}

TEST(Compatibility, AFieldThatCouldComeFromTwoIsAnError) {
    const auto versions = history(
        {R"({"type":"record","name":"A","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]})"});
    const auto parts = incompatibilities(
        avro(
            R"({"type":"record","name":"A","fields":[{"name":"a","type":"int","aliases":["b"]}]})"),
        versions,
        Level::backward);
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_TRUE(
        parts[0].starts_with("Unexpected exception during compatibility check: Reader record "
                             "field a type:INT pos:0 matches multiple fields"))
        << parts[0];
}

TEST(Compatibility, MessagesAreJoinedAsInARefusal) {
    EXPECT_EQ(join_messages(Texts{"a", "b", "c"}), "a, b, c");
    EXPECT_EQ(join_messages(Texts{}), "");
}

}  // namespace
}  // namespace sgw::schema
