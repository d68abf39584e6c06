#include "store/catalog/rules/register.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::catalog {
namespace {

using schema::Level;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr auto max_int = std::numeric_limits<std::int32_t>::max();

class Register : public testing::Test {
  protected:
    TestCatalog catalog_;
};

TEST_F(Register, IdsGoToContentsAndVersionsToSubjects) {
    EXPECT_EQ(catalog_.registered("a", int_text), "id 1 v1");
    EXPECT_EQ(catalog_.registered("a", int_text), "id 1 v1 known");
    EXPECT_EQ(catalog_.registered("a", string_text), "id 2 v2");
    EXPECT_EQ(catalog_.registered("b", string_text), "id 2 v1");
    EXPECT_EQ(catalog_.registered("b", long_text), "id 3 v2");
    EXPECT_EQ(catalog_.registered("b", string_text), "id 2 v1 known");
    EXPECT_THAT(catalog_.versions("a"), ElementsAre(1, 2));
}

TEST_F(Register, StoresTheCanonicalText) {
    EXPECT_EQ(catalog_.registered("a", R"({ "type" : "int" })"), "id 1 v1");
    EXPECT_EQ(catalog_.content("a", 1)->text, int_text);
    EXPECT_EQ(catalog_.registered("a", int_text), "id 1 v1 known");
}

TEST_F(Register, PropertyOrderMakesNoNewVersionButDocDoes) {
    const std::string text = R"({"type":"int","a":1,"b":2})";
    EXPECT_EQ(catalog_.registered("s", text), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", R"({"type":"int","b":2,"a":1})"), "id 1 v1 known at");
    EXPECT_EQ(catalog_.registered("s", R"({"type":"int","b":2,"a":2})"), "id 2 v2");
    EXPECT_EQ(catalog_.registered("other", R"({"type":"int","b":2,"a":1})"), "id 3 v1");
}

// Ids

TEST_F(Register, InOneContextAfterTheOtherAsTheScopeOfIdsSays) {
    struct Row {
        RegistryPolicy::IdScope scope;
        const char* in_other;
        const char* again;
    };
    for (const auto& row : {Row{RegistryPolicy::IdScope::context, "id 1 v1", "id 2 v1"},
                            Row{RegistryPolicy::IdScope::global, "id 2 v1", "id 3 v1"}}) {
        TestCatalog catalog;
        catalog.policy().id_scope = row.scope;
        EXPECT_EQ(catalog.registered("s", int_text), "id 1 v1");
        EXPECT_EQ(catalog.registered(":.c:s", int_text), row.in_other);
        EXPECT_EQ(catalog.registered(":.c:t", long_text), row.again);
        EXPECT_EQ(catalog.registered(":.:s", int_text), "id 1 v1 known");
    }
}

TEST_F(Register, NothingAtOrBelowTheFloorIsAllocated) {
    catalog_.policy().id_floor = 100;
    EXPECT_EQ(catalog_.registered("s", int_text), "id 101 v1");
    catalog_.policy().id_floor = 50;
    EXPECT_EQ(catalog_.registered("s", string_text), "id 102 v2");
    catalog_.policy().id_floor = max_int;
    EXPECT_EQ(catalog_.registered("s", int_text), "id 101 v1 known");
    EXPECT_EQ(catalog_.registered("t", int_text), "id 101 v1");
    EXPECT_THAT(catalog_.registered("s", long_text), StartsWith("50002 "));
}

TEST_F(Register, AnImportedIdIsNeverAllocatedAgainAndTheLastOneIsTheEnd) {
    catalog_.set_mode_now("i", Mode::import_mode);
    EXPECT_EQ(catalog_.registered("i", with_id(request(int_text), 0)), "id 0 v1");
    EXPECT_EQ(catalog_.registered("s", string_text), "id 2 v1");
    EXPECT_EQ(catalog_.registered("i", with_id(request(long_text), 70)), "id 70 v2");
    EXPECT_EQ(catalog_.registered("s", record({"a"})), "id 71 v2");
    EXPECT_EQ(catalog_.registered("i", with_id(request(record({"b"})), max_int)),
              "id 2147483647 v3");
    EXPECT_THAT(catalog_.registered("s", record({"c"})), StartsWith("50002 "));
    EXPECT_EQ(catalog_.registered("s", record({"b"})), "id 2147483647 v3");
    EXPECT_EQ(catalog_.registered(":.c:s", record({"c"})), "id 1 v1");
}

TEST_F(Register, ContentWithTwoIdsIsGivenTheLastOne) {
    catalog_.set_mode_now("i", Mode::import_mode);
    EXPECT_EQ(catalog_.registered("i", with_id(request(int_text), 7)), "id 7 v1");
    EXPECT_EQ(catalog_.registered("i", with_version(with_id(request(int_text), 5), 2)), "id 5 v2");
    EXPECT_EQ(catalog_.registered("s", int_text), "id 5 v1");
    EXPECT_EQ(catalog_.registered("s", string_text), "id 8 v2");
}

TEST_F(Register, TheTypeIsPartOfAnIdentityAndMetadataToo) {
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1");
    EXPECT_EQ(catalog_.registered("t", with_metadata(request(int_text), Metadata{})), "id 2 v1");
    EXPECT_EQ(catalog_.registered("u", with_metadata(request(int_text), properties({{"a", "b"}}))),
              "id 3 v1");
    auto json = request(int_text);
    json.type = "JSON";
    EXPECT_EQ(catalog_.registered("s", json), "42201 Invalid schema type JSON");
    json.type = "avro";
    EXPECT_EQ(catalog_.registered("s", json), "42201 Invalid schema type avro");
    json.type = "";
    EXPECT_EQ(catalog_.registered("s", json), "42201 Invalid schema type ");
}

// Versions

TEST_F(Register, MinusOneComparesWithTheLatestAndElseNamesItsVersion) {
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", string_text), "id 2 v2");
    EXPECT_EQ(catalog_.registered("s", with_version(request(string_text), -1)), "id 2 v2 known at");
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -1)), "id 3 v3");
    EXPECT_EQ(catalog_.property("s", 3, version_property), "3");
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -1)), "id 3 v3 known at");
    EXPECT_EQ(catalog_.registered("t", with_version(request(int_text), -1)), "id 4 v1");
    EXPECT_EQ(catalog_.property("t", 1, version_property), "1");
}

