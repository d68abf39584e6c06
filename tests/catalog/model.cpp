#include "tests/catalog/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/catalog/printing.hpp"

namespace sgw::catalog {

void Model::add(log::Sequence sequence, std::int64_t time_ms, const Events& events) {
    EXPECT_EQ(sequence, sequence_ + 1);
    sequence_ = sequence;
    time_ms_ = time_ms;
    for (const auto& event : events) {
        std::visit([this](const auto& one) { add_one(one); }, event);
    }
}

void Model::add_one(const SchemaCreated& event) {
    const std::pair key(event.context, event.id);
    const auto [at, added] = schemas_.emplace(key, event.content);
    EXPECT_TRUE(added || at->second == event.content) << "an id with two contents";
    std::erase(in_order_, key);
    in_order_.push_back(key);
}

void Model::add_one(const VersionAdded& event) {
    EXPECT_TRUE(schemas_.contains({event.subject.context, event.id})) << "a version of no schema";
    const SubjectVersion what{event.subject, event.version};
    auto& numbered = versions_[event.subject];
    const auto held = numbered.find(event.version);
    EXPECT_EQ(event.replaces,
              held == numbered.end() ? std::nullopt : std::optional(held->second.id));
    if (event.replaces && *event.replaces != event.id) {
        for (auto& [key, deployment] : deployments_) {
            if (key.first == what) deployment.was_there = false;
        }
    }
    numbered[event.version] = {what, event.id, time_ms_, false};
}

void Model::add_one(const DeploymentChanged& event) {
    const auto works = [](DeploymentState state) {
        return state == DeploymentState::pending || state == DeploymentState::failed;
    };
    auto& held = deployments_[{event.what, event.region}];
    const bool is_new = held.planned == 0;
    if (is_new || (works(event.state) && !works(held.state))) {
        held.planned = sequence_;
        held.planned_ms = time_ms_;
    }
    if (is_new || held.state != event.state) held.since_ms = time_ms_;
    held.was_there = held.was_there || event.state == DeploymentState::deployed ||
                     event.state == DeploymentState::partial;
    held.what = event.what;
    held.region = event.region;
    held.state = event.state;
    held.reason = event.reason;
}

void Model::expect_equal(const Queries& state) const {
    EXPECT_EQ(state.applied(), sequence_);
    EXPECT_EQ(state.applied_ms(), time_ms_);
    expect_schemas(state);
    expect_versions(state);
    expect_deployments(state);
    expect_settings(state);
}

void Model::expect_schemas(const Queries& state) const {
    std::map<Context, SchemaId> highest;
    for (const auto& [key, content] : schemas_) {
        const auto& [context, id] = key;
        highest[context] = std::max(highest[context], id);
        EXPECT_EQ(state.schema(context, id), content);
        std::vector<SchemaId> same;
        for (const auto& created : in_order_) {
            if (created.first == context && schemas_.at(created) == content) {
                same.push_back(created.second);
            }
        }
        EXPECT_EQ(state.ids_of(context, content), same);
    }
    SchemaId anywhere;
    for (const auto& [context, id] : highest) {
        EXPECT_EQ(state.highest_id(context), id);
        anywhere = std::max(anywhere, id);
    }
    EXPECT_EQ(state.highest_id().value_or(SchemaId{}), anywhere);
}

void Model::expect_versions(const Queries& state) const {
    std::vector<Subject> subjects;
    std::map<std::pair<Context, SchemaId>, std::vector<VersionRecord>> holders;
    for (const auto& [subject, numbered] : versions_) {
        subjects.push_back(subject);
        std::vector<VersionRecord> records;
        for (const auto& [number, record] : numbered) {
            records.push_back(record);
            holders[{subject.context, record.id}].push_back(record);
            EXPECT_EQ(state.version(subject, number), record);
        }
        EXPECT_EQ(state.versions(subject, Deleted::leave_out), records);
        EXPECT_EQ(state.latest(subject), records.back());
    }
    EXPECT_EQ(state.subjects(std::nullopt, Deleted::leave_out), subjects);
    for (const auto& [key, content] : schemas_) {
        EXPECT_EQ(state.holders(key.first, key.second, Deleted::leave_out), holders[key]);
    }
}

void Model::expect_deployments(const Queries& state) const {
    std::map<RegionName, DeploymentCounts> counts;
    std::map<RegionName, std::vector<std::pair<log::Sequence, SubjectVersion>>> work;
    std::vector<Deployment> all;
    for (const auto& [key, deployment] : deployments_) {
        all.push_back(deployment);
        ++counts[deployment.region][deployment.state];
        auto& waiting = work[deployment.region];
        if (is_work(deployment.state)) waiting.emplace_back(deployment.planned, deployment.what);
        EXPECT_EQ(state.deployment(deployment.what, deployment.region), deployment);
    }
    std::vector<Deployment> visited;
    state.each_deployment([&](const Deployment& deployment) {
        visited.push_back(deployment);
        return KeyValues::Scan::go_on;
    });
    EXPECT_TRUE(visited == all);
    auto counted = state.deployment_counts();
    for (auto& [region, by_state] : counted) {
        std::erase_if(by_state, [](const auto& count) { return count.second == 0; });
    }
    EXPECT_EQ(counted, counts);
    for (auto& [region, waiting] : work) {
        std::ranges::sort(waiting);
        std::vector<SubjectVersion> in_order;
        for (const auto& [planned, what] : waiting) in_order.push_back(what);
        EXPECT_EQ(state.work(region, 1'000'000), in_order);
    }
}

void Model::expect_settings(const Queries& state) const {
    std::set<Subject> scopes;
    for (const auto& [scope, config] : configs_) scopes.insert(scope);
    for (const auto& [scope, mode] : modes_) scopes.insert(scope);
    for (const auto& [subject, versions] : versions_) scopes.insert(subject);
    for (const auto& scope : scopes) {
        const auto config = configs_.find(scope);
        const auto mode = modes_.find(scope);
        EXPECT_EQ(state.config(scope),
                  config == configs_.end() ? std::nullopt : std::optional(config->second));
        EXPECT_EQ(state.mode(scope),
                  mode == modes_.end() ? std::nullopt : std::optional(mode->second));
    }
    EXPECT_EQ(state.claims(), claims_);
    for (const auto& [region, claim] : claims_) EXPECT_EQ(state.claim(region), claim);
}

}  // namespace sgw::catalog
