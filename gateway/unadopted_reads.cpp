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

/// A version as the region tells it, unless its id means something else in the catalog: such a fact
/// would give one id two meanings.
asio::awaitable<Reply> version_reply(Registry& registry,
                                     const Call& call,
                                     RegionAnswer<routing::VersionFact> answer) {
    const auto* fact = std::get_if<routing::VersionFact>(&answer);
    if (fact == nullptr) co_return reply_without_body(answer);
    auto render = [&](const catalog::Queries& state) -> Reply {
        const auto subject = call.subject();
        const auto content = routing::content_of(*fact, fact->metadata);
        if (!content || !routing::names_subject(fact->subject, subject)) return {};
        const auto known = state.schema(subject.context, fact->id);
        if (known && known->text != content->text) return {};
        if (call.route.operation == Operation::get_version_schema) {
            return {Reply::Kind::found, content->text};
        }
        const catalog::VersionRecord record{{subject, fact->version}, fact->id, 0, false};
        return {Reply::Kind::found, api::render_version(record, *content, api::Times::hide)};
    };
    co_return co_await ask(registry, std::ref(render));
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

Reply versions_reply(const RegionAnswer<std::vector<Version>>& answer) {
    const auto* versions = std::get_if<std::vector<Version>>(&answer);
    if (versions == nullptr) return reply_without_body(answer);
    return {Reply::Kind::found, api::render_versions(*versions)};
}

asio::awaitable<Reply> ask_for_id(Registry& registry,
                                  Upstream& upstream,
                                  const Call& call,
                                  Clock::time_point deadline) {
    const auto hint = Subject::parse(call.parameter("subject"));
    if (!hint.context.is_default()) co_return Reply{};  // the region is asked without it
    const auto id = call.id();
    if (!id) co_return Reply{Reply::Kind::absent, {}};
    const auto answer = co_await upstream.schema(id.value(), deadline);
    auto render = [&] { return schema_reply(answer, call.route.operation); };
    co_return co_await offload(registry.pool, std::ref(render));
}

asio::awaitable<Reply> ask_for_version(Registry& registry,
                                       Upstream& upstream,
                                       const Call& call,
                                       Clock::time_point deadline) {
    const auto choice = parse_version(call.parameters.at("version"));
    if (!choice) co_return Reply{Reply::Kind::absent, {}};
    const auto subject = call.subject();
    if (!choice.value().number) {
        auto latest = co_await upstream.latest(subject, deadline);
        co_return co_await version_reply(registry, call, std::move(latest));
    }
    const catalog::SubjectVersion what{subject, *choice.value().number};
    auto version = co_await upstream.version(what, deadline, Upstream::Purpose::traffic);
    co_return co_await version_reply(registry, call, std::move(version));
}

asio::awaitable<Reply> ask_for_versions(Registry& registry,
                                        Upstream& upstream,
                                        const Call& call,
                                        Clock::time_point deadline) {
    const auto subject = call.subject();
    const auto answer = co_await upstream.versions(subject, deadline);
    auto render = [&] { return versions_reply(answer); };
    co_return co_await offload(registry.pool, std::ref(render));
}

asio::awaitable<Reply> no_reply() {
    co_return Reply{};
}

asio::awaitable<Reply> ask_region(Registry& registry,
                                  Upstream& upstream,
                                  const Call& call,
                                  Clock::time_point deadline) {
    switch (call.route.operation) {
        case Operation::get_schema:
        case Operation::get_schema_text:
            return ask_for_id(registry, upstream, call, deadline);
        case Operation::get_version:
        case Operation::get_version_schema:
            return ask_for_version(registry, upstream, call, deadline);
        case Operation::list_versions:
            return ask_for_versions(registry, upstream, call, deadline);
        default:
            return no_reply();
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