TEST_F(Register, AnExplicitVersionMustBeTheNextAndNamesItself) {
    const auto wrong = "42201 Version is not one more than previous version";
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), 2)), wrong);
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), 1)), "id 1 v1");
    EXPECT_EQ(catalog_.property("s", 1, version_property), "1");
    EXPECT_EQ(catalog_.registered("s", with_version(request(string_text), 1)), wrong);
    EXPECT_EQ(catalog_.registered("s", with_version(request(string_text), 3)), wrong);
    EXPECT_EQ(catalog_.registered("s", with_version(request(string_text), 2)), "id 2 v2");
    EXPECT_EQ(catalog_.property("s", 2, version_property), "2");
}

TEST_F(Register, BelowMinusOneIsAlwaysAnotherVersion) {
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -2)), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -2)), "id 2 v2");
    EXPECT_EQ(catalog_.property("s", 2, version_property), "2");
}

TEST_F(Register, APlainTextFindsTheVersionThatNamesItself) {
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -1)), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1 known at");
}

TEST_F(Register, NoVersionFollowsTheLastPossibleOne) {
    catalog_.set_mode_now("s", Mode::import_mode);
    EXPECT_EQ(catalog_.registered("s", with_version(with_id(request(int_text), 1), max_int)),
              "id 1 v2147483647");
    EXPECT_THAT(catalog_.registered("s", with_id(request(string_text), 2)), StartsWith("50002 "));
    EXPECT_EQ(catalog_.registered("s", with_version(with_id(request(string_text), 2), 4)),
              "id 2 v4");
    catalog_.set_mode_now("s", Mode::readwrite);
    EXPECT_THAT(catalog_.registered("s", long_text), StartsWith("50002 "));
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v2147483647 known");
}

// Modes

