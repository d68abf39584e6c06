#include "routing/read_plan.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

namespace sgw::routing {
namespace {

using catalog::DeploymentState;
using config::ReadPolicy;

const Subject subject{Context{}, "orders"};

std::vector<catalog::VersionRecord> live_versions(std::int32_t count) {
    std::vector<catalog::VersionRecord> live;
    for (std::int32_t i = 1; i <= count; ++i) {
        live.push_back({{subject, Version{i}}, SchemaId{i}, 0, false});
    }
    return live;
}

catalog::Deployment deployment(std::int32_t version,
                               const std::string& region,
                               DeploymentState state) {
    return {{subject, Version{version}}, RegionName{region}, state, "", 0, 0};
}

std::string joined(const std::vector<RegionName>& names) {
    std::string text;
    for (const auto& name : names) text += name.value;
    return text;
}

std::vector<Candidate> candidates() {
    return {{RegionName{"a"}, 20, true, true},
            {RegionName{"b"}, 10, true, true},
            {RegionName{"c"}, 20, true, true}};
}

std::string nearest(const std::vector<catalog::VersionRecord>& live,
                    const std::vector<catalog::Deployment>& deployments,
                    Question question = Question::versions) {
    return joined(
        regions_for_subject(ReadPolicy::nearest, question, candidates(), live, deployments));
}

std::vector<catalog::Deployment> everywhere(std::int32_t versions) {
    std::vector<catalog::Deployment> all;
    for (std::int32_t i = 1; i <= versions; ++i) {
        for (const char* const region : {"a", "b", "c"}) {
            all.push_back(deployment(i, region, DeploymentState::deployed));
        }
    }
    return all;
}

TEST(ReadPlan, NearestFirstEqualsInTheOrderOfTheConfiguration) {
    EXPECT_EQ(nearest(live_versions(2), everywhere(2)), "bac");
}

TEST(ReadPlan, CatalogPolicyAsksNobody) {
    for (const auto question : {Question::versions, Question::latest}) {
        const auto asked = regions_for_subject(
            ReadPolicy::catalog, question, candidates(), live_versions(1), everywhere(1));
        EXPECT_EQ(joined(asked), "");
    }
}

TEST(ReadPlan, LeavesOutWhoMayNotBeRead) {
    auto some = candidates();
    some[1].may_read = false;
    const auto asked = regions_for_subject(
        ReadPolicy::nearest, Question::latest, some, live_versions(1), everywhere(1));
    EXPECT_EQ(joined(asked), "ac");
}

TEST(ReadPlan, AsksOnlyWhoHasEveryLiveVersion) {
    struct Row {
        DeploymentState state;  // of the second version in b
        std::string_view expected;
    };
    const Row rows[] = {
        {DeploymentState::pending, "ac"},
        {DeploymentState::deployed, "bac"},
        {DeploymentState::failed, "ac"},
        {DeploymentState::conflict, "ac"},
        {DeploymentState::partial, "bac"},
        {DeploymentState::over_capacity, "ac"},
        {DeploymentState::deleted, "ac"},
    };
    for (const auto& row : rows) {
        auto deployments = everywhere(3);
        deployments[4].state = row.state;
        for (const auto question : {Question::versions, Question::latest}) {
            EXPECT_EQ(nearest(live_versions(3), deployments, question), row.expected)
                << catalog::state_name(row.state);
        }
    }
}

/// What a region dropped of the latest version it cannot vouch for; of an older one it need not.
TEST(ReadPlan, TheLatestIsAskedOfWhoHasItWhole) {
    auto deployments = everywhere(3);
    deployments[7].state = DeploymentState::partial;  // version 3 in b
    EXPECT_EQ(nearest(live_versions(3), deployments, Question::versions), "bac");
    EXPECT_EQ(nearest(live_versions(3), deployments, Question::latest), "ac");
    EXPECT_EQ(nearest(live_versions(2), deployments, Question::latest), "bac");
    EXPECT_EQ(nearest({}, deployments, Question::latest), "bac");
}

TEST(ReadPlan, MissingDeploymentIsNotThere) {
    auto deployments = everywhere(2);
    deployments.erase(deployments.begin() + 3);  // version 2 in a
    EXPECT_EQ(nearest(live_versions(2), deployments), "bc");
    EXPECT_EQ(nearest(live_versions(2), {}), "");
}

TEST(ReadPlan, VersionsThatAreNotLiveDoNotMatter) {
    auto deployments = everywhere(3);
    deployments[1].state = DeploymentState::conflict;  // version 1 in b
    auto live = live_versions(3);
    live.erase(live.begin());
    EXPECT_EQ(nearest(live, deployments), "bac");
}

TEST(ReadPlan, AnswersFastForManyVersions) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(nearest(live_versions(20'000), everywhere(20'000)), "bac");
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{20});
}

TEST(ReadPlan, TheUnknownIsAskedOfTheUnadoptedWhateverTheirHealth) {
    auto some = candidates();
    EXPECT_EQ(joined(regions_for_unknown(some).ask), "");
    some[0].adopted = false;
    some[1].adopted = false;
    some[1].may_read = false;
    EXPECT_EQ(joined(regions_for_unknown(some).ask), "ba");
    EXPECT_EQ(joined(regions_for_unknown(some).throttled), "");
}

TEST(ReadPlan, WhoThrottlesIsNotAskedForTheUnknownAndMayKnowItAllTheSame) {
    auto some = candidates();
    for (auto& one : some) one.throttled = true;
    some[0].adopted = false;
    some[1].adopted = false;
    some[1].throttled = false;
    const auto plan = regions_for_unknown(some);
    EXPECT_EQ(joined(plan.ask), "b");
    EXPECT_EQ(joined(plan.throttled), "a");
}

