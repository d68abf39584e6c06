// A catalog as plain maps, built from the events alone and sharing no code with apply or the key
// space: what the view must say. One thread.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "store/catalog/events.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::catalog {

class Model {
  public:
    void add(log::Sequence sequence, std::int64_t time_ms, const Events& events);

    /// Fails the test wherever the view says something else.
    void expect_equal(const Queries& state) const;

  private:
    void add_one(const SchemaCreated& event);
    void add_one(const VersionAdded& event);
    void add_one(const DeploymentChanged& event);
    void add_one(const ConfigSet& event) { configs_[event.scope] = event.config; }
    void add_one(const ConfigDeleted& event) { configs_.erase(event.scope); }
    void add_one(const ModeSet& event) { modes_[event.scope] = event.mode; }
    void add_one(const ModeDeleted& event) { modes_.erase(event.scope); }
    void add_one(const RegionClaimed& event) { claims_[event.region] = RegionClaim::undisputed; }
    void add_one(const ClaimDoubted& event) { claims_[event.region] = RegionClaim::doubted; }

    void expect_schemas(const Queries& state) const;
    void expect_versions(const Queries& state) const;
    void expect_deployments(const Queries& state) const;
    void expect_settings(const Queries& state) const;

    log::Sequence sequence_ = 0;
    std::int64_t time_ms_ = 0;
    std::map<std::pair<Context, SchemaId>, Content> schemas_;
    std::vector<std::pair<Context, SchemaId>> in_order_;  // of creation
    std::map<Subject, std::map<Version, VersionRecord>> versions_;
    std::map<std::pair<SubjectVersion, RegionName>, Deployment> deployments_;
    std::map<Subject, ScopeConfig> configs_;
    std::map<Subject, Mode> modes_;
    std::map<RegionName, RegionClaim> claims_;
};

}  // namespace sgw::catalog
