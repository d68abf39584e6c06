#include "store/catalog/apply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/catalog/queries.hpp"
#include "tests/catalog/memory_key_values.hpp"
#include "tests/catalog/printing.hpp"
#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const RegionName eu{"eu"};
const RegionName us{"us"};

Subject named(const std::string& name) {
    return Subject{Context{}, name};
}

Content content(const std::string& text) {
    return {schema::Type::avro, text, {}, {}, ""};
}

class Apply : public testing::Test {
  protected:
    /// As one entry, ten milliseconds after the one before.
    void add(const Events& events) {
        ++sequence_;
        apply(events, sequence_, static_cast<std::int64_t>(sequence_) * 10, store_);
    }

    void move(const SubjectVersion& what, DeploymentState state, const RegionName& region = eu) {
        add({DeploymentChanged{region, what, state, "said so"}});
    }

    MemoryKeyValues store_;
    Queries state_{store_};
    log::Sequence sequence_ = 1;
};

TEST_F(Apply, AnEmptyEntryOnlyMovesTheSequence) {
    add({});
    EXPECT_EQ(state_.applied(), 2U);
    EXPECT_EQ(state_.applied_ms(), 20);
    EXPECT_EQ(all_of(store_).size(), 1U);
}

TEST_F(Apply, SchemasAreKnownByIdAndByContent) {
    add({SchemaCreated{Context{}, {5}, content("a")}, SchemaCreated{Context{}, {3}, content("b")}});
    add({SchemaCreated{Context{}, {4}, content("a")},
         SchemaCreated{Context{".c"}, {9}, content("a")}});
    EXPECT_EQ(state_.schema(Context{}, {5}), content("a"));
    EXPECT_EQ(state_.schema(Context{".c"}, {5}), std::nullopt);
    EXPECT_THAT(state_.ids_of(Context{}, content("a")), ElementsAre(SchemaId{5}, SchemaId{4}));
    EXPECT_THAT(state_.ids_of(Context{".c"}, content("a")), ElementsAre(SchemaId{9}));
    EXPECT_THAT(state_.ids_of(Context{".c"}, content("b")), IsEmpty());
    EXPECT_EQ(state_.highest_id(Context{}), SchemaId{5});
    EXPECT_EQ(state_.highest_id(Context{".c"}), SchemaId{9});
    EXPECT_EQ(state_.highest_id(Context{".d"}), std::nullopt);
    EXPECT_EQ(state_.highest_id(), SchemaId{9});
}

/// MD5 is over the bytes put together, without the rules, so these are easily found.
TEST_F(Apply, ContentsOfTheSameFingerprintAreKeptApart) {
    Content referring = content("x");
    referring.references = {{"n", "s", 258}};
    const auto plain = content(std::string("xns\0\0\1\2", 7));
    Content strict = content("x");
    strict.rule_set = R"({"domainRules":[]})";
    Content lax = content("x");
    lax.rule_set = R"({"migrationRules":[]})";
    ASSERT_EQ(fingerprint(referring), fingerprint(plain));
    ASSERT_EQ(fingerprint(strict), fingerprint(lax));
    add({SchemaCreated{Context{}, {1}, referring}, SchemaCreated{Context{}, {2}, strict}});
    EXPECT_THAT(state_.ids_of(Context{}, plain), IsEmpty());
    EXPECT_THAT(state_.ids_of(Context{}, lax), IsEmpty());
    add({SchemaCreated{Context{}, {3}, plain}, SchemaCreated{Context{}, {4}, lax}});
    EXPECT_THAT(state_.ids_of(Context{}, referring), ElementsAre(SchemaId{1}));
    EXPECT_THAT(state_.ids_of(Context{}, strict), ElementsAre(SchemaId{2}));
    EXPECT_THAT(state_.ids_of(Context{}, plain), ElementsAre(SchemaId{3}));
    EXPECT_THAT(state_.ids_of(Context{}, lax), ElementsAre(SchemaId{4}));
}

