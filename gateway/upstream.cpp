#include "gateway/upstream.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "gateway/api/json_text.hpp"
#include "routing/claim.hpp"
#include "routing/region_mapping.hpp"

namespace sgw::gateway {
namespace {

namespace asio = boost::asio;
using routing::Absent;
using routing::Failed;
using routing::RawAnswer;
using routing::Refused;
using routing::RegionAnswer;

constexpr const char* content_type = "application/vnd.schemaregistry.v1+json";

std::string subject_path(const Subject& subject) {
    return "/subjects/" + routing::path_segment(subject.qualified()) + "/versions";
}

http::UpstreamRequest get(std::string target) {
    http::UpstreamRequest request;
    request.target = std::move(target);
    request.headers = {{"Accept", content_type}};
    return request;
}

http::UpstreamRequest send_json(std::string method, std::string target, std::string body) {
    http::UpstreamRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = {{"Accept", content_type}, {"Content-Type", content_type}};
    request.body = std::move(body);
    request.idempotent =
        http::Idempotent::yes;  // with id and version, or a mode: doing it twice is once
    return request;
}

std::string registration_body(const routing::Wanted& wanted, Version version, SchemaId id) {
    nlohmann::ordered_json body{
        {"schema", wanted.content.text}, {"id", id.value}, {"version", version.value}};
    if (wanted.content.type != schema::Type::avro) {
        body["schemaType"] = schema::type_name(wanted.content.type);
    }
    for (const auto& reference : wanted.content.references) {
        body["references"].push_back({{"name", reference.name},
                                      {"subject", reference.subject},
                                      {"version", reference.version}});
    }
    if (wanted.content.metadata) body["metadata"] = catalog::to_json(*wanted.content.metadata);
    return api::json_text(body);
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

std::string header(const http::UpstreamResponse& response, std::string_view name) {
    const auto* const found = http::find_header(response.headers, name);
    return found == nullptr ? "" : *found;
}

}  // namespace

template <class Fact>
Upstream::Answer<Fact> Upstream::call(http::UpstreamRequest request,
                                      Deadline deadline,
                                      RegionAnswer<Fact> (*read)(const RawAnswer&),
                                      Purpose purpose) {
    const auto began = std::chrono::steady_clock::now();
    const auto response = co_await pool_.call(std::move(request), deadline);
    RegionAnswer<Fact> answer = Absent{};
    bool blameless = false;  // our own queue, not the region
    if (response) {
        const auto type = header(response.value(), "Content-Type");
        answer = read({response.value().status, type, response.value().body});
    } else {
        const auto& error = response.error();
        blameless = error.stage == http::Stage::queue;
        answer = Failed{Failed::Kind::transport,
                        std::string(http::stage_name(error.stage)) + ": " + error.message};
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    metrics_.duration->Observe(took.count());
    metrics_.requests[static_cast<std::size_t>(outcome_of(answer))]->Increment();
    if (const auto* failed = std::get_if<Failed>(&answer)) {
        if (!blameless) region_.failed(*failed);
    } else if (purpose == Purpose::probe) {
        region_.probe_answered();
    } else {
        region_.answered();
    }
    co_return answer;
}

Upstream::Answer<routing::VersionFact> Upstream::version(const catalog::SubjectVersion& what,
                                                         Deadline deadline,
                                                         Purpose purpose) {
    const auto there = region_.mapping().to_region(what);
    auto request = get(subject_path(there.subject) + "/" + std::to_string(there.version.value));
    auto answer = co_await call(std::move(request), deadline, routing::read_version, purpose);
    if (auto* fact = std::get_if<routing::VersionFact>(&answer)) {
        *fact = region_.mapping().from_region(std::move(*fact));
    }
    co_return answer;
}

Upstream::Answer<routing::VersionFact> Upstream::latest(const Subject& subject, Deadline deadline) {
    auto request = get(subject_path(region_.mapping().to_region(subject)) + "/latest");
    auto answer =
        co_await call(std::move(request), deadline, routing::read_version, Purpose::traffic);
    if (auto* fact = std::get_if<routing::VersionFact>(&answer)) {
        *fact = region_.mapping().from_region(std::move(*fact));
    }
    co_return answer;
}

Upstream::Answer<std::vector<Version>> Upstream::versions(const Subject& subject,
                                                          Deadline deadline) {
    auto request = get(subject_path(region_.mapping().to_region(subject)));
    auto answer =
        co_await call(std::move(request), deadline, routing::read_versions, Purpose::traffic);
    if (auto* versions = std::get_if<std::vector<Version>>(&answer)) {
        for (auto& version : *versions) version = region_.mapping().from_region(version);
    }
    co_return answer;
}

Upstream::Answer<routing::SchemaFact> Upstream::schema(SchemaId id, Deadline deadline) {
    const auto there = region_.mapping().to_region(id);
    auto request = get("/schemas/ids/" + std::to_string(there.value));
    co_return co_await call(std::move(request), deadline, routing::read_schema, Purpose::traffic);
}

Upstream::Answer<std::vector<std::string>> Upstream::subjects(Deadline deadline) {
    // Registries differ in whether a list shows other contexts, so both forms are asked, and each
    // context.
    std::vector<std::string> all;
    const std::string every =
        "/subjects?deleted=true&subjectPrefix=" + routing::path_segment(":*:");
    const std::array<std::string, 2> forms{"/subjects?deleted=true", every};
    for (const auto& target : forms) {
        auto request = get(target);
        auto answer =
            co_await call(std::move(request), deadline, routing::read_names, Purpose::traffic);
        auto* names = std::get_if<std::vector<std::string>>(&answer);
        if (names == nullptr) co_return answer;
        for (auto& name : *names) all.push_back(region_.mapping().from_region(std::move(name)));
    }
    auto request = get("/contexts");
    const auto contexts =
        co_await call(std::move(request), deadline, routing::read_names, Purpose::traffic);
    const auto* names = std::get_if<std::vector<std::string>>(&contexts);
    if (const auto* failed = std::get_if<routing::Failed>(&contexts)) co_return *failed;
    if (names == nullptr) co_return all;  // does not tell its contexts
    for (const auto& context : *names) {
        if (context == "." || context == routing::claim_context) continue;
        const auto target =
            "/contexts/" + routing::path_segment(context) + "/subjects?deleted=true";
        auto next = get(target);
        auto answer =
            co_await call(std::move(next), deadline, routing::read_names, Purpose::traffic);
        auto* held = std::get_if<std::vector<std::string>>(&answer);
        if (held == nullptr) co_return answer;
        for (const auto& name : *held) {
            const bool qualified = name.starts_with(":.");
            all.push_back(qualified ? name : Subject{Context{context}, name}.qualified());
        }
    }
    co_return all;
}

Upstream::Answer<routing::WrittenFact> Upstream::write(const routing::Wanted& wanted,
                                                       Deadline deadline) {
    const auto there = region_.mapping().to_region(wanted.what);
    const auto body =
        registration_body(wanted, there.version, region_.mapping().to_region(wanted.id));
    auto request = send_json("POST", subject_path(there.subject), body);
    auto answer =
        co_await call(std::move(request), deadline, routing::read_written, Purpose::traffic);
    if (auto* fact = std::get_if<routing::WrittenFact>(&answer)) {
        region_.write_succeeded();
        if (fact->id) fact->id = region_.mapping().from_region(*fact->id);
    }
    co_return answer;
}

Upstream::Answer<routing::ModeFact> Upstream::mode_in_force(const Subject& subject,
                                                            Deadline deadline,
                                                            Purpose purpose) {
    const auto there = region_.mapping().to_region(subject).qualified();
    auto request = get("/mode/" + routing::path_segment(there) + "?defaultToGlobal=true");
    co_return co_await call(std::move(request), deadline, routing::read_mode, purpose);
}

Upstream::Answer<routing::ModeFact> Upstream::set_import_mode(ModeScope scope, Deadline deadline) {
    const std::string path = scope == ModeScope::all_contexts ? "/mode/:.__GLOBAL:" : "/mode";
    auto request = send_json("PUT", path + "?force=true", R"({"mode":"IMPORT"})");
    co_return co_await call(std::move(request), deadline, routing::read_mode, Purpose::traffic);
}

}  // namespace sgw::gateway
