#include "gateway/api/dispatch.hpp"

#include <nlohmann/json.hpp>

#include "gateway/api/body.hpp"
#include "gateway/api/json_text.hpp"
#include "gateway/api/schemas.hpp"
#include "gateway/api/writes.hpp"
#include "gateway/reader.hpp"
#include "gateway/version.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Queries;
using routing::Operation;

using Plain = Body (*)(const Call&, const Queries&);
using WithPolicy = Body (*)(const Call&, const Queries&, const catalog::RegistryPolicy&);

CatalogQuery query_of(const Call& call, Plain handler) {
    return [&call, handler](const Queries& state) { return handler(call, state); };
}

CatalogQuery query_of(const Registry& registry, const Call& call, WithPolicy handler) {
    return [&registry, &call, handler](const Queries& state) {
        return handler(call, state, registry.policy);
    };
}

std::string cluster_id(const Registry& registry) {
    nlohmann::ordered_json json;
    json["scope"]["path"] = nlohmann::ordered_json::array();
    json["scope"]["clusters"]["kafka-cluster"] = registry.log.identity().uuid;
    json["scope"]["clusters"]["schema-registry-cluster"] = "schema-gateway";
    return json_text(json);
}

std::string server_version() {
    return json_text({{"version", version_number}, {"commitId", ""}});
}

/// Soft-deleted versions and pages are the catalog's business; regions are asked for what is live.
bool region_can_answer(const Call& call) {
    if (call.flag("deleted") || call.flag("deletedOnly")) return false;
    if (call.route.operation == Operation::list_versions) return true;
    const auto choice = parse_version(call.parameters.at("version"));
    return choice && !choice.value().number;
}

/// What the answer is remembered under, once there is one; nothing where it may change unnoticed.
std::optional<std::string> tag_of(const Call& call) {
    switch (call.route.operation) {
        case Operation::lookup_schema:
        case Operation::register_schema:
            return AnswerCache::tag(call.subject());
        case Operation::list_versions:
        case Operation::get_version:
        case Operation::get_version_schema:
            if (region_can_answer(call)) return std::nullopt;
            return AnswerCache::tag(call.subject());
        case Operation::get_schema:
        case Operation::get_schema_text: {
            const auto id = call.id();
            // With a subject or the highest id asked for, the answer depends on more than the id.
            if (!id || call.has("subject") || call.flag("fetchMaxId")) return std::nullopt;
            return AnswerCache::tag(Context{}, id.value());
        }
        default:
            return std::nullopt;
    }
}

asio::awaitable<Answered> read_version(Registry& registry, const Call& call, Plain handler) {
    auto query = query_of(call, handler);
    if (region_can_answer(call)) co_return co_await read_mutable(registry, call, std::move(query));
    auto tag = *tag_of(call);
    co_return co_await read_immutable(registry, call, std::move(tag), std::move(query));
}

asio::awaitable<Answered> read_id(Registry& registry, const Call& call, Plain handler) {
    auto query = query_of(call, handler);
    auto tag = tag_of(call);
    if (!tag) co_return co_await read_catalog(registry, call, std::move(query));
    co_return co_await read_immutable(registry, call, std::move(*tag), std::move(query));
}

asio::awaitable<Answered> read_plain(Registry& registry, const Call& call, Plain handler) {
    auto query = query_of(call, handler);
    co_return co_await read_catalog(registry, call, std::move(query));
}

asio::awaitable<Answered> read_with_policy(Registry& registry,
                                           const Call& call,
                                           WithPolicy handler) {
    auto query = query_of(registry, call, handler);
    co_return co_await read_catalog(registry, call, std::move(query));
}

asio::awaitable<Answered> look_up(Registry& registry, const Call& call) {
    auto query = query_of(registry, call, lookup_schema);
    auto tag = *tag_of(call);
    co_return co_await read_immutable(registry, call, std::move(tag), std::move(query));
}

asio::awaitable<Answered> post_root(Registry& registry, const Call& call) {
    auto parse = [&] { return parse_any_object(call.request.body); };
    const auto parsed =
        co_await offload_if_large(registry.pool, call.request.body.size(), std::ref(parse));
    if (!parsed) co_return parsed.error();
    co_return Answer::of("{}");
}

asio::awaitable<Answered> ready(Answered answered) {
    co_return answered;
}

std::string not_here_yet(const Call& call) {
    return std::string(call.route.method) + " " + std::string(call.route.path);
}

}  // namespace

std::optional<Answer> answer_at_once(Registry& registry, const Call& call) {
    const auto tag = tag_of(call);
    return tag ? remembered(registry, call, *tag) : std::nullopt;
}

asio::awaitable<Answered> dispatch(Registry& registry, const Call& call) {
    switch (call.route.operation) {
        case Operation::get_root:
            return ready(Answer::of("{}"));
        case Operation::post_root:
            return post_root(registry, call);
        case Operation::get_cluster_id:
            return ready(Answer::of(cluster_id(registry)));
        case Operation::get_server_version:
            return ready(Answer::of(server_version()));
        case Operation::list_types:
            return ready(Answer::of(R"(["AVRO"])"));
        case Operation::list_subjects:
            return read_plain(registry, call, list_subjects);
        case Operation::lookup_schema:
            return look_up(registry, call);
        case Operation::register_schema:
            return register_schema(registry, call);
        case Operation::list_versions:
            return read_version(registry, call, list_versions);
        case Operation::get_version:
            return read_version(registry, call, get_version);
        case Operation::get_version_schema:
            return read_version(registry, call, get_version_schema);
        case Operation::get_schema:
            return read_id(registry, call, get_schema);
        case Operation::get_schema_text:
            return read_id(registry, call, get_schema_text);
        case Operation::get_schema_subjects:
            return read_plain(registry, call, get_schema_subjects);
        case Operation::get_schema_versions:
            return read_plain(registry, call, get_schema_versions);
        case Operation::test_compatibility:
        case Operation::test_compatibility_with_version:
            return read_with_policy(registry, call, test_compatibility);
        case Operation::get_config:
            return read_with_policy(registry, call, get_config);
        case Operation::put_config:
            return put_config(registry, call);
        case Operation::delete_config:
            return delete_config(registry, call);
        case Operation::get_mode:
            return read_plain(registry, call, get_mode);
        case Operation::put_mode:
            return put_mode(registry, call);
        case Operation::delete_mode:
            return delete_mode(registry, call);
        case Operation::not_yet:
            break;
    }
    return ready(errors::not_implemented(not_here_yet(call)));
}

}  // namespace sgw::gateway::api