TEST_F(Apply, VersionsKeepOrderHoldersAndTime) {
    const auto s = named("s");
    add({VersionAdded{s, {10}, {1}}});
    add({VersionAdded{s, {2}, {1}}, VersionAdded{named("t"), {1}, {1}}});
    const VersionRecord ten{{s, {10}}, {1}, 20, false};
    const VersionRecord two{{s, {2}}, {1}, 30, false};
    EXPECT_THAT(state_.versions(s, Deleted::leave_out), ElementsAre(two, ten));
    EXPECT_EQ(state_.latest(s), ten);
    EXPECT_EQ(state_.version(s, {2}), two);
    EXPECT_EQ(state_.version(s, {1}), std::nullopt);
    EXPECT_EQ(state_.holders(Context{}, {1}, Deleted::include).size(), 3U);
    EXPECT_EQ(state_.changed(s), 3U);
    EXPECT_EQ(state_.changed(named("nobody")), 0U);
    add({VersionAdded{s, {10}, {7}}});
    EXPECT_EQ(state_.latest(s)->id, SchemaId{7});
    EXPECT_EQ(state_.holders(Context{}, {1}, Deleted::include).size(), 2U);
    EXPECT_EQ(state_.holders(Context{}, {7}, Deleted::include).size(), 1U);
}

TEST_F(Apply, SubjectsAreListedOnceInByteOrderByContext) {
    EXPECT_FALSE(state_.holds_live_subject(std::nullopt));
    for (const auto& subject : samples::subjects()) {
        add({VersionAdded{subject, {1}, {1}}, VersionAdded{subject, {2}, {1}}});
    }
    auto all = samples::subjects();
    std::ranges::sort(all);
    EXPECT_EQ(state_.subjects(std::nullopt, Deleted::leave_out), all);
    EXPECT_EQ(state_.subjects(Context{".a"}, Deleted::include).size(), all.size() / 5);
    EXPECT_THAT(state_.subjects(Context{".x"}, Deleted::include), IsEmpty());
    EXPECT_TRUE(state_.holds_live_subject(std::nullopt));
    EXPECT_TRUE(state_.holds_live_subject(Context{".a"}));
    EXPECT_FALSE(state_.holds_live_subject(Context{".x"}));
}

TEST_F(Apply, SettingsAreOfTheirScopeAlone) {
    const auto scope = named("s");
    add({ConfigSet{scope, samples::configs()[1]}, ModeSet{scope, Mode::forward}});
    EXPECT_EQ(state_.config(scope), samples::configs()[1]);
    EXPECT_EQ(state_.mode(scope), Mode::forward);
    EXPECT_EQ(state_.mode(named("")), std::nullopt);
    EXPECT_EQ(state_.changed(scope), 2U);
    EXPECT_THAT(state_.scopes_with_mode(Context{}), ElementsAre(scope));
    EXPECT_THAT(state_.scopes_with_mode(Context{".a"}), IsEmpty());
    add({ConfigDeleted{scope}, ModeDeleted{scope}});
    EXPECT_EQ(state_.config(scope), std::nullopt);
    EXPECT_EQ(state_.mode(scope), std::nullopt);
    EXPECT_EQ(state_.changed(scope), 3U);
}

TEST_F(Apply, WorkIsWhatIsPendingOrFailedOldestPlanFirst) {
    const SubjectVersion a{named("a"), {1}};
    const SubjectVersion b{named("b"), {1}};
    move(b, DeploymentState::pending);
    move(a, DeploymentState::pending);
    move(a, DeploymentState::pending, us);
    EXPECT_THAT(state_.work(eu, 10), ElementsAre(b, a));
    EXPECT_THAT(state_.work(eu, 1), ElementsAre(b));
    EXPECT_THAT(state_.work(us, 10), ElementsAre(a));
    EXPECT_THAT(state_.work(RegionName{"e"}, 10), IsEmpty());
    move(b, DeploymentState::failed);  // keeps its place
    EXPECT_THAT(state_.work(eu, 10), ElementsAre(b, a));
    move(b, DeploymentState::deployed);
    EXPECT_THAT(state_.work(eu, 10), ElementsAre(a));
    move(b, DeploymentState::pending);  // planned anew: at the end
    EXPECT_THAT(state_.work(eu, 10), ElementsAre(a, b));
    move(a, DeploymentState::conflict);
    move(b, DeploymentState::over_capacity);
    EXPECT_THAT(state_.work(eu, 10), IsEmpty());
    EXPECT_EQ(state_.oldest_work_ms(eu), std::nullopt);
}