TEST_F(Register, WhatEachModeAllows) {
    struct Row {
        Mode mode;
        const char* without_id;
        const char* with_id;
    };
    const auto* readonly = "42205 Subject s in context  is in read-only mode";
    const auto* no_import = "42205 Subject s in context  is not in import mode";
    const auto* no_write = "42205 Subject s in context  is not in read-write mode";
    for (const auto& row : {Row{Mode::readwrite, "id 3 v2", no_import},
                            Row{Mode::readonly, readonly, readonly},
                            Row{Mode::readonly_override, readonly, readonly},
                            Row{Mode::import_mode, no_write, "id 9 v2"},
                            Row{Mode::forward, no_write, "id 9 v2"}}) {
        for (const auto* scope : {"s", "", ":.__GLOBAL:"}) {
            TestCatalog catalog;
            EXPECT_EQ(catalog.registered("s", int_text), "id 1 v1");
            EXPECT_EQ(catalog.registered("t", string_text), "id 2 v1");
            catalog.set_mode_now(scope, row.mode);
            EXPECT_EQ(catalog.registered("s", int_text), "id 1 v1 known");
            EXPECT_EQ(catalog.registered("s", with_id(request(int_text), 1)), "id 1 v1 known");
            EXPECT_EQ(catalog.registered("s", with_id(request(int_text), -7)), "id 1 v1 known");
            EXPECT_EQ(catalog.registered("s", with_version(request(int_text), -1)),
                      "id 1 v1 known at");
            EXPECT_EQ(catalog.registered("s", with_version(with_id(request(int_text), 1), 1)),
                      "id 1 v1 known");
            EXPECT_THAT(catalog.registered("s", "{"), StartsWith("42201 "));
            EXPECT_EQ(catalog.registered("s", with_id(request(long_text), 9)), row.with_id);
            if (row.with_id != std::string("id 9 v2")) {
                EXPECT_EQ(catalog.registered("s", long_text), row.without_id);
            } else {
                EXPECT_EQ(catalog.registered("s", record({"a"})), row.without_id);
            }
        }
    }
}

TEST_F(Register, AModeNamesAContextInFull) {
    catalog_.set_mode_now(":.c:", Mode::readonly);
    EXPECT_EQ(catalog_.registered(":.c:s", int_text),
              "42205 Subject :.c:s in context :.c: is in read-only mode");
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1");
}

TEST_F(Register, ImportTakesAnyIdAndVersionAndChecksNoCompatibility) {
    catalog_.policy().default_level = Level::full_transitive;
    catalog_.set_mode_now("a", Mode::import_mode);
    const auto a = record({"a"});
    const auto ab = record({"a", "b="});
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(a), 10), 3)), "id 10 v3");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(a), 10), 3)), "id 10 v3 known");
    EXPECT_EQ(catalog_.registered("a", with_id(request(ab), 11)), "id 11 v4");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(string_text), 5), 1)),
              "id 5 v1");
    EXPECT_THAT(catalog_.versions("a"), ElementsAre(1, 3, 4));
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(long_text), 10), 7)),
              "42205 Overwrite new schema with id 10 in context  is not permitted.");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(ab), 11), 9)), "id 11 v9");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(a), 12), 20)), "id 12 v20");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(int_text), 30), -1)),
              "id 30 v21");
    EXPECT_EQ(catalog_.property("a", 21, version_property), "none");
    catalog_.set_mode_now("a", Mode::readwrite);
    EXPECT_EQ(catalog_.registered("b", a), "id 12 v1");
}

TEST_F(Register, ImportOverwritesAVersionSilently) {
    catalog_.set_mode_now("", Mode::import_mode);
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(int_text), 1), 1)), "id 1 v1");
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(string_text), 2), 1)),
              "id 2 v1");
    EXPECT_EQ(catalog_.content("a", 1)->text, string_text);
    EXPECT_THAT(catalog_.state().holders(Context{}, {1}, Deleted::include), IsEmpty());
    EXPECT_EQ(catalog_.registered("a", with_version(with_id(request(string_text), 3), 3)),
              "id 3 v3");
    EXPECT_THAT(catalog_.versions("a"), ElementsAre(1, 3));
}

