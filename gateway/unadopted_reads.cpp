#include "gateway/unadopted_reads.hpp"

#include <boost/asio/this_coro.hpp>

#include "gateway/api/render.hpp"
#include "routing/read_plan.hpp"

namespace sgw::gateway {
namespace {

using routing::Absent;
using routing::Operation;
using routing::RegionAnswer;
using Clock = std::chrono::steady_clock;

/// What one region made of the question.
struct Reply {
    enum class Kind { found, absent, no_answer };
    Kind kind = Kind::no_answer;
    std::string body;
};

template <class Fact>
Reply reply_without_body(const RegionAnswer<Fact>& answer) {
    const bool absent = std::holds_alternative<Absent>(answer);
    return {absent ? Reply::Kind::absent : Reply::Kind::no_answer, {}};
}

/// Whether the id means something else here: such a fact would give one id two meanings.
asio::awaitable<bool> contradicts(Registry& registry,
                                  Context context,
                                  SchemaId id,
                                  std::string text) {
    auto query = [&](const catalog::Queries& state) {
        const auto known = state.schema(context, id);
        return known && known->text != text;
    };
    co_return co_await ask(registry, std::ref(query));
}

Reply version_reply(const Subject& subject,
                    const RegionAnswer<routing::VersionFact>& answer,
                    Operation operation) {
    const auto* fact = std::get_if<routing::VersionFact>(&answer);
    if (fact == nullptr) return reply_without_body(answer);
    const auto content = routing::content_of(*fact, fact->metadata);
    if (!content || !routing::names_subject(fact->subject, subject)) return {};
    if (operation == Operation::get_version_schema) return {Reply::Kind::found, content->text};
    const catalog::VersionRecord record{{subject, fact->version}, fact->id, 0, false};
    return {Reply::Kind::found, api::render_version(record, *content, api::Times::hide)};
}

Reply schema_reply(const RegionAnswer<routing::SchemaFact>& answer, Operation operation) {
    const auto* fact = std::get_if<routing::SchemaFact>(&answer);
    if (fact == nullptr) return reply_without_body(answer);
    routing::VersionFact version;
    version.type = fact->type;
    version.text = fact->text;
    const auto content = routing::content_of(version);
    if (!content) return {};
    if (operation == Operation::get_schema_text) return {Reply::Kind::found, content->text};
    return {Reply::Kind::found, api::render_schema(std::nullopt, *content, std::nullopt)};
}

/// A version as the region tells it, unless its id means something else in the catalog.
asio::awaitable<Reply> checked_version(Registry& registry,
                                       const Call& call,
                                       RegionAnswer<routing::VersionFact> answer) {
    const auto subject = call.subject();
    if (const auto* fact = std::get_if<routing::VersionFact>(&answer)) {
        const auto content = routing::content_of(*fact, fact->metadata);
        if (!content) co_return Reply{};
        const bool lies = co_await contradicts(registry, subject.context, fact->id, content->text);
        if (lies) co_return Reply{};
    }
    co_return version_reply(subject, answer, call.route.operation);
}

asio::awaitable<Reply> ask_region(Registry& registry,
                                  Upstream& upstream,
                                  const Call& call,
                                  Clock::time_point deadline) {
    const auto operation = call.route.operation;
    const auto subject = call.subject();
    switch (operation) {
        case Operation::get_schema:
        case Operation::get_schema_text: {
            const auto id = call.id();
            const auto hint = Subject::parse(call.parameter("subject"));
            if (!hint.context.is_default()) co_return Reply{};  // the region is asked without it
            if (!id) co_return Reply{Reply::Kind::absent, {}};
            const auto answer = co_await upstream.schema(id.value(), deadline);
            co_return schema_reply(answer, operation);
        }
        case Operation::get_version:
        case Operation::get_version_schema: {
            const auto choice = parse_version(call.parameters.at("version"));
            if (!choice) co_return Reply{Reply::Kind::absent, {}};
            const auto number = choice.value().number;
            if (!number) {
                const auto latest = co_await upstream.latest(subject, deadline);
                co_return co_await checked_version(registry, call, latest);
            }
            const catalog::SubjectVersion what{subject, *number};
            const auto version =
                co_await upstream.version(what, deadline, Upstream::Purpose::traffic);
            co_return co_await checked_version(registry, call, version);
        }
        case Operation::list_versions: {
            const auto answer = co_await upstream.versions(subject, deadline);
            const auto* versions = std::get_if<std::vector<Version>>(&answer);
            if (versions == nullptr) co_return reply_without_body(answer);
            co_return Reply{Reply::Kind::found, api::render_versions(*versions)};
        }
        default:
            co_return Reply{};
    }
}

Refusal not_knowable(const Regions& regions, const RegionName& region) {
    auto from = Provenance::of(Source::degraded);
    from.age = regions.unconfirmed_for();
    return {errors::unavailable("Not in the catalog, and region " + region.value +
                                ", which is not adopted yet and may hold it, cannot be asked"),
            std::move(from)};
}

}  // namespace

asio::awaitable<Answered> unknown_here(Registry& registry, const Call& call, const Error& error) {
    const auto deadline =
        std::min(call.request.deadline, Clock::now() + registry.config.reads.timeout);
    const auto plan = routing::regions_for_unknown(registry.regions.candidates());
    std::optional<RegionName> unanswered;
    if (!plan.throttled.empty()) unanswered = plan.throttled.front();
    auto from = Provenance::of(Source::view);
    for (const auto& name : plan.ask) {
        auto& upstream = registry.regions.upstream(co_await asio::this_coro::executor, name);
        const auto until = std::min(deadline, Clock::now() + registry.config.reads.try_timeout);
        auto reply = co_await ask_region(registry, upstream, call, until);
        if (reply.kind == Reply::Kind::found) {
            co_return Answer::of(std::move(reply.body), Provenance::of(name));
        }
        if (reply.kind == Reply::Kind::no_answer) {
            unanswered = name;
        } else if (from.region.empty()) {
            from = Provenance::of(name);  // the nearest that says the same as the catalog
        }
    }
    if (unanswered) co_return not_knowable(registry.regions, *unanswered);
    co_return Refusal(error, std::move(from));
}

}  // namespace sgw::gateway