TEST_F(Apply, ADeploymentKnowsWhenItWasPlannedAndWhenItsStateChanged) {
    const SubjectVersion what{named("a"), {1}};
    struct Row {
        DeploymentState state;
        std::int64_t since_ms;
        std::int64_t planned_ms;
        log::Sequence planned;
        bool was_there;
    };
    for (const auto& row : {Row{DeploymentState::pending, 20, 20, 2, false},
                            Row{DeploymentState::failed, 30, 20, 2, false},
                            Row{DeploymentState::failed, 30, 20, 2, false},
                            Row{DeploymentState::deployed, 50, 20, 2, true},
                            Row{DeploymentState::conflict, 60, 20, 2, true},
                            Row{DeploymentState::pending, 70, 70, 7, true},
                            Row{DeploymentState::failed, 80, 70, 7, true}}) {
        move(what, row.state);
        const Deployment wanted{what,
                                eu,
                                row.state,
                                "said so",
                                row.planned,
                                row.since_ms,
                                row.planned_ms,
                                row.was_there};
        EXPECT_EQ(state_.deployment(what, eu), wanted);
        if (is_work(row.state)) {
            EXPECT_EQ(state_.oldest_work_ms(eu), row.planned_ms);
        }
    }
    EXPECT_EQ(state_.deployments(what).size(), 1U);
    EXPECT_EQ(state_.deployments(what.subject).size(), 1U);
}

TEST_F(Apply, AVersionThatMeansSomethingElseWasNeverThere) {
    const SubjectVersion what{named("a"), {1}};
    add({VersionAdded{what.subject, what.version, {1}}});
    move(what, DeploymentState::deployed);
    move(what, DeploymentState::pending, us);
    add({VersionAdded{what.subject, what.version, {1}, SchemaId{1}}});
    EXPECT_TRUE(state_.deployment(what, eu)->was_there);
    EXPECT_FALSE(state_.deployment(what, us)->was_there);
    add({VersionAdded{what.subject, what.version, {2}, SchemaId{1}}});
    EXPECT_FALSE(state_.deployment(what, eu)->was_there);
    move(what, DeploymentState::partial);
    EXPECT_TRUE(state_.deployment(what, eu)->was_there);
}

TEST_F(Apply, CountsFollowTheStates) {
    const SubjectVersion a{named("a"), {1}};
    const SubjectVersion b{named("a"), {2}};
    move(a, DeploymentState::pending);
    move(b, DeploymentState::pending);
    move(b, DeploymentState::deployed);
    move(b, DeploymentState::deployed);
    move(a, DeploymentState::conflict, us);
    const auto counts = state_.deployment_counts();
    EXPECT_EQ(counts.at(eu).at(DeploymentState::pending), 1U);
    EXPECT_EQ(counts.at(eu).at(DeploymentState::deployed), 1U);
    EXPECT_EQ(counts.at(us).at(DeploymentState::conflict), 1U);
    EXPECT_EQ(counts.size(), 2U);
}

TEST_F(Apply, EachDeploymentIsVisitedUntilToldToStop) {
    for (const auto* name : {"b", "a"}) {
        move({named(name), {1}}, DeploymentState::pending, us);
        move({named(name), {1}}, DeploymentState::pending, eu);
    }
    std::vector<std::string> visited;
    state_.each_deployment([&](const Deployment& deployment) {
        visited.push_back(deployment.what.subject.name + deployment.region.value);
        return visited.size() == 3 ? KeyValues::Scan::stop : KeyValues::Scan::go_on;
    });
    EXPECT_THAT(visited, ElementsAre("aeu", "aus", "beu"));
}

TEST_F(Apply, ClaimsStayAndAreDoubtedUntilTheNext) {
    using Claims = std::map<RegionName, RegionClaim>;
    add({RegionClaimed{eu}, RegionClaimed{eu}, RegionClaimed{us}});
    EXPECT_EQ(state_.claims(),
              (Claims{{eu, RegionClaim::undisputed}, {us, RegionClaim::undisputed}}));
    add({ClaimDoubted{eu}});
    EXPECT_EQ(state_.claims(), (Claims{{eu, RegionClaim::doubted}, {us, RegionClaim::undisputed}}));
    EXPECT_EQ(state_.claim(eu), RegionClaim::doubted);
    EXPECT_FALSE(state_.claim(RegionName{"ap"}));
    add({RegionClaimed{eu}});
    EXPECT_EQ(state_.claim(eu), RegionClaim::undisputed);
}

}  // namespace
}  // namespace sgw::catalog
