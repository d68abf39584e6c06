#include "store/catalog/rules/scope.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::catalog {
namespace {

using schema::Level;

constexpr std::array scopes{"s", "", ":.c:s", ":.c:", ":.__GLOBAL:"};

/// What each subject gets when every scope of `set` has a setting of its own.
struct Row {
    std::vector<const char*> set;
    const char* subject;
    const char* from;  // nullptr: nobody's
};

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        {{}, "s", nullptr},
        {{"s", "", ":.__GLOBAL:"}, "s", "s"},
        {{"", ":.__GLOBAL:"}, "s", ""},
        {{":.__GLOBAL:"}, "s", ":.__GLOBAL:"},
        {{"t", ":.c:", ":.c:s"}, "s", nullptr},
        {{"s"}, ":.:s", "s"},
        {{":.c:s", ":.c:", "", ":.__GLOBAL:"}, ":.c:s", ":.c:s"},
        {{":.c:", "", ":.__GLOBAL:"}, ":.c:s", ":.c:"},
        {{"", ":.__GLOBAL:"}, ":.c:s", ":.__GLOBAL:"},
        {{"", "s"}, ":.c:s", nullptr},  // a named context does not inherit the top level
        {{"", ":.__GLOBAL:"}, "", ""},
        {{":.__GLOBAL:"}, "", ":.__GLOBAL:"},
        {{"", ":.__GLOBAL:"}, ":.c:", ":.__GLOBAL:"},
        {{"", ":.__GLOBAL:"}, ":.__GLOBAL:", ":.__GLOBAL:"},
        {{"", ":.c:"}, ":.__GLOBAL:", nullptr},
    };
    return all;
}

TEST(Scope, TheNearestConfigIsUsedWhole) {
    for (const auto& row : rows()) {
        TestCatalog catalog;
        for (const auto* scope : row.set) {
            ScopeConfig config;
            config.alias = scope;
            catalog.set_config_now(scope, config);
        }
        const auto found =
            effective_config(catalog.state(), Subject::parse(row.subject), Level::full_transitive);
        EXPECT_EQ(found.alias, row.from ? std::optional<std::string>(row.from) : std::nullopt);
        EXPECT_EQ(found.level, Level::full_transitive);
    }
}

TEST(Scope, TheNearestModeIsInForce) {
    for (const auto& row : rows()) {
        TestCatalog catalog;
        for (const auto* scope : row.set) {
            const bool wanted = row.from && std::string(scope) == row.from;
            catalog.set_mode_now(scope, wanted ? Mode::import_mode : Mode::readonly);
        }
        EXPECT_EQ(effective_mode(catalog.state(), Subject::parse(row.subject)),
                  row.from ? Mode::import_mode : Mode::readwrite);
    }
}

TEST(Scope, AConfigWithoutALevelHasTheServersAndHidesTheOuterOne) {
    TestCatalog catalog;
    catalog.set_config_now("", level(Level::full));
    ScopeConfig config;
    config.normalize = true;
    catalog.set_config_now("s", config);
    const auto found = effective_config(catalog.state(), Subject::parse("s"), Level::backward);
    EXPECT_EQ(found.level, Level::backward);
    EXPECT_EQ(found.normalize, true);
    const auto other = effective_config(catalog.state(), Subject::parse("t"), Level::backward);
    EXPECT_EQ(other.level, Level::full);
    EXPECT_EQ(other.normalize, std::nullopt);
}

TEST(Scope, ReadonlyOverrideAtTheTopBeatsEverythingAndElsewhereNothing) {
    for (const auto* where : scopes) {
        TestCatalog catalog;
        for (const auto* scope : scopes) catalog.set_mode_now(scope, Mode::import_mode);
        catalog.set_mode_now(where, Mode::readonly_override);
        const bool top = std::string(where).empty();
        for (const auto* scope : scopes) {
            EXPECT_EQ(effective_mode(catalog.state(), Subject::parse(scope)),
                      top || scope == where ? Mode::readonly_override : Mode::import_mode);
        }
    }
}

TEST(Scope, ShowsItsOwnModeUnlessTheTopOverridesIt) {
    TestCatalog catalog;
    const auto shown_for = [&](const char* scope) {
        return shown_mode(catalog.state(), Subject::parse(scope));
    };
    catalog.set_mode_now("s", Mode::import_mode);
    catalog.set_mode_now("", Mode::readonly);
    EXPECT_EQ(shown_for("s"), Mode::import_mode);
    EXPECT_EQ(shown_for(""), Mode::readonly);
    EXPECT_EQ(shown_for("t"), std::nullopt);
    catalog.set_mode_now("", Mode::readonly_override);
    for (const auto* scope : scopes) EXPECT_EQ(shown_for(scope), Mode::readonly_override);
}

TEST(Scope, OnlyTheReadOnlyModesForbidWriting) {
    for (const auto mode : {Mode::readwrite, Mode::import_mode, Mode::forward}) {
        EXPECT_TRUE(require_writable(mode, Subject::parse("s"), "s"));
    }
    for (const auto mode : {Mode::readonly, Mode::readonly_override}) {
        EXPECT_EQ(shown(require_writable(mode, Subject::parse("s"), "s").error()),
                  "42205 Subject s in context  is in read-only mode");
        EXPECT_EQ(shown(require_writable(mode, Subject::parse(":.c:s"), "x").error()),
                  "42205 Subject x in context :.c: is in read-only mode");
    }
}

TEST(Scope, LastChangeCoversTheSubjectItsContextTheTopAndTheServer) {
    for (const auto* scope : scopes) {
        TestCatalog catalog;
        const auto sequence = catalog.add({ModeDeleted{Subject::parse(scope)}});
        const auto seen_by = [&](const char* subject) {
            return last_change(catalog.state(), Subject::parse(subject)) == sequence;
        };
        const std::string name = scope;
        const bool shared = name.empty() || name == ":.__GLOBAL:";
        EXPECT_EQ(seen_by("s"), shared || name == "s") << scope;
        EXPECT_EQ(seen_by("t"), shared) << scope;
        EXPECT_EQ(seen_by(":.c:s"), shared || name == ":.c:" || name == ":.c:s") << scope;
        EXPECT_EQ(seen_by(":.d:s"), shared) << scope;
    }
}

}  // namespace
}  // namespace sgw::catalog
