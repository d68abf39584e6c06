#include "store/catalog/rules/settings.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"
#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

using schema::Level;

const auto* const existing = "42205 Cannot import since found existing subjects";

class Settings : public testing::Test {
  protected:
    std::optional<ScopeConfig> config(const char* scope) const {
        return catalog_.state().config(Subject::parse(scope));
    }
    std::optional<Mode> mode(const char* scope) const {
        return catalog_.state().mode(Subject::parse(scope));
    }

    TestCatalog catalog_;
};

template <class T>
Update<T> set(T value) {
    return {true, std::move(value)};
}

template <class T>
Update<T> clear() {
    return {true, std::nullopt};
}

ConfigUpdate set_level(Level level) {
    ConfigUpdate update;
    update.level = set(level);
    return update;
}

TEST_F(Settings, AnUpdateMergesAValueSetsAndNullClears) {
    ConfigUpdate first;
    first.level = set(Level::full);
    first.normalize = set(true);
    first.alias = set<std::string>("");
    EXPECT_EQ(catalog_.put_config("s", first), "1");
    ConfigUpdate second;
    second.level = clear<Level>();
    second.compatibility_group = set<std::string>("g");
    EXPECT_EQ(catalog_.put_config("s", second), "1");
    ScopeConfig wanted;
    wanted.normalize = true;
    wanted.alias = "";
    wanted.compatibility_group = "g";
    EXPECT_EQ(config("s"), wanted);
    EXPECT_EQ(catalog_.put_config("s", second), "0");
}

TEST_F(Settings, EveryFieldIsKeptSetAndCleared) {
    const auto full = samples::configs()[1];
    ConfigUpdate all;
    all.alias = {true, full.alias};
    all.normalize = {true, full.normalize};
    all.validate_fields = {true, full.validate_fields};
    all.validate_names = {true, full.validate_names};
    all.validate_rules = {true, full.validate_rules};
    all.level = {true, full.level};
    all.policy = {true, full.policy};
    all.compatibility_group = {true, full.compatibility_group};
    all.default_metadata = {true, full.default_metadata};
    all.override_metadata = {true, full.override_metadata};
    EXPECT_EQ(updated({}, all), full);
    EXPECT_EQ(updated(full, {}), full);
    const auto none = [](auto&... field) { (field.value.reset(), ...); };
    none(all.alias,
         all.normalize,
         all.validate_fields,
         all.validate_names,
         all.validate_rules,
         all.level,
         all.policy,
         all.compatibility_group,
         all.default_metadata,
         all.override_metadata);
    EXPECT_EQ(updated(full, all), ScopeConfig{});
}

TEST_F(Settings, AnEmptyUpdateMakesAnEmptyConfig) {
    EXPECT_EQ(catalog_.put_config("s", {}), "1");
    EXPECT_EQ(config("s"), ScopeConfig{});
    EXPECT_EQ(catalog_.put_config("s", {}), "0");
}

TEST_F(Settings, DeletingAConfig) {
    struct Row {
        const char* scope;
        const char* unset;
    };
    for (const auto& row : {Row{"s", "40401 Subject 's' not found."},
                            Row{":.c:", "40401 Subject ':.c:' not found."},
                            Row{"", "0"},
                            Row{":.:", "0"},
                            Row{":.__GLOBAL:", "0"}}) {
        EXPECT_EQ(catalog_.delete_config(row.scope), row.unset);
        EXPECT_EQ(catalog_.put_config(row.scope, set_level(Level::full)), "1");
        EXPECT_EQ(catalog_.delete_config(row.scope), "1");
        EXPECT_FALSE(config(row.scope));
    }
}

TEST_F(Settings, ConfigIsReadOnlyWhereTheModeSaysSo) {
    struct Row {
        const char* mode_of;
        const char* scope;
        const char* answer;
    };
    for (const auto& row :
         {Row{"s", "s", "42205 Subject s in context  is in read-only mode"},
          Row{"", "s", "42205 Subject s in context  is in read-only mode"},
          Row{"", "", "42205 Subject null in context  is in read-only mode"},
          Row{"s", "", "0"},
          Row{"", ":.c:s", "0"},
          Row{":.c:", ":.c:s", "42205 Subject :.c:s in context :.c: is in read-only mode"},
          Row{":.c:", ":.c:", "42205 Subject :.c: in context :.c: is in read-only mode"},
          Row{":.__GLOBAL:",
              ":.c:s",
              "42205 Subject :.c:s in context :.c: is in read-only mode"}}) {
        TestCatalog catalog;
        EXPECT_EQ(catalog.put_config(row.scope, set_level(Level::full)), "1");
        catalog.set_mode_now(row.mode_of, Mode::readonly);
        EXPECT_EQ(catalog.put_config(row.scope, set_level(Level::full)), row.answer);
        if (std::string(row.answer) != "0") {
            EXPECT_EQ(catalog.delete_config(row.scope), row.answer);
        }
        catalog.set_mode_now(row.mode_of, Mode::import_mode);
        EXPECT_EQ(catalog.delete_config(row.scope), "1");
    }
    catalog_.set_mode_now("", Mode::readonly);
    EXPECT_EQ(catalog_.delete_config("s"), "40401 Subject 's' not found.");
}

