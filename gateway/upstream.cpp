#include "gateway/upstream.hpp"

#include <functional>
#include <set>

#include "gateway/http/answer.hpp"
#include "gateway/runtime.hpp"
#include "routing/claim.hpp"

namespace sgw::gateway {
namespace {

namespace asio = boost::asio;
using routing::Absent;
using routing::Failed;
using routing::RawAnswer;
using routing::Refused;
using routing::RegionAnswer;

http::UpstreamRequest as_http(routing::RegionRequest request) {
    http::UpstreamRequest sent;
    sent.method = std::move(request.method);
    sent.target = std::move(request.target);
    sent.headers = {{"Accept", std::string(http::registry_content_type)}};
    if (!request.body.empty()) {
        sent.headers.emplace_back("Content-Type", http::registry_content_type);
    }
    sent.body = std::move(request.body);
    // Writes as well: with id and version, or of a mode, so that twice is once.
    return sent;
}

UpstreamOutcome outcome_of(Failed::Kind kind) {
    switch (kind) {
        case Failed::Kind::transport:
            return UpstreamOutcome::transport;
        case Failed::Kind::server_error:
        case Failed::Kind::no_leader:
            return UpstreamOutcome::server_error;
        case Failed::Kind::throttled:
            return UpstreamOutcome::throttled;
        case Failed::Kind::credentials:
            return UpstreamOutcome::credentials;
        case Failed::Kind::garbage:
            return UpstreamOutcome::garbage;
    }
    return UpstreamOutcome::garbage;
}

template <class Fact>
UpstreamOutcome outcome_of(const RegionAnswer<Fact>& answer) {
    if (const auto* failed = std::get_if<Failed>(&answer)) return outcome_of(failed->kind);
    return std::holds_alternative<Refused>(answer) ? UpstreamOutcome::refused
                                                   : UpstreamOutcome::answered;
}

/// Whether our own queue took time that the region then lacked.
bool is_ours(const http::UpstreamError& error) {
    return error.stage == http::Stage::queue ||
           (error.timed_out && error.queued > error.queued.zero());
}

std::string header(const http::UpstreamResponse& response, std::string_view name) {
    const auto* const found = http::find_header(response.headers, name);
    return found == nullptr ? "" : *found;
}

}  // namespace

template <class Fact, class... Known>
Upstream::Answer<Fact> Upstream::call(routing::RegionRequest request,
                                      Deadline deadline,
                                      Reader<Fact, Known...> read,
                                      Purpose purpose,
                                      Known... known) {
    const auto began = std::chrono::steady_clock::now();
    const bool is_probe = purpose == Purpose::probe;
    const auto about = is_probe ? std::string{} : std::move(request.about);
    auto sent = as_http(std::move(request));
    const auto when_busy = is_probe ? http::WhenBusy::exceed : http::WhenBusy::wait;
    const auto response = co_await pool_.call(std::move(sent), deadline, when_busy);
    const auto queued = response ? response.value().queued : response.error().queued;
    const auto took = std::chrono::steady_clock::now() - began - queued;
    RegionAnswer<Fact> answer = Absent{};
    bool blameless = false;
    if (response) {
        const auto type = header(response.value(), "Content-Type");
        const auto retry_after = header(response.value(), "Retry-After");
        const RawAnswer raw{response.value().status, type, response.value().body, retry_after};
        auto job = [&] { return read(raw, mapping_, known...); };
        answer = co_await offload_if_large(blocking_, raw.body.size(), std::ref(job));
    } else {
        const auto& error = response.error();
        blameless = is_ours(error);
        answer = Failed{Failed::Kind::transport,
                        std::string(http::stage_name(error.stage)) + ": " + error.message};
    }
    const bool asked = response || response.error().stage != http::Stage::queue;
    if (asked) metrics_.duration->Observe(std::chrono::duration<double>(took).count());
    metrics_.requests[static_cast<std::size_t>(outcome_of(answer))]->Increment();
    if (const auto* failed = std::get_if<Failed>(&answer)) {
        if (!blameless) region_.failed(*failed, about);
    } else if (is_probe) {
        region_.probe_answered(took);
    } else {
        region_.answered(took);
    }
    co_return answer;
}

Upstream::Answer<routing::VersionFact> Upstream::version(const catalog::SubjectVersion& what,
                                                         Deadline deadline,
                                                         Purpose purpose,
                                                         Shown shown) {
    auto request = routing::ask_version(mapping_, what, shown);
    co_return co_await call(std::move(request), deadline, routing::read_version, purpose);
}

Upstream::Answer<routing::VersionFact> Upstream::latest(const Subject& subject, Deadline deadline) {
    auto request = routing::ask_latest(mapping_, subject);
    co_return co_await call(std::move(request), deadline, routing::read_version, Purpose::traffic);
}

Upstream::Answer<std::vector<Version>> Upstream::versions(const Subject& subject,
                                                          Deadline deadline,
                                                          Shown shown) {
    auto request = routing::ask_versions(mapping_, subject, shown);
    co_return co_await call(std::move(request), deadline, routing::read_versions, Purpose::traffic);
}

Upstream::Answer<routing::SchemaFact> Upstream::schema(const routing::IdQuestion& question,
                                                       Deadline deadline) {
    auto request = routing::ask_schema(mapping_, question);
    co_return co_await call(std::move(request), deadline, routing::read_schema, Purpose::traffic);
}

Upstream::Answer<std::vector<catalog::SubjectVersion>> Upstream::holders(
    const routing::IdQuestion& question, Deadline deadline) {
    auto request = routing::ask_holders(mapping_, question);
    co_return co_await call(std::move(request), deadline, routing::read_holders, Purpose::traffic);
}

Upstream::Answer<routing::VersionFact> Upstream::look_up(const routing::SchemaQuestion& question,
                                                         Shown shown,
                                                         Deadline deadline) {
    auto request = routing::ask_lookup(mapping_, question, shown);
    co_return co_await call(std::move(request), deadline, routing::read_version, Purpose::traffic);
}

Upstream::Answer<routing::CompatibilityFact> Upstream::compatibility(
    const routing::SchemaQuestion& question,
    const routing::Against& against,
    routing::Verbose verbose,
    Deadline deadline) {
    auto request = routing::ask_compatibility(mapping_, question, against, verbose);
    co_return co_await call(
        std::move(request), deadline, routing::read_compatibility, Purpose::traffic);
}

Upstream::Answer<std::vector<std::string>> Upstream::listed(routing::RegionRequest request,
                                                            Context context,
                                                            Deadline deadline) {
    co_return co_await call(
        std::move(request), deadline, routing::read_subjects, Purpose::traffic, std::move(context));
}

Upstream::Answer<std::vector<std::string>> Upstream::subjects(Deadline deadline) {
    // Registries differ in whether a list shows other contexts, so both forms are asked, and each
    // context.
    using Names = std::vector<std::string>;
    std::set<std::string> all;  // the forms overlap
    Context plain_names;
    for (const auto listing : {routing::Listing::plain, routing::Listing::all_contexts}) {
        auto request = routing::ask_subjects(listing);
        auto answer = co_await listed(std::move(request), plain_names, deadline);
        auto* names = std::get_if<Names>(&answer);
        if (names == nullptr) co_return answer;
        all.insert(names->begin(), names->end());
    }
    auto request = routing::ask_contexts();
    const auto contexts =
        co_await call(std::move(request), deadline, routing::read_contexts, Purpose::traffic);
    if (const auto* failed = std::get_if<Failed>(&contexts)) co_return *failed;
    const auto* known = std::get_if<std::vector<Context>>(&contexts);
    if (known == nullptr) co_return Names(all.begin(), all.end());  // does not tell its contexts
    for (const auto& context : *known) {
        if (context.is_default() || context.name == routing::claim_context) continue;
        auto next = routing::ask_subjects_in(mapping_, context);
        auto answer = co_await listed(std::move(next), context, deadline);
        auto* names = std::get_if<Names>(&answer);
        if (names == nullptr) co_return answer;
        all.insert(names->begin(), names->end());
    }
    co_return Names(all.begin(), all.end());
}

Upstream::Answer<routing::WrittenFact> Upstream::write(const routing::Wanted& wanted,
                                                       Deadline deadline) {
    auto build = [&] { return routing::write_version(mapping_, wanted); };
    auto request =
        co_await offload_if_large(blocking_, wanted.content.text.size(), std::ref(build));
    auto answer =
        co_await call(std::move(request), deadline, routing::read_written, Purpose::traffic);
    if (std::holds_alternative<routing::WrittenFact>(answer)) region_.write_succeeded();
    co_return answer;
}

Upstream::Answer<routing::ModeFact> Upstream::mode_in_force(const Subject& subject,
                                                            Deadline deadline,
                                                            Purpose purpose) {
    auto request = routing::ask_mode(mapping_, subject);
    co_return co_await call(std::move(request), deadline, routing::read_mode, purpose);
}

Upstream::Answer<routing::ModeFact> Upstream::set_import_mode(ModeScope scope, Deadline deadline) {
    auto request = routing::set_import_mode(scope);
    co_return co_await call(std::move(request), deadline, routing::read_mode, Purpose::traffic);
}

}  // namespace sgw::gateway
