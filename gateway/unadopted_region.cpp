#include "gateway/unadopted_region.hpp"

#include <algorithm>

#include "gateway/api/body.hpp"
#include "gateway/api/page.hpp"
#include "gateway/api/render.hpp"
#include "gateway/logging.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway {
namespace {

using routing::Absent;
using routing::Failed;
using routing::Operation;
using routing::Refused;
using routing::RegionAnswer;
using Body = Result<std::string>;

constexpr int subject_not_found = 40401;
constexpr int invalid_schema = 42201;

routing::Shown shown_by(const Call& call) {
    if (call.flag("deletedOnly")) return routing::Shown::deleted_only;
    return call.flag("deleted") ? routing::Shown::deleted_too : routing::Shown::live;
}

/// What the region told, rendered; what else it answered, as it is.
template <class Fact, class Render>
Told told(const RegionAnswer<Fact>& answer, Render render) {
    return std::visit(Overloaded{
                          [&](const Fact& fact) -> Told { return render(fact); },
                          [](const auto& other) -> Told { return other; },
                      },
                      answer);
}

Failed unreadable() {
    return {Failed::Kind::garbage, "it tells what this release cannot read"};
}

Failed another_schema(SchemaId id) {
    return {Failed::Kind::garbage,
            "it holds that under id " + std::to_string(id.value) +
                ", which is another schema in the catalog"};
}

Told schema_told(const routing::SchemaFact& fact, Operation operation) {
    const auto content = routing::content_told(fact);
    if (!content) return unreadable();
    if (operation == Operation::get_schema_text) return Body(content->text);
    return Body(api::render_schema(std::nullopt, *content, std::nullopt));
}

Body versions_body(const Call& call, const std::vector<Version>& versions) {
    BOOST_OUTCOME_TRY(const auto page, api::page_of(call, versions));
    return api::render_versions(page);
}

Body holders_body(const Call& call, const std::vector<catalog::SubjectVersion>& holders) {
    if (call.route.operation == Operation::get_schema_versions) {
        BOOST_OUTCOME_TRY(const auto page, api::page_of(call, holders));
        return api::render_subject_versions(page);
    }
    std::vector<std::string> names;
    for (const auto& holder : holders) {
        auto name = holder.subject.qualified();
        if (names.empty() || names.back() != name) names.push_back(std::move(name));
    }
    BOOST_OUTCOME_TRY(const auto page, api::page_of(call, std::move(names)));
    return api::render_names(page);
}

std::optional<routing::IdQuestion> id_question(const Call& call) {
    const auto id = call.id();
    if (!id) return std::nullopt;
    routing::IdQuestion question{id.value(), std::nullopt, shown_by(call)};
    if (!call.parameter("subject").empty()) {
        question.hint = Subject::parse(call.parameter("subject"));
    }
    return question;
}

routing::Against against_of(const Call& call) {
    using Kind = routing::Against::Kind;
    const auto found = call.parameters.find("version");
    if (found == call.parameters.end()) return {};
    const auto choice = parse_version(found->second);
    if (!choice || !choice.value().number) return {Kind::latest, {}};
    return {Kind::one, *choice.value().number};
}

}  // namespace

asio::awaitable<Told> UnadoptedRegion::ask() {
    switch (call_.route.operation) {
        case Operation::get_schema:
        case Operation::get_schema_text:
            return ask_schema();
        case Operation::get_schema_subjects:
        case Operation::get_schema_versions:
            return ask_holders();
        case Operation::get_version:
        case Operation::get_version_schema:
            return ask_version();
        case Operation::list_versions:
            return list_versions();
        case Operation::lookup_schema:
            return look_up();
        case Operation::test_compatibility:
        case Operation::test_compatibility_with_version:
            return test_compatibility();
        default:
            return cannot_ask();
    }
}

asio::awaitable<Told> UnadoptedRegion::ask_schema() {
    const auto question = id_question(call_);
    if (!question) co_return Absent{};
    const auto answer = co_await upstream_.schema(*question, next_deadline());
    auto render = [&] {
        return told(answer, [&](const routing::SchemaFact& fact) {
            return schema_told(fact, call_.route.operation);
        });
    };
    co_return co_await offload(services_.pool, std::ref(render));
}

asio::awaitable<Told> UnadoptedRegion::ask_holders() {
    const auto question = id_question(call_);
    if (!question) co_return Absent{};
    const auto answer = co_await upstream_.holders(*question, next_deadline());
    auto render = [&] {
        return told(answer,
                    [&](const auto& holders) -> Told { return holders_body(call_, holders); });
    };
    co_return co_await offload(services_.pool, std::ref(render));
}

asio::awaitable<Told> UnadoptedRegion::ask_version() {
    const auto choice = parse_version(call_.parameters.at("version"));
    if (!choice) co_return Absent{};
    const auto subject = call_.subject();
    if (!choice.value().number) {
        auto latest = co_await upstream_.latest(subject, next_deadline());
        co_return co_await tell(std::move(latest));
    }
    const catalog::SubjectVersion what{subject, *choice.value().number};
    constexpr auto traffic = Upstream::Purpose::traffic;
    auto version = co_await upstream_.version(what, next_deadline(), traffic, shown_by(call_));
    const auto* const fact = std::get_if<routing::VersionFact>(&version);
    if (fact != nullptr && fact->version != what.version) co_return unreadable();
    co_return co_await tell(std::move(version));
}

