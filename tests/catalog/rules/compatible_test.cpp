#include "store/catalog/rules/compatible.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/catalog/rules/test_catalog.hpp"

namespace sgw::catalog {
namespace {

using schema::Level;
using testing::AnyOf;
using testing::Contains;
using testing::EndsWith;
using testing::IsEmpty;

class Compatible : public testing::Test {
  protected:
    std::vector<std::string> problems(const SchemaRequest& request,
                                      const ScopeConfig& config,
                                      std::optional<int> against = {}) {
        const auto subject = Subject::parse("s");
        const auto candidate = parse_candidate(catalog_.state(),
                                               subject,
                                               request,
                                               schema::Normalize::no,
                                               schema::Validation::standard);
        const auto version =
            against ? catalog_.state().version(subject, Version{*against}) : std::nullopt;
        return incompatibilities(catalog_.state(), subject, candidate.value(), config, version);
    }

    TestCatalog catalog_;
};

/// The versions of the subject: {a}, {a, b=}, {a, b=, c=}.
TEST_F(Compatible, EachLevelLooksAtWhatItNames) {
    catalog_.registered("s", record({"a"}));
    catalog_.registered("s", record({"a", "b="}));
    catalog_.registered("s", record({"a", "b=", "c="}));
    struct Row {
        std::string text;
        Level level;
        const char* names;  // the old version, or the level where the registry names none; empty:
                            // compatible
    };
    const auto with_required = record({"a", "b", "c="});   // backward: not with 1
    const auto without_a = record({"b=", "c="});           // forward: with none
    const auto without_b = record({"a", "c="});            // fits all, both ways
    const auto with_new = record({"a", "b=", "c=", "d"});  // backward: with none
    for (const auto& row : {Row{with_required, Level::none, ""},
                            Row{with_required, Level::backward, ""},
                            Row{with_required, Level::backward_transitive, "1"},
                            Row{with_required, Level::forward_transitive, ""},
                            Row{with_required, Level::full, ""},
                            Row{with_required, Level::full_transitive, "1"},
                            Row{without_a, Level::backward_transitive, ""},
                            Row{without_a, Level::forward, "3"},
                            Row{without_a, Level::forward_transitive, "3"},
                            Row{without_a, Level::full, "FULL"},
                            Row{without_b, Level::full_transitive, ""},
                            Row{with_new, Level::backward, "3"},
                            Row{with_new, Level::forward_transitive, ""},
                            Row{with_new, Level::none, ""}}) {
        const auto found = problems(request(row.text), level(row.level));
        const std::string names = row.names;
        if (names.empty()) {
            EXPECT_THAT(found, IsEmpty()) << row.text << schema::level_name(row.level);
        } else {
            EXPECT_THAT(found,
                        Contains(AnyOf("{oldSchemaVersion: " + names + "}",
                                       EndsWith("compatibility: '" + names + "'}"))))
                << row.text << schema::level_name(row.level);
        }
    }
}

TEST_F(Compatible, ASubjectWithoutVersionsTakesAnything) {
    EXPECT_THAT(problems(request(int_text), level(Level::full_transitive)), IsEmpty());
}

TEST_F(Compatible, OneVersionAloneUnderATransitiveLevel) {
    catalog_.registered("s", int_text);
    catalog_.registered("s", string_text);
    EXPECT_THAT(problems(request(long_text), level(Level::backward_transitive), 1), IsEmpty());
    EXPECT_THAT(problems(request(long_text), level(Level::backward_transitive), 2),
                Contains("{oldSchemaVersion: 2}"));
    EXPECT_THAT(problems(request(long_text), level(Level::backward_transitive)),
                Contains("{oldSchemaVersion: 2}"));
}

TEST_F(Compatible, OnlyVersionsOfTheSameGroupAreCompared) {
    const auto in_group = [](const char* text, const char* major) {
        return with_metadata(request(text), properties({{"major", major}}));
    };
    const auto no_group = [](const char* text) { return with_metadata(request(text), Metadata{}); };
    catalog_.registered("s", in_group(int_text, "1"));
    catalog_.registered("s", in_group(string_text, "2"));
    catalog_.registered("s", no_group("\"boolean\""));
    auto config = level(Level::backward);
    EXPECT_THAT(problems(in_group(long_text, "1"), config), Contains("{oldSchemaVersion: 3}"));
    config.compatibility_group = "major";
    EXPECT_THAT(problems(in_group(long_text, "1"), config), IsEmpty());
    EXPECT_THAT(problems(in_group(long_text, "2"), config), Contains("{oldSchemaVersion: 2}"));
    EXPECT_THAT(problems(in_group(long_text, "3"), config), IsEmpty());
    EXPECT_THAT(problems(no_group(long_text), config), Contains("{oldSchemaVersion: 3}"));
    EXPECT_THAT(problems(request(long_text), config), Contains("{oldSchemaVersion: 3}"));
    config.compatibility_group = "";
    EXPECT_THAT(problems(in_group(long_text, "1"), config), Contains("{oldSchemaVersion: 3}"));
    config.compatibility_group = "major";
    EXPECT_THAT(problems(in_group(long_text, "1"), config, 2), IsEmpty());
}

}  // namespace
}  // namespace sgw::catalog
