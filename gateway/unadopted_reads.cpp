#include "gateway/unadopted_reads.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "gateway/unadopted_region.hpp"
#include "routing/read_plan.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway {
namespace {

using routing::Operation;
using Clock = std::chrono::steady_clock;

/// What is missing, in the words of the code that knows most of it: a region that holds the subject
/// misses the version, or the schema, where the catalog misses the subject.
Error absence(const Call& call, const Error& by_catalog, int code) {
    if (code <= by_catalog.code) return by_catalog;
    switch (call.route.operation) {
        case Operation::lookup_schema:
            return errors::schema_not_found();
        case Operation::get_version:
        case Operation::get_version_schema: {
            const auto choice = parse_version(call.parameters.at("version"));
            const bool numbered = choice && choice.value().number;
            return errors::version_not_found(numbered ? choice.value().number->value : -1);
        }
        default:
            return by_catalog;
    }
}

/// Why it did not tell; nothing where it did.
std::optional<std::string> silence(const Told& told) {
    return std::visit(
        Overloaded{
            [](const routing::Failed& failed) { return std::optional(failed.reason); },
            [](const routing::Refused& refused) { return std::optional(routing::words(refused)); },
            [](const auto&) { return std::optional<std::string>{}; },
        },
        told);
}

Refusal not_knowable(const Regions& regions, const RegionName& region, const std::string& why) {
    auto from = Provenance::of(Source::degraded);
    from.age = regions.since_last_answer();
    return {errors::unavailable("Not in the catalog, and region " + region.value +
                                ", which is not adopted yet and may hold it, gives no answer to "
                                "go by: " +
                                why),
            std::move(from)};
}

Answered answered(const Result<std::string>& body, const Provenance& from) {
    if (!body) return Refusal(body.error(), from);
    return Answer::of(body.value(), from);
}

}  // namespace

asio::awaitable<Answered> unknown_here(Services& services,
                                       const Call& call,
                                       Result<std::string> said) {
    const auto deadline =
        std::min(call.request.deadline, Clock::now() + services.config.reads.timeout);
    const auto plan = routing::regions_for_unknown(services.regions.candidates());
    std::optional<Refusal> unanswered;
    if (!plan.throttled.empty()) {
        unanswered =
            not_knowable(services.regions, plan.throttled.front(), "it wants to be left alone");
    }
    auto from = Provenance::of(Source::view);
    int code = said ? 0 : said.error().code;
    for (const auto& name : plan.ask) {
        auto& upstream = services.regions.upstream(co_await asio::this_coro::executor, name);
        UnadoptedRegion region(services, upstream, call, deadline);
        const auto told = co_await region.ask();
        if (const auto* const body = std::get_if<Result<std::string>>(&told)) {
            co_return answered(*body, Provenance::of(name));
        }
        if (const auto why = silence(told)) {
            unanswered = not_knowable(services.regions, name, *why);
            continue;
        }
        const auto missing = std::get<routing::Absent>(told).code;
        if (from.region.empty() || missing > code) from = Provenance::of(name);
        code = std::max(code, missing);
    }
    if (unanswered) co_return *unanswered;
    if (!said) said = absence(call, said.error(), code);
    co_return answered(said, from);
}

}  // namespace sgw::gateway