TEST_F(Register, ImportOfTheVeryVersionIsKnownThoughItsContentHasAnotherIdToo) {
    catalog_.set_mode_now("", Mode::import_mode);
    const auto first = with_version(with_id(request(int_text), 5), 1);
    const auto second = with_version(with_id(request(int_text), 7), 2);
    EXPECT_EQ(catalog_.registered("a", first), "id 5 v1");
    EXPECT_EQ(catalog_.registered("a", second), "id 7 v2");
    EXPECT_EQ(catalog_.registered("a", first), "id 5 v1 known");
    EXPECT_EQ(catalog_.registered("a", second), "id 7 v2 known");
}

TEST_F(Register, ImportIntoAContextRefusesOnlyItsOwnIds) {
    catalog_.set_mode_now(":.__GLOBAL:", Mode::import_mode);
    EXPECT_EQ(catalog_.registered("a", with_id(request(int_text), 1)), "id 1 v1");
    EXPECT_EQ(catalog_.registered(":.c:a", with_id(request(string_text), 1)), "id 1 v1");
    EXPECT_EQ(catalog_.registered(":.c:a", with_id(request(int_text), 1)),
              "42205 Overwrite new schema with id 1 in context :.c: is not permitted.");
}

TEST_F(Register, ImportInheritsNoMetadata) {
    EXPECT_EQ(catalog_.registered("s", with_metadata(request(int_text), properties({{"a", "1"}}))),
              "id 1 v1");
    catalog_.set_mode_now("s", Mode::import_mode);
    ScopeConfig config;
    config.override_metadata = properties({{"b", "2"}});
    catalog_.set_config_now("s", config);
    const auto imported = with_id(request(string_text), 4);
    EXPECT_EQ(catalog_.registered("s", imported), "id 4 v2");
    EXPECT_FALSE(catalog_.content("s", 2)->metadata);
    // Known, though the early look-up does not take place where a config adds metadata.
    EXPECT_EQ(catalog_.registered("s", imported), "id 4 v2 known");
    EXPECT_EQ(catalog_.registered("s", with_version(imported, 2)), "id 4 v2 unchanged");
}

// Metadata

