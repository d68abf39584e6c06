#include "store/catalog/queries.hpp"

#include <algorithm>

#include "store/catalog/keys.hpp"
#include "store/catalog/records.hpp"

namespace sgw::catalog {
namespace {

using Scan = KeyValues::Scan;

std::optional<SchemaId> id_at(const KeyValues& store, std::string_view key) {
    const auto bytes = store.get(key);
    return bytes ? std::optional(SchemaId{keys::to_int32(*bytes)}) : std::nullopt;
}

}  // namespace

log::Sequence Queries::applied() const {
    const auto bytes = store_.get(keys::applied);
    return bytes ? records::decode_applied(*bytes).sequence : 0;
}

std::int64_t Queries::applied_ms() const {
    const auto bytes = store_.get(keys::applied);
    return bytes ? records::decode_applied(*bytes).time_ms : 0;
}

std::optional<Content> Queries::schema(const Context& context, SchemaId id) const {
    const auto bytes = store_.get(keys::schema(context, id));
    return bytes ? std::optional(records::decode_content(*bytes)) : std::nullopt;
}

std::vector<SchemaId> Queries::ids_of(const Context& context, const Content& content) const {
    const auto bytes = store_.get(keys::content(context, content));
    if (!bytes) return {};
    auto ids = records::decode_ids(*bytes);
    std::erase_if(ids, [&](SchemaId id) { return schema(context, id) != content; });
    return ids;
}

std::optional<SchemaId> Queries::highest_id(const Context& context) const {
    return id_at(store_, keys::highest_id(context));
}

std::optional<SchemaId> Queries::highest_id() const {
    return id_at(store_, keys::highest_id_anywhere);
}

std::vector<VersionRecord> Queries::versions(const Subject& subject, Deleted deleted) const {
    std::vector<VersionRecord> found;
    const auto prefix = keys::versions(subject);
    store_.scan(prefix, [&](std::string_view key, std::string_view value) {
        const Version version{keys::to_int32(key.substr(prefix.size()))};
        auto record = records::decode_version({subject, version}, value);
        if (deleted == Deleted::include || !record.deleted) found.push_back(std::move(record));
        return Scan::go_on;
    });
    return found;
}

std::optional<VersionRecord> Queries::version(const Subject& subject, Version version) const {
    const auto bytes = store_.get(keys::version(subject, version));
    return bytes ? std::optional(records::decode_version({subject, version}, *bytes))
                 : std::nullopt;
}

std::optional<VersionRecord> Queries::latest(const Subject& subject) const {
    const auto live = versions(subject, Deleted::leave_out);
    return live.empty() ? std::nullopt : std::optional(live.back());
}

std::vector<VersionRecord> Queries::holders(const Context& context,
                                            SchemaId id,
                                            Deleted deleted) const {
    std::vector<VersionRecord> found;
    store_.scan(keys::holders(context, id), [&](std::string_view key, std::string_view) {
        const auto what = keys::what_of_holder_key(key);
        auto record = version(what.subject, what.version);
        if (record && (deleted == Deleted::include || !record->deleted)) {
            found.push_back(std::move(*record));
        }
        return Scan::go_on;
    });
    return found;
}

std::vector<Subject> Queries::subjects(const std::optional<Context>& context,
                                       Deleted deleted) const {
    std::vector<Subject> found;
    const auto prefix =
        context ? keys::context_versions(*context) : std::string(keys::all_versions);
    std::string last;  // the part of the last found key that names its subject
    store_.scan(prefix, [&](std::string_view key, std::string_view value) {
        const auto subject = key.substr(0, key.size() - keys::number_size);
        if (subject == last) return Scan::go_on;
        if (deleted == Deleted::leave_out && records::is_deleted_version(value)) {
            return Scan::go_on;
        }
        last = subject;
        found.push_back(keys::subject_of_key(key));
        return Scan::go_on;
    });
    return found;
}

bool Queries::holds_live_subject(const std::optional<Context>& context) const {
    bool found = false;
    const auto prefix =
        context ? keys::context_versions(*context) : std::string(keys::all_versions);
    store_.scan(prefix, [&](std::string_view, std::string_view value) {
        found = !records::is_deleted_version(value);
        return found ? Scan::stop : Scan::go_on;
    });
    return found;
}

std::vector<Context> Queries::contexts() const {
    std::vector<Context> found;
    bool more = true;
    std::string from;
    while (more) {
        more = false;
        const auto visit = [&](std::string_view key, std::string_view) {
            found.push_back(keys::subject_of_key(key).context);
            more = true;
            return Scan::stop;
        };
        store_.scan(keys::all_versions, visit, from);
        if (more) from = keys::after_context_versions(found.back());
    }
    return found;
}

log::Sequence Queries::changed(const Subject& subject_or_scope) const {
    const auto bytes = store_.get(keys::changed(subject_or_scope));
    return bytes ? keys::to_uint64(*bytes) : 0;
}

std::optional<ScopeConfig> Queries::config(const Subject& scope) const {
    const auto bytes = store_.get(keys::config(scope));
    return bytes ? std::optional(records::decode_config(*bytes)) : std::nullopt;
}

std::optional<Mode> Queries::mode(const Subject& scope) const {
    const auto bytes = store_.get(keys::mode(scope));
    return bytes ? mode_from_name(*bytes) : std::nullopt;
}

std::vector<Subject> Queries::scopes_with_mode(const Context& context) const {
    std::vector<Subject> found;
    store_.scan(keys::context_modes(context), [&](std::string_view key, std::string_view) {
        found.push_back(keys::subject_of_key(key));
        return Scan::go_on;
    });
    return found;
}

std::vector<Deployment> Queries::deployments(const SubjectVersion& what) const {
    std::vector<Deployment> found;
    store_.scan(keys::deployments(what), [&](std::string_view key, std::string_view value) {
        found.push_back(records::decode_deployment(key, value));
        return Scan::go_on;
    });
    return found;
}

std::vector<Deployment> Queries::deployments(const Subject& subject) const {
    std::vector<Deployment> found;
    store_.scan(keys::deployments(subject), [&](std::string_view key, std::string_view value) {
        found.push_back(records::decode_deployment(key, value));
        return Scan::go_on;
    });
    return found;
}

std::optional<Deployment> Queries::deployment(const SubjectVersion& what,
                                              const RegionName& region) const {
    const auto key = keys::deployment(what, region);
    const auto bytes = store_.get(key);
    return bytes ? std::optional(records::decode_deployment(key, *bytes)) : std::nullopt;
}

void Queries::each_deployment(const std::function<Scan(const Deployment&)>& visit) const {
    store_.scan(keys::all_deployments, [&](std::string_view key, std::string_view value) {
        return visit(records::decode_deployment(key, value));
    });
}

std::optional<SubjectVersion> Queries::next_settled(
    const RegionName& region, const std::optional<SubjectVersion>& last) const {
    constexpr int most_looked_at = 1000;
    std::optional<SubjectVersion> found;
    int looked_at = 0;
    const auto from = last ? keys::deployments(*last) : std::string{};
    const auto visit = [&](std::string_view key, std::string_view value) {
        auto deployment = records::decode_deployment(key, value);
        const bool fits = deployment.region == region && is_settled(deployment.state);
        const bool is_last = ++looked_at >= most_looked_at;
        if ((fits && deployment.what != last) || is_last) found = std::move(deployment.what);
        return found ? Scan::stop : Scan::go_on;
    };
    store_.scan(keys::all_deployments, visit, from);
    return found;
}

std::vector<SubjectVersion> Queries::work(const RegionName& region, std::size_t limit) const {
    std::vector<SubjectVersion> found;
    store_.scan(keys::work(region), [&](std::string_view key, std::string_view) {
        if (found.size() >= limit) return Scan::stop;
        found.push_back(keys::what_of_work_key(key));
        return Scan::go_on;
    });
    return found;
}

std::optional<std::int64_t> Queries::oldest_work_ms(const RegionName& region) const {
    const auto oldest = work(region, 1);
    if (oldest.empty()) return std::nullopt;
    const auto found = deployment(oldest.front(), region);
    return found ? std::optional(found->planned_ms) : std::nullopt;
}

std::map<RegionName, DeploymentCounts> Queries::deployment_counts() const {
    std::map<RegionName, DeploymentCounts> counts;
    store_.scan(keys::all_deployment_counts, [&](std::string_view key, std::string_view value) {
        const auto end = key.find('\0');
        const auto state = state_from_name(key.substr(end + 1));
        const RegionName region{std::string(key.substr(1, end - 1))};
        if (state) counts[region][*state] = keys::to_uint64(value);
        return Scan::go_on;
    });
    return counts;
}

std::map<RegionName, RegionClaim> Queries::claims() const {
    std::map<RegionName, RegionClaim> found;
    store_.scan(keys::all_claims, [&](std::string_view key, std::string_view value) {
        found.emplace(RegionName{std::string(key.substr(1))}, records::decode_claim(value));
        return Scan::go_on;
    });
    return found;
}

std::optional<RegionClaim> Queries::claim(const RegionName& region) const {
    const auto bytes = store_.get(keys::claim(region));
    return bytes ? std::optional(records::decode_claim(*bytes)) : std::nullopt;
}

}  // namespace sgw::catalog