asio::awaitable<Told> UnadoptedRegion::list_versions() {
    const auto subject = call_.subject();
    const auto answer = co_await upstream_.versions(subject, next_deadline(), shown_by(call_));
    auto render = [&] {
        return told(answer,
                    [&](const auto& versions) -> Told { return versions_body(call_, versions); });
    };
    co_return co_await offload(services_.pool, std::ref(render));
}

asio::awaitable<Told> UnadoptedRegion::look_up() {
    const auto question = co_await schema_of_the_call();
    if (!question) co_return Body(question.error());
    auto answer = co_await upstream_.look_up(question.value(), shown_by(call_), next_deadline());
    // What it takes for no schema it does not hold.
    const auto* const refused = std::get_if<Refused>(&answer);
    if (refused != nullptr && refused->code == invalid_schema) co_return Absent{subject_not_found};
    co_return co_await tell(std::move(answer));
}

/// A test against what is not there passes, so it has to be seen first that the subject is there.
asio::awaitable<Told> UnadoptedRegion::test_compatibility() {
    const auto question = co_await schema_of_the_call();
    if (!question) co_return Body(question.error());
    const auto against = against_of(call_);
    if (against.kind != routing::Against::Kind::one) {
        const auto versions =
            co_await upstream_.versions(question.value().subject, next_deadline());
        const auto* const there = std::get_if<std::vector<Version>>(&versions);
        if (there == nullptr) co_return told(versions, [](const auto&) { return unreadable(); });
        if (there->empty()) co_return Absent{subject_not_found};
    }
    const bool verbose = call_.flag("verbose");
    const auto answer =
        co_await upstream_.compatibility(question.value(),
                                         against,
                                         verbose ? routing::Verbose::yes : routing::Verbose::no,
                                         next_deadline());
    const auto* const refused = std::get_if<Refused>(&answer);
    if (refused != nullptr && refused->code == invalid_schema) {
        co_return Body(errors::invalid_schema(refused->message));
    }
    co_return told(answer, [&](const routing::CompatibilityFact& fact) -> Told {
        return Body(api::render_compatibility(fact.compatible, fact.messages, verbose));
    });
}

asio::awaitable<Told> UnadoptedRegion::cannot_ask() {
    co_return Failed{Failed::Kind::garbage,
                     std::string(call_.route.method) + " " + std::string(call_.route.path) +
                         " is not available for what is not adopted yet"};
}

/// A version whose id is another schema in the catalog is not told: it would give one id two
/// meanings.
asio::awaitable<Told> UnadoptedRegion::tell(RegionAnswer<routing::VersionFact> answer) {
    bool contradicts = false;
    auto render = [&](const catalog::Queries& state) {
        return told(answer, [&](const routing::VersionFact& fact) -> Told {
            const auto subject = call_.subject();
            const auto content = routing::content_told(fact);
            if (!content || !routing::names_subject(fact.subject, subject)) return unreadable();
            const auto known = state.schema(subject.context, fact.id);
            contradicts = known && (known->type != content->type || known->text != content->text);
            if (contradicts) return another_schema(fact.id);
            if (call_.route.operation == Operation::get_version_schema) return Body(content->text);
            const catalog::VersionRecord record{{subject, fact.version}, fact.id, 0, false};
            return Body(api::render_version(record, *content, api::Times::hide));
        });
    };
    auto rendered = co_await gateway::ask(services_, std::ref(render));
    if (contradicts) note_contradiction(std::get<routing::VersionFact>(answer));
    co_return rendered;
}

asio::awaitable<Result<routing::SchemaQuestion>> UnadoptedRegion::schema_of_the_call() {
    const auto& body = call_.request.body;
    auto parse = [&]() -> Result<routing::SchemaQuestion> {
        BOOST_OUTCOME_TRY(auto schema, api::parse_schema_request(body, ""));
        const auto normalize =
            call_.flag("normalize") ? schema::Normalize::yes : schema::Normalize::no;
        return routing::SchemaQuestion{call_.subject(), std::move(schema), normalize};
    };
    co_return co_await offload_if_large(services_.pool, body.size(), std::ref(parse));
}

void UnadoptedRegion::note_contradiction(const routing::VersionFact& fact) {
    auto& region = upstream_.region();
    services_.metrics.region(region.name()).findings->Increment();
    const auto context = call_.subject().context;
    if (!region.contradicts(context, fact.id)) return;
    log_event(Level::warning,
              "id_contradicted",
              {{"region", region.name().value},
               {"id", fact.id.value},
               {"subject", call_.subject().qualified()},
               {"version", fact.version.value}});
}

UnadoptedRegion::Deadline UnadoptedRegion::next_deadline() const {
    const auto now = std::chrono::steady_clock::now();
    return std::min(deadline_, now + services_.config.reads.try_timeout);
}

}  // namespace sgw::gateway