TEST_F(Register, MetadataIsInheritedFromTheLatestVersion) {
    const auto owned = properties({{"owner", "x"}});
    EXPECT_EQ(catalog_.registered("s", with_metadata(request(int_text), owned)), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1 known");
    EXPECT_EQ(catalog_.registered("s", string_text), "id 2 v2");
    EXPECT_EQ(catalog_.content("s", 2)->metadata, owned);
    EXPECT_EQ(catalog_.registered("s", with_metadata(request(long_text), Metadata{})), "id 3 v3");
    EXPECT_EQ(catalog_.content("s", 3)->metadata, Metadata{});
}

TEST_F(Register, AnInheritedVersionPropertyFollowsTheVersion) {
    EXPECT_EQ(catalog_.registered("s", with_version(request(int_text), -1)), "id 1 v1");
    EXPECT_EQ(catalog_.registered("s", string_text), "id 2 v2");
    EXPECT_EQ(catalog_.property("s", 2, version_property), "2");
}

TEST_F(Register, DefaultsLieBelowAndOverridesAbove) {
    ScopeConfig config;
    config.default_metadata = properties({{"a", "default"}, {"b", "default"}, {"c", "default"}});
    config.override_metadata = properties({{"c", "override"}});
    catalog_.set_config_now("s", config);
    const auto own = properties({{"b", "own"}, {"c", "own"}});
    EXPECT_EQ(catalog_.registered("s", with_metadata(request(int_text), own)), "id 1 v1");
    EXPECT_EQ(catalog_.property("s", 1, "a"), "default");
    EXPECT_EQ(catalog_.property("s", 1, "b"), "own");
    EXPECT_EQ(catalog_.property("s", 1, "c"), "override");
    EXPECT_EQ(catalog_.registered("s", with_metadata(request(int_text), own)), "id 1 v1 known");
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1 known");  // inherits what it lacks
}

// Normalization

TEST_F(Register, NormalizeComesFromTheRequestOrTheConfigInForce) {
    const std::string text = R"({"type":"int","b":2,"a":1})";
    const std::string normal = R"({"type":"int","a":1,"b":2})";
    EXPECT_EQ(catalog_.registered("plain", text), "id 1 v1");
    EXPECT_EQ(catalog_.content("plain", 1)->text, text);
    EXPECT_EQ(catalog_.registered("asked", request(text), schema::Normalize::yes), "id 2 v1");
    EXPECT_EQ(catalog_.content("asked", 1)->text, normal);
    ScopeConfig config;
    config.normalize = true;
    catalog_.set_config_now("", config);
    EXPECT_EQ(catalog_.registered("set", text), "id 2 v1");
    catalog_.set_config_now("hides", level(Level::none));
    EXPECT_EQ(catalog_.registered("hides", text), "id 1 v1");
}

// Texts

TEST_F(Register, NoTextIsTheLatestVersion) {
    for (const auto& text : {std::optional<std::string>{},
                             std::optional<std::string>{""},
                             std::optional<std::string>{" \n\t"}}) {
        TestCatalog catalog;
        SchemaRequest blank;
        blank.text = text;
        EXPECT_EQ(catalog.registered("s", blank), "42201 Empty schema");
        catalog.registered("s", int_text);
        catalog.registered("s", string_text);
        EXPECT_EQ(catalog.registered("s", blank), "id 2 v2 known");
    }
}

TEST_F(Register, AnInvalidTextLeavesNoTrace) {
    for (const auto* text : {"{", "1", "{}", "\"nope\"", R"({"type":"record","name":"A"})"}) {
        EXPECT_THAT(catalog_.registered("s", text),
                    StartsWith("42201 Invalid schema of type AVRO, details: Invalid schema "
                               "{subject=s,version=null,id=null,schemaType=AVRO"));
    }
    EXPECT_TRUE(catalog_.state().subjects(std::nullopt, Deleted::include).empty());
    EXPECT_EQ(catalog_.registered("s", R"({"type":"record","name":"1A","fields":[]})"), "id 1 v1");
    catalog_.policy().validation = schema::Validation::strict;
    EXPECT_THAT(catalog_.registered("t", R"({"type":"record","name":"1A","fields":[]})"),
                StartsWith("42201 "));
}

TEST_F(Register, SubjectsThatAreNone) {
    const std::vector<std::string> refused{"__GLOBAL",
                                           "__EMPTY",
                                           ":.__GLOBAL:",
                                           ":.__GLOBAL:s",
                                           ":.:__GLOBAL",
                                           "",
                                           ":.:",
                                           std::string("a\0b", 3),
                                           "a\nb",
                                           "\x7f",
                                           "a\xc2\x80",
                                           "a\xc2\x9f",
                                           ":.c\n:s"};
    for (const auto& subject : refused) {
        EXPECT_THAT(catalog_.registered(subject, int_text),
                    StartsWith("42208 The specified subject '"))
            << subject;
    }
    EXPECT_EQ(catalog_.registered("__EMPTY", int_text),
              "42208 The specified subject '__EMPTY' is not a valid.");
    for (const auto* subject : {" ",
                                "*",
                                ".x",
                                ":a",
                                "a/b",
                                "a:b",
                                "\xc3\xa4",
                                "a\xc2\xa0",
                                "%2F",
                                ":.c:",
                                ":.c:a:b",
                                "__GLOBALS"}) {
        EXPECT_EQ(catalog_.registered(subject, int_text), "id 1 v1") << subject;
    }
}

// Compatibility, as far as registration asks for it

TEST_F(Register, AnIncompatibleSchemaIsRefusedUnlessItIsThere) {
    catalog_.policy().default_level = Level::backward;
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1");
    catalog_.set_config_now("s", level(Level::none));
    EXPECT_EQ(catalog_.registered("s", string_text), "id 2 v2");
    catalog_.set_config_now("s", level(Level::full_transitive));
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1 known");
    const auto refused = catalog_.registered("s", long_text);
    EXPECT_THAT(refused,
                StartsWith("409 Schema being registered is incompatible with an earlier schema for "
                           "subject \"s\", details: [{errorType:'TYPE_MISMATCH'"));
    EXPECT_THAT(refused,
                HasSubstr(", {oldSchemaVersion: 2}, {oldSchema: '\"string\"'}, "
                          "{validateFields: 'false', compatibility: 'FULL_TRANSITIVE'}]"));
    EXPECT_THAT(catalog_.versions("s"), ElementsAre(1, 2));
}

// The writer's half

class Decide : public Register {
  protected:
    Registration prepared(const std::string& subject, const SchemaRequest& request) {
        return std::get<Registration>(catalog_.prepare(subject, request).value());
    }
};

TEST_F(Decide, IsStaleWhenSomethingItRestsOnChanged) {
    const std::vector<std::pair<Event, bool>> changes{
        {VersionAdded{Subject::parse("s"), {1}, {1}}, true},
        {ModeSet{Subject::parse("s"), Mode::readonly}, true},
        {ModeSet{Subject::parse(""), Mode::readonly}, true},
        {ModeSet{Subject::parse(":.__GLOBAL:"), Mode::readonly}, true},
        {ConfigSet{Subject::parse("s"), {}}, true},
        {ConfigSet{Subject::parse(""), {}}, true},
        {ConfigDeleted{Subject::parse(":.__GLOBAL:")}, true},
        {VersionAdded{Subject::parse("t"), {1}, {1}}, false},
        {ModeSet{Subject::parse("t"), Mode::readonly}, false},
        {ModeSet{Subject::parse(":.c:"), Mode::readonly}, false},
        {ConfigSet{Subject::parse(":.c:s"), {}}, false},
        {DeploymentChanged{RegionName{"eu"}, {Subject::parse("s"), {1}}, {}, ""}, false},
        {RegionClaimed{RegionName{"eu"}}, false},
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        TestCatalog catalog;
        catalog.add({SchemaCreated{Context{}, {1}, {schema::Type::avro, long_text, {}, {}, ""}}});
        const auto registration =
            std::get<Registration>(catalog.prepare("s", request(int_text)).value());
        catalog.add({changes[i].first});
        EXPECT_EQ(catalog.decided(registration), changes[i].second ? "stale" : "id 2 v1") << i;
    }
}

TEST_F(Decide, AContextDependsOnTheTopLevelToo) {
    const auto registration = prepared(":.c:s", request(int_text));
    catalog_.set_mode_now("", Mode::readonly_override);
    EXPECT_EQ(catalog_.decided(registration), "stale");
}

TEST_F(Decide, ContentThatWasRegisteredMeanwhileSharesItsId) {
    const auto registration = prepared("s", request(int_text));
    EXPECT_EQ(catalog_.registered("t", int_text), "id 1 v1");
    EXPECT_EQ(catalog_.decided(registration), "id 1 v1");
}

TEST_F(Decide, AnIdThatWasTakenMeanwhileIsRefused) {
    catalog_.set_mode_now("", Mode::import_mode);
    const auto registration = prepared("s", with_id(request(int_text), 5));
    EXPECT_EQ(catalog_.registered("t", with_id(request(string_text), 5)), "id 5 v1");
    EXPECT_EQ(catalog_.decided(registration),
              "42205 Overwrite new schema with id 5 in context  is not permitted.");
}

TEST_F(Decide, PlansADeploymentForEachTarget) {
    catalog_.set_targets({RegionName{"eu"}, RegionName{"us"}});
    EXPECT_EQ(catalog_.registered("s", int_text), "id 1 v1");
    const auto planned = catalog_.state().deployments(SubjectVersion{Subject::parse("s"), {1}});
    ASSERT_EQ(planned.size(), 2U);
    for (const auto& deployment : planned) {
        EXPECT_EQ(deployment.state, DeploymentState::pending);
    }
    EXPECT_EQ(catalog_.state().work(RegionName{"us"}, 10).size(), 1U);
}

}  // namespace
}  // namespace sgw::catalog