const std::string text = R"({"type":"record","name":"A","fields":[]})";

/// Versions 1 and 3, the latter with id 7.
KnownSubject known() {
    KnownSubject known;
    known.live = {{{subject, Version{1}}, SchemaId{4}, 0, false},
                  {{subject, Version{3}}, SchemaId{7}, 0, false}};
    known.latest.emplace();
    known.latest->text = text;
    return known;
}

VersionFact told(std::int32_t version, std::int32_t id, std::string schema) {
    VersionFact fact;
    fact.subject = "orders";
    fact.version = Version{version};
    fact.id = SchemaId{id};
    fact.text = std::move(schema);
    return fact;
}

std::string name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::confirmed:
            return "confirmed";
        case Verdict::contradicted:
            return "contradicted";
        case Verdict::unreadable:
            return "unreadable";
        case Verdict::no_answer:
            return "no answer";
    }
    return "?";
}

template <class Fact>
struct JudgeRow {
    const char* name;
    RegionAnswer<Fact> answer;
    std::string expected;
};

/// What is judged alike whatever was asked.
template <class Fact>
std::vector<JudgeRow<Fact>> without_fact() {
    using Kind = Failed::Kind;
    return {
        {"absent", Absent{40401}, "contradicted"},
        {"refused", Refused{404, "HTTP 404 Not Found"}, "no answer"},
        {"transport", Failed{Kind::transport, ""}, "no answer"},
        {"server error", Failed{Kind::server_error, ""}, "no answer"},
        {"no leader", Failed{Kind::no_leader, ""}, "no answer"},
        {"throttled", Failed{Kind::throttled, ""}, "no answer"},
        {"credentials", Failed{Kind::credentials, ""}, "no answer"},
        {"garbage", Failed{Kind::garbage, ""}, "unreadable"},
    };
}

template <class Fact>
void expect_judged(const KnownSubject& what, const std::vector<JudgeRow<Fact>>& rows) {
    for (const auto& row : rows) {
        EXPECT_EQ(name_of(judge(what, row.answer)), row.expected) << row.name;
    }
}

TEST(Judge, TheLatestVersionIsBelievedWhenItIsOurs) {
    expect_judged<VersionFact>(known(),
                               {
                                   {"equal", told(3, 7, text), "confirmed"},
                                   {"equal but for blanks",
                                    told(3, 7, R"({ "name":"A", "type":"record", "fields":[] })"),
                                    "confirmed"},
                                   {"older", told(1, 4, text), "contradicted"},
                                   {"newer", told(4, 8, text), "contradicted"},
                                   {"another id", told(3, 8, text), "contradicted"},
                                   {"another text", told(3, 7, "\"int\""), "contradicted"},
                                   {"no schema", told(3, 7, "{"), "contradicted"},
                               });
    expect_judged<VersionFact>(known(), without_fact<VersionFact>());
    expect_judged<VersionFact>({}, {{"nothing known", told(3, 7, text), "contradicted"}});
}

TEST(Judge, EachFieldOfTheLatestVersionCounts) {
    const catalog::Metadata owned{{}, {{"owner", "me"}}, {}};
    const auto changed = [](const std::function<void(VersionFact&)>& change) {
        auto fact = told(3, 7, text);
        change(fact);
        return fact;
    };
    const auto with = [](const catalog::Metadata& metadata) {
        auto fact = told(3, 7, text);
        fact.metadata = metadata;
        return fact;
    };
    const catalog::Metadata of_the_region{{}, {{"confluent:version", "3"}}, {}};
    expect_judged<VersionFact>(
        known(),
        {
            {"another subject", changed([](auto& fact) { fact.subject = "x"; }), "contradicted"},
            {"another type", changed([](auto& fact) { fact.type = "JSON"; }), "contradicted"},
            {"no type", changed([](auto& fact) { fact.type = "XML"; }), "contradicted"},
            {"references",
             changed([](auto& fact) {
                 fact.references = {{"n", "s", 1}};
             }),
             "contradicted"},
            {"metadata", with(owned), "contradicted"},
            {"the region's own metadata", with(of_the_region), "confirmed"},
        });
    auto with_metadata = known();
    with_metadata.latest->metadata = owned;
    expect_judged<VersionFact>(with_metadata,
                               {
                                   {"metadata kept", with(owned), "confirmed"},
                                   {"metadata dropped", told(3, 7, text), "contradicted"},
                                   {"other metadata", with(of_the_region), "contradicted"},
                               });
}

TEST(Judge, TheListOfVersionsIsBelievedWhenItIsOurs) {
    const auto list = [](std::initializer_list<std::int32_t> numbers) {
        std::vector<Version> versions;
        for (const auto number : numbers) versions.push_back(Version{number});
        return versions;
    };
    using Versions = std::vector<Version>;
    expect_judged<Versions>(known(),
                            {
                                {"equal", list({1, 3}), "confirmed"},
                                {"empty", list({}), "contradicted"},
                                {"one less", list({1}), "contradicted"},
                                {"one more", list({1, 2, 3}), "contradicted"},
                                {"others", list({1, 2}), "contradicted"},
                                {"another order", list({3, 1}), "contradicted"},
                            });
    expect_judged<Versions>(known(), without_fact<Versions>());
}

}  // namespace
}  // namespace sgw::routing
