#include "store/catalog/apply.hpp"

#include <algorithm>

#include "store/catalog/keys.hpp"
#include "store/catalog/queries.hpp"
#include "store/catalog/records.hpp"

namespace sgw::catalog {
namespace {

class Application {
  public:
    Application(log::Sequence sequence, std::int64_t time_ms, MutableKeyValues& store)
        : sequence_(sequence), time_ms_(time_ms), store_(store), state_(store) {}

    void operator()(const SchemaCreated& event) {
        store_.put(keys::schema(event.context, event.id), records::encode(event.content));
        raise(keys::highest_id(event.context), event.id);
        raise(keys::highest_id_anywhere, event.id);
        const auto key = keys::content(event.context, event.content);
        const auto bytes = store_.get(key);
        auto ids = bytes ? records::decode_ids(*bytes) : std::vector<SchemaId>{};
        std::erase(ids, event.id);
        ids.push_back(event.id);
        store_.put(key, records::encode(ids));
    }

    void operator()(const VersionAdded& event) {
        const SubjectVersion what{event.subject, event.version};
        if (const auto old = state_.version(event.subject, event.version)) {
            store_.erase(keys::holder(event.subject.context, old->id, what));
            if (old->id != event.id) forget_presence(what);
        }
        store_.put(keys::version(event.subject, event.version),
                   records::encode(VersionRecord{what, event.id, time_ms_, false}));
        store_.put(keys::holder(event.subject.context, event.id, what), "");
        touch(event.subject);
    }

    void operator()(const DeploymentChanged& event) {
        Deployment next{.what = event.what,
                        .region = event.region,
                        .state = event.state,
                        .reason = event.reason,
                        .planned = sequence_,
                        .since_ms = time_ms_,
                        .planned_ms = time_ms_,
                        .was_there = is_there(event.state)};
        if (const auto old = state_.deployment(event.what, event.region)) {
            const bool was_work = is_work(old->state);
            if (was_work) store_.erase(keys::work(event.region, old->planned, event.what));
            if (was_work || !is_work(event.state)) {
                next.planned = old->planned;
                next.planned_ms = old->planned_ms;
            }
            if (old->state == event.state) next.since_ms = old->since_ms;
            next.was_there = next.was_there || old->was_there;
            count(event.region, old->state, -1);
        }
        if (is_work(event.state)) {
            store_.put(keys::work(event.region, next.planned, event.what), "");
        }
        count(event.region, event.state, +1);
        store_.put(keys::deployment(event.what, event.region), records::encode(next));
    }

    void operator()(const ConfigSet& event) {
        store_.put(keys::config(event.scope), records::encode(event.config));
        touch(event.scope);
    }
    void operator()(const ConfigDeleted& event) {
        store_.erase(keys::config(event.scope));
        touch(event.scope);
    }
    void operator()(const ModeSet& event) {
        store_.put(keys::mode(event.scope), mode_name(event.mode));
        touch(event.scope);
    }
    void operator()(const ModeDeleted& event) {
        store_.erase(keys::mode(event.scope));
        touch(event.scope);
    }
    void operator()(const RegionClaimed& event) {
        store_.put(keys::claim(event.region), records::encode(RegionClaim::undisputed));
    }
    void operator()(const ClaimDoubted& event) {
        store_.put(keys::claim(event.region), records::encode(RegionClaim::doubted));
    }

  private:
    /// The version now means something else, which no region has had.
    void forget_presence(const SubjectVersion& what) {
        for (auto deployment : state_.deployments(what)) {
            deployment.was_there = false;
            store_.put(keys::deployment(what, deployment.region), records::encode(deployment));
        }
    }

    void touch(const Subject& subject_or_scope) {
        store_.put(keys::changed(subject_or_scope), keys::number(sequence_));
    }

    void raise(std::string_view key, SchemaId id) {
        const auto bytes = store_.get(key);
        const auto highest = bytes ? std::max(keys::to_int32(*bytes), id.value) : id.value;
        store_.put(key, keys::number(highest));
    }

    void count(const RegionName& region, DeploymentState state, int by) {
        const auto key = keys::deployment_count(region, state);
        const auto bytes = store_.get(key);
        const auto now = bytes ? keys::to_uint64(*bytes) : 0;
        store_.put(key, keys::number(now + static_cast<std::uint64_t>(by)));
    }

    log::Sequence sequence_;
    std::int64_t time_ms_;
    MutableKeyValues& store_;
    Queries state_;
};

}  // namespace

void apply(const Events& events,
           log::Sequence sequence,
           std::int64_t time_ms,
           MutableKeyValues& store) {
    Application application(sequence, time_ms, store);
    for (const auto& event : events) std::visit(application, event);
    store.put(keys::applied, records::encode(records::AppliedRecord{sequence, time_ms}));
}

}  // namespace sgw::catalog
