#include "gateway/reader.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "gateway/api/render.hpp"
#include "gateway/unadopted_reads.hpp"
#include "routing/read_plan.hpp"

namespace sgw::gateway {
namespace {

using catalog::Queries;
using routing::Verdict;
using Clock = std::chrono::steady_clock;

/// What the catalog says.
struct Known {
    Result<std::string> body;
    log::Sequence read_at = 0;
    routing::KnownSubject subject;  // for mutable reads, as are the deployments
    std::vector<catalog::Deployment> deployments;
};

Known know(const CatalogQuery& query, const Queries& state) {
    return {query(state), state.applied(), {}, {}};
}

Known know_subject(const CatalogQuery& query, const Subject& subject, const Queries& state) {
    auto known = know(query, state);
    auto& [live, latest] = known.subject;
    live = state.versions(subject, catalog::Deleted::leave_out);
    if (!live.empty()) latest = state.schema(subject.context, live.back().id);
    known.deployments = state.deployments(subject);
    return known;
}

bool is_absence(const Error& error) {
    return routing::means_absence(error.code);
}

/// Every schema is compatible with a subject that the catalog does not know, which says nothing of
/// what a region may hold.
bool passed_for_want_of_versions(const Call& call, const std::string& body, const Queries& state) {
    using routing::Operation;
    const auto operation = call.route.operation;
    const bool is_test = operation == Operation::test_compatibility ||
                         operation == Operation::test_compatibility_with_version;
    if (!is_test || state.latest(call.subject())) return false;
    return body == api::render_compatibility({}, call.flag("verbose"));
}

/// What the catalog said, good or bad, with who vouches for it.
Answered answered(const Result<std::string>& body, Provenance from) {
    if (!body) return Refusal(body.error(), std::move(from));
    return Answer::of(body.value(), std::move(from));
}

/// One mutable read of one subject, region by region.
class MutableRead {
  public:
    MutableRead(Services& services, const Call& call, CatalogQuery query)
        : services_(services),
          call_(call),
          query_(std::move(query)),
          subject_(call.subject()),
          deadline_(std::min(call.request.deadline, Clock::now() + services.config.reads.timeout)) {
    }

    asio::awaitable<Answered> run() {
        co_await look_up();
        if (!known_->body) {
            const auto error = known_->body.error();
            if (!is_absence(error)) co_return Refusal(error, Provenance::of(Source::view));
            co_return co_await unknown_here(services_, call_, known_->body);
        }
        const auto policy = services_.config.reads.policy;
        const auto order = routing::regions_for_subject(policy,
                                                        question(),
                                                        services_.regions.candidates(),
                                                        known_->subject.live,
                                                        known_->deployments);
        for (const auto& name : order) {
            if (Clock::now() >= deadline_) break;
            if (co_await confirmed_by(name)) co_return from_region(name);
        }
        co_return from_catalog(policy == config::ReadPolicy::catalog ? Source::view
                                                                     : Source::degraded);
    }

  private:
    routing::Question question() const {
        const bool is_list = call_.route.operation == routing::Operation::list_versions;
        return is_list ? routing::Question::versions : routing::Question::latest;
    }

    asio::awaitable<void> look_up() {
        auto query = [&](const Queries& state) { return know_subject(query_, subject_, state); };
        known_ = co_await ask(services_, std::ref(query), turn_of(call_));
    }

    asio::awaitable<bool> confirmed_by(RegionName name) {
        auto verdict = co_await ask_region(name);
        if (verdict == Verdict::contradicted) {
            // The catalog may have moved on while the region answered, whose word may be the newer.
            const auto before = known_->subject.live;
            co_await look_up();
            if (known_->subject.live != before) verdict = co_await ask_region(name);
        }
        note_finding(name, verdict);
        co_return verdict == Verdict::confirmed;
    }

    asio::awaitable<Verdict> ask_region(RegionName name) {
        auto& upstream = services_.regions.upstream(co_await asio::this_coro::executor, name);
        const auto deadline =
            std::min(deadline_, Clock::now() + services_.config.reads.try_timeout);
        if (question() == routing::Question::versions) {
            const auto listed = co_await upstream.versions(subject_, deadline);
            co_return routing::judge(known_->subject, listed);
        }
        const auto latest = co_await upstream.latest(subject_, deadline);
        auto judge = [&] { return routing::judge(known_->subject, latest); };
        co_return co_await offload_if_large(
            services_.pool, routing::text_bytes(latest), std::ref(judge));
    }

    void note_finding(const RegionName& name, Verdict verdict) {
        if (verdict == Verdict::confirmed || verdict == Verdict::no_answer) return;
        services_.metrics.region(name).findings->Increment();
        // What cannot be read tells nothing of what the region holds.
        if (verdict == Verdict::unreadable) return;
        if (auto* region = services_.regions.find(name)) region->suspect(subject_);
    }

    Answered from_region(const RegionName& name) {
        return answered(known_->body, Provenance::of(name));
    }

    Answered from_catalog(Source source) {
        auto from = Provenance::of(source);
        if (source == Source::degraded) from.age = services_.regions.since_last_answer();
        return answered(known_->body, std::move(from));
    }

    Services& services_;
    const Call& call_;
    CatalogQuery query_;
    Subject subject_;
    Clock::time_point deadline_;
    std::optional<Known> known_;
};

}  // namespace

std::optional<Answer> remembered(Services& services, const Call& call, const std::string& tag) {
    const auto cached = services.cache.find(tag, call.cache_key());
    if (!cached) return std::nullopt;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - cached->since);
    return Answer{200, cached->body, Provenance{Source::memory, {}, age}, cached->compressed, tag};
}

asio::awaitable<Answered> read_catalog(Services& services, const Call& call, CatalogQuery query) {
    bool knows_nothing = false;
    auto job = [&](const Queries& state) {
        auto body = query(state);
        knows_nothing = body ? passed_for_want_of_versions(call, body.value(), state)
                             : is_absence(body.error());
        return body;
    };
    auto body = co_await ask(services, std::ref(job), turn_of(call));
    if (knows_nothing) co_return co_await unknown_here(services, call, std::move(body));
    co_return answered(body, Provenance::of(Source::view));
}

asio::awaitable<Answered> read_immutable(Services& services,
                                         const Call& call,
                                         std::string tag,
                                         CatalogQuery query) {
    auto make = [&](const Queries& state) -> Result<Answer> {
        // Of those who came for the same thing at once, one has made the answer by now.
        if (auto made = remembered(services, call, tag)) return std::move(*made);
        auto known = know(query, state);
        BOOST_OUTCOME_TRY(auto body, std::move(known.body));
        auto answer = Answer::of(std::move(body), Source::view);
        services.cache.insert(tag, call.cache_key(), answer.body, known.read_at);
        answer.tag = tag;
        return answer;
    };
    auto answer = co_await ask(services, std::ref(make), turn_of(call));
    if (answer) co_return std::move(answer).value();
    const auto error = answer.error();
    if (!is_absence(error)) co_return Refusal(error, Provenance::of(Source::view));
    Result<std::string> absent = error;
    co_return co_await unknown_here(services, call, std::move(absent));
}

asio::awaitable<Answered> read_mutable(Services& services, const Call& call, CatalogQuery query) {
    if (services.regions.empty()) {  // the change feed tells of everything that could change it
        auto tag = AnswerCache::tag(call.subject());
        co_return co_await read_immutable(services, call, std::move(tag), std::move(query));
    }
    MutableRead read(services, call, std::move(query));
    co_return co_await read.run();
}

}  // namespace sgw::gateway
