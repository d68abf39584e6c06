// What the catalog knows at one moment: questions to a snapshot of the view, or to a batch on top
// of it. A Queries is cheap and borrows its store; it may be used on one thread at a time. Reads
// block on RocksDB: never on an I/O thread. Throws ViewUnreadable.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/catalog/content.hpp"
#include "store/catalog/deployment.hpp"
#include "store/catalog/key_values.hpp"
#include "store/catalog/settings.hpp"
#include "store/log/log.hpp"
#include "store/types.hpp"

namespace sgw::catalog {

struct VersionRecord {
    SubjectVersion what;
    SchemaId id;
    std::int64_t time_ms = 0;  // Unix time of the entry
    bool deleted = false;      // softly

    bool operator==(const VersionRecord&) const = default;
};

enum class Deleted { leave_out, include };

using DeploymentCounts = std::map<DeploymentState, std::uint64_t>;

class Queries {
  public:
    explicit Queries(const KeyValues& store) : store_(store) {}

    /// The sequence of the last entry applied.
    log::Sequence applied() const;
    /// Its time (Unix ms).
    std::int64_t applied_ms() const;

    // Schemas
    std::optional<Content> schema(const Context& context, SchemaId id) const;
    /// Ids of exactly this content, oldest first. A fingerprint match is confirmed on the content.
    std::vector<SchemaId> ids_of(const Context& context, const Content& content) const;
    /// The highest id ever used in the context; nothing when none was. Likewise over all contexts.
    std::optional<SchemaId> highest_id(const Context& context) const;
    std::optional<SchemaId> highest_id() const;

    // Subjects and versions
    std::vector<VersionRecord> versions(const Subject& subject,
                                        Deleted deleted) const;  // ascending
    std::optional<VersionRecord> version(const Subject& subject, Version version) const;
    std::optional<VersionRecord> latest(const Subject& subject) const;  // live ones only
    std::vector<VersionRecord> holders(const Context& context, SchemaId id, Deleted deleted) const;
    /// Subjects of one context, or of all, with at least one version, in byte order.
    std::vector<Subject> subjects(const std::optional<Context>& context, Deleted deleted) const;
    /// Whether `subjects` would find a live one; stops at the first.
    bool holds_live_subject(const std::optional<Context>& context) const;
    /// Contexts that hold subjects, in byte order; the default one comes first.
    std::vector<Context> contexts() const;
    /// The sequence that last touched the subject's versions, or the settings of that scope; 0:
    /// never.
    log::Sequence changed(const Subject& subject_or_scope) const;

    // Settings, exactly of that scope
    std::optional<ScopeConfig> config(const Subject& scope) const;
    std::optional<Mode> mode(const Subject& scope) const;
    std::vector<Subject> scopes_with_mode(const Context& context) const;

    // Deployments
    std::vector<Deployment> deployments(const SubjectVersion& what) const;
    std::vector<Deployment> deployments(const Subject& subject) const;
    std::optional<Deployment> deployment(const SubjectVersion& what,
                                         const RegionName& region) const;
    /// All of them in the order of subjects, until `visit` says stop.
    void each_deployment(const std::function<KeyValues::Scan(const Deployment&)>& visit) const;
    /// The first version settled in the region after `last` in the order of subjects, or at all.
    /// Looks at a bounded number of deployments; with none settled among them it is the last one
    /// looked at, to go on from.
    std::optional<SubjectVersion> next_settled(const RegionName& region,
                                               const std::optional<SubjectVersion>& last) const;
    /// What the region still has to take, oldest plan first, at most `limit`.
    std::vector<SubjectVersion> work(const RegionName& region, std::size_t limit) const;
    /// When the oldest work of the region was planned (Unix ms); nothing without work.
    std::optional<std::int64_t> oldest_work_ms(const RegionName& region) const;
    std::map<RegionName, DeploymentCounts> deployment_counts() const;

    /// Regions that this log has claimed.
    std::map<RegionName, RegionClaim> claims() const;
    std::optional<RegionClaim> claim(const RegionName& region) const;

  private:
    const KeyValues& store_;
};

}  // namespace sgw::catalog