TEST_F(Settings, ModesMayChangeInEveryMode) {
    for (const auto* scope : {"s", "", ":.c:", ":.c:s", ":.__GLOBAL:"}) {
        for (const auto from : samples::modes) {
            for (const auto to : samples::modes) {
                catalog_.set_mode_now(scope, from);
                EXPECT_EQ(catalog_.put_mode(scope, to), from == to ? "0" : "1");
                EXPECT_EQ(mode(scope), to);
            }
            EXPECT_EQ(catalog_.put_mode(scope, std::nullopt), "1");
            EXPECT_FALSE(mode(scope));
            EXPECT_EQ(catalog_.put_mode(scope, std::nullopt), "0");
        }
    }
}

TEST_F(Settings, ImportNeedsAScopeWithoutLiveSubjectsOrForce) {
    struct Row {
        const char* subject;  // that exists
        const char* scope;    // that shall import
        bool refused;
    };
    for (const auto& row : {Row{"s", "s", true},
                            Row{"s", "t", false},
                            Row{"s", ":.c:s", false},
                            Row{"s", "", true},
                            Row{"s", ":.:", true},
                            Row{"s", ":.__GLOBAL:", true},
                            Row{"s", ":.c:", false},
                            Row{":.c:s", ":.c:s", true},
                            Row{":.c:s", ":.c:", true},
                            Row{":.c:s", "", true},  // the top level covers every context
                            Row{":.c:s", ":.__GLOBAL:", true},
                            Row{":.c:s", ":.cc:", false},
                            Row{":.c:s", "s", false}}) {
        TestCatalog catalog;
        catalog.registered(row.subject, int_text);
        EXPECT_EQ(catalog.put_mode(row.scope, Mode::import_mode), row.refused ? existing : "1");
        EXPECT_EQ(catalog.put_mode(row.scope, Mode::import_mode, Force::yes),
                  row.refused ? "1" : "0");
        EXPECT_EQ(catalog.put_mode(row.scope, Mode::import_mode), "0");
        EXPECT_EQ(catalog.put_mode(row.scope, Mode::forward), "1");
        EXPECT_EQ(catalog.put_mode(row.scope, Mode::import_mode), row.refused ? existing : "1");
    }
}

TEST_F(Settings, ImportWithinImportNeedsNothing) {
    catalog_.registered("s", int_text);
    EXPECT_EQ(catalog_.put_mode("", Mode::import_mode, Force::yes), "1");
    EXPECT_EQ(catalog_.put_mode("s", Mode::import_mode), "1");
}

TEST_F(Settings, DeletingAMode) {
    struct Row {
        const char* scope;
        const char* unset;
    };
    for (const auto& row : {Row{"s", "40401 Subject 's' not found."},
                            Row{":.c:", "40401 Subject ':.c:' not found."},
                            Row{"", "0"},
                            Row{":.__GLOBAL:", "0"}}) {
        EXPECT_EQ(catalog_.delete_mode(row.scope), row.unset);
        EXPECT_EQ(catalog_.delete_mode(row.scope, Recursive::yes), "0");
        EXPECT_EQ(catalog_.put_mode(row.scope, Mode::readonly), "1");
        EXPECT_EQ(catalog_.delete_mode(row.scope), "1");
        EXPECT_FALSE(mode(row.scope));
    }
}

TEST_F(Settings, RecursiveAlsoDeletesTheModesOfTheContextsSubjects) {
    const auto fill = [&] {
        for (const auto* scope :
             {"", "s", "t", ":.c:", ":.c:s", ":.c:t", ":.cc:s", ":.__GLOBAL:"}) {
            catalog_.set_mode_now(scope, Mode::readonly);
        }
    };
    fill();
    EXPECT_EQ(catalog_.delete_mode(":.c:", Recursive::yes), "3");
    EXPECT_FALSE(mode(":.c:") || mode(":.c:s") || mode(":.c:t"));
    EXPECT_TRUE(mode("") && mode("s") && mode(":.cc:s") && mode(":.__GLOBAL:"));
    fill();
    EXPECT_EQ(catalog_.delete_mode("", Recursive::yes), "3");
    EXPECT_FALSE(mode("") || mode("s") || mode("t"));
    EXPECT_TRUE(mode(":.c:s") && mode(":.__GLOBAL:"));
    fill();
    EXPECT_EQ(catalog_.delete_mode("s", Recursive::yes), "1");
    EXPECT_TRUE(mode("") && mode("t"));
}

}  // namespace
}  // namespace sgw::catalog
