#include "gateway/api/dispatch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "gateway/api/body.hpp"
#include "gateway/api/ids.hpp"
#include "gateway/api/json_text.hpp"
#include "gateway/api/register.hpp"
#include "gateway/api/settings.hpp"
#include "gateway/api/settings_writes.hpp"
#include "gateway/api/subjects.hpp"
#include "gateway/reader.hpp"
#include "gateway/version.hpp"

namespace sgw::gateway::api {
namespace {

using catalog::Queries;
using routing::Operation;

std::string empty_object(const Services&) {
    return "{}";
}

std::string cluster_id(const Services& services) {
    nlohmann::ordered_json json;
    json["scope"]["path"] = nlohmann::ordered_json::array();
    json["scope"]["clusters"]["kafka-cluster"] = services.log.identity().uuid;
    json["scope"]["clusters"]["schema-registry-cluster"] = "schema-gateway";
    return json_text(json);
}

std::string server_version(const Services&) {
    return json_text({{"version", version_number}, {"commitId", ""}});
}

std::string schema_types(const Services&) {
    return R"(["AVRO"])";
}

/// Who answers a call, and what its answer is remembered under.
struct Reading {
    enum class Kind { catalog, immutable, changing };

    Kind kind = Kind::catalog;
    std::string tag;  // empty: the answer may change unnoticed, or is never kept
};

Reading from_catalog(const Call&) {
    return {};
}

Reading by_subject(const Call& call) {
    return {Reading::Kind::immutable, AnswerCache::tag(call.subject())};
}

/// Soft-deleted versions are the catalog's business; regions are asked for what is live.
bool region_can_answer(const Call& call) {
    if (call.flag("deleted") || call.flag("deletedOnly")) return false;
    if (call.route.operation == Operation::list_versions) return true;
    const auto choice = parse_version(call.parameters.at("version"));
    return choice && !choice.value().number;
}

Reading by_version(const Call& call) {
    if (region_can_answer(call)) return {Reading::Kind::changing, ""};
    return by_subject(call);
}

/// With a subject or the highest id asked for, the answer depends on more than the id.
Reading by_id(const Call& call) {
    const auto id = call.id();
    if (!id || call.has("subject") || call.flag("fetchMaxId")) return {};
    return {Reading::Kind::immutable, AnswerCache::tag(Context{}, id.value())};
}

asio::awaitable<Answered> read_as(Services& services,
                                  const Call& call,
                                  Reading reading,
                                  CatalogQuery query) {
    switch (reading.kind) {
        case Reading::Kind::changing:
            co_return co_await read_mutable(services, call, std::move(query));
        case Reading::Kind::immutable:
            co_return co_await read_immutable(
                services, call, std::move(reading.tag), std::move(query));
        case Reading::Kind::catalog:
            break;
    }
    co_return co_await read_catalog(services, call, std::move(query));
}

asio::awaitable<Answered> post_root(Services& services, const Call& call) {
    auto parse = [&] { return parse_any_object(call.request.body); };
    const auto parsed =
        co_await offload_if_large(services.pool, call.request.body.size(), std::ref(parse));
    if (!parsed) co_return parsed.error();
    co_return Answer::of("{}");
}

asio::awaitable<Answered> ready(Answered answered) {
    co_return answered;
}

asio::awaitable<Answered> not_here_yet(Services&, const Call& call) {
    return ready(errors::not_implemented(call.request.method + " " + std::string(call.route.path)));
}

/// Of what is said inside of a schema's text.
bool asks_for_tags(const Call& call) {
    const auto operation = call.route.operation;
    const bool tells_tags =
        operation == Operation::get_schema || operation == Operation::get_version;
    return tells_tags && std::ranges::any_of(call.query, [](const auto& one) {
               return one.first == "findTags" && !one.second.empty();
           });
}

/// How the table below names a handler of each kind: asked of the catalog, said by the gateway
/// itself, or one that goes its own way.
template <auto query>
asio::awaitable<Answered> read(Services& services, const Call& call, const Reading& reading) {
    CatalogQuery ask = [&](const Queries& state) {
        if constexpr (std::is_invocable_v<decltype(query), const Call&, const Queries&>) {
            return query(call, state);
        } else {
            return query(call, state, services.policy);
        }
    };
    return read_as(services, call, reading, std::move(ask));
}

template <auto text>
asio::awaitable<Answered> say(Services& services, const Call&, const Reading&) {
    return ready(Answer::of(text(services)));
}

template <auto handler>
asio::awaitable<Answered> drive(Services& services, const Call& call, const Reading&) {
    return handler(services, call);
}

struct Row {
    Operation operation;
    asio::awaitable<Answered> (*answer)(Services&, const Call&, const Reading&);
    Reading (*reading)(const Call&) = from_catalog;
};

constexpr Row rows[] = {
    {Operation::get_root, say<empty_object>},
    {Operation::post_root, drive<post_root>},
    {Operation::get_cluster_id, say<cluster_id>},
    {Operation::get_server_version, say<server_version>},
    {Operation::list_types, say<schema_types>},
    {Operation::list_subjects, read<list_subjects>},
    {Operation::lookup_schema, read<lookup_schema>, by_subject},
    {Operation::register_schema, drive<register_schema>, by_subject},
    {Operation::list_versions, read<list_versions>, by_version},
    {Operation::get_version, read<get_version>, by_version},
    {Operation::get_version_schema, read<get_version_schema>, by_version},
    {Operation::get_schema, read<get_schema>, by_id},
    {Operation::get_schema_text, read<get_schema_text>, by_id},
    {Operation::get_schema_subjects, read<get_schema_subjects>},
    {Operation::get_schema_versions, read<get_schema_versions>},
    {Operation::test_compatibility, read<test_compatibility>},
    {Operation::test_compatibility_with_version, read<test_compatibility>},
    {Operation::get_config, read<get_config>},
    {Operation::put_config, drive<put_config>},
    {Operation::delete_config, drive<delete_config>},
    {Operation::get_mode, read<get_mode>},
    {Operation::put_mode, drive<put_mode>},
    {Operation::delete_mode, drive<delete_mode>},
    {Operation::not_yet, drive<not_here_yet>},
};

/// Every operation has its row, in the order of the operations.
constexpr bool is_complete() {
    std::size_t index = 0;
    for (const auto& row : rows) {
        if (static_cast<std::size_t>(row.operation) != index++) return false;
    }
    return index == static_cast<std::size_t>(Operation::not_yet) + 1;
}
static_assert(is_complete());

const Row& row_of(const Call& call) {
    return rows[static_cast<std::size_t>(call.route.operation)];
}

}  // namespace

std::optional<Answer> answer_at_once(Services& services, const Call& call) {
    const auto tag = row_of(call).reading(call).tag;
    return tag.empty() ? std::nullopt : remembered(services, call, tag);
}

asio::awaitable<Answered> dispatch(Services& services, const Call& call) {
    if (asks_for_tags(call)) return ready(errors::not_implemented("findTags"));
    const auto& row = row_of(call);
    return row.answer(services, call, row.reading(call));
}

}  // namespace sgw::gateway::api
