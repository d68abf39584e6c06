#include "gateway/admin/admin.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "config/units.hpp"
#include "gateway/admin/deployments.hpp"
#include "gateway/admin/samples.hpp"
#include "gateway/api/json_text.hpp"
#include "gateway/api/render.hpp"
#include "gateway/call.hpp"
#include "gateway/http/target.hpp"

namespace sgw::gateway::admin {
namespace {

using nlohmann::ordered_json;
constexpr std::size_t max_listed = 1000;  // deployments in one answer

http::Response json_response(const ordered_json& json, int status = 200) {
    http::Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::make_shared<const std::string>(api::json_text(json));
    return response;
}

http::Response error_response(const Error& error) {
    return json_response({{"error_code", error.code}, {"message", error.message}},
                         error.http_status());
}

ordered_json region_json(const Region& region, const catalog::DeploymentCounts& counts) {
    const auto status = region.status();
    ordered_json json{{"name", region.name().value},
                      {"priority", region.config().priority},
                      {"read", up_name(status.read)},
                      {"write", up_name(status.write)},
                      {"health_reason", status.health_reason},
                      {"health_since_ms", status.health_since_ms},
                      {"admission", admission_name(status.admission)},
                      {"admission_reason", status.admission_reason},
                      {"adopted", status.adopted},
                      {"admission_since_ms", status.admission_since_ms},
                      {"last_answer_ms", status.last_answer_ms},
                      {"ejections", status.ejections}};
    auto urls = ordered_json::array();
    for (const auto& url : region.config().urls) urls.push_back(config::to_text(url));
    json["urls"] = std::move(urls);
    auto deployments = ordered_json::object();
    for (const auto& [deployment_state, count] : counts) {
        deployments[std::string(state_name(deployment_state))] = count;
    }
    json["deployments"] = std::move(deployments);
    return json;
}

asio::awaitable<http::Response> list_regions(Services& services) {
    auto query = [&](const catalog::Queries& state) {
        auto counts = state.deployment_counts();
        auto list = ordered_json::array();
        for (const auto& region : services.regions.all()) {
            list.push_back(region_json(*region, counts[region->name()]));
        }
        return json_response(list);
    };
    co_return co_await ask(services, std::ref(query));
}

ordered_json deployment_json(const catalog::Deployment& deployment) {
    return {{"region", deployment.region.value},
            {"subject", deployment.what.subject.qualified()},
            {"version", deployment.what.version.value},
            {"state", state_name(deployment.state)},
            {"reason", deployment.reason},
            {"since_ms", deployment.since_ms}};
}

/// Those of the configuration, then those that it once had and that still have deployments.
std::vector<RegionName> known_regions(const Services& services, const catalog::Queries& state) {
    auto names = services.regions.names();
    for (const auto& [region, counts] : state.deployment_counts()) {
        if (services.regions.find(region) == nullptr) names.push_back(region);
    }
    return names;
}

asio::awaitable<http::Response> show_deployments(Services& services,
                                                 http::QueryParameters parameters) {
    auto query = [&](const catalog::Queries& state) {
        const auto filter = read_filter(parameters, known_regions(services, state));
        if (!filter) return error_response(filter.error());
        const auto list = list_deployments(state, filter.value(), max_listed);
        auto json = ordered_json::array();
        for (const auto& deployment : list.deployments) json.push_back(deployment_json(deployment));
        auto response = json_response(json);
        if (list.is_truncated) response.headers.emplace_back("Schema-Gateway-Truncated", "true");
        return response;
    };
    co_return co_await ask(services, std::ref(query));
}

asio::awaitable<http::Response> metrics(Services& services, const Listeners& listeners) {
    auto samples = collect_from_process(services, listeners);
    auto query = [&](const catalog::Queries& state) {
        std::ranges::move(collect_from_catalog(services, state), std::back_inserter(samples));
    };
    try {
        co_await ask(services, std::ref(query));
    } catch (const catalog::ViewUnreadable&) {
        // Left out: these are the hours in which the rest is wanted most.
    }
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = std::make_shared<const std::string>(services.metrics.scrape(samples));
    co_return response;
}

asio::awaitable<http::Response> route(Services& services,
                                      Readiness& readiness,
                                      const Listeners& listeners,
                                      const http::Request& request) {
    const auto path = request.target.substr(0, request.target.find('?'));
    auto target = http::read_target(request.target);
    if (!target) co_return error_response({400, std::string(target.error().reason)});
    const bool reads = request.method == "GET" || request.method == "HEAD";
    const bool known = path == "/metrics" || path == "/admin/regions" ||
                       path == "/admin/deployments" || path.starts_with("/health/");
    if (known && !reads) co_return error_response(errors::method_not_allowed());
    if (is_health_path(path)) {
        auto health = path;
        co_return co_await answer_health(readiness, std::move(health));
    }
    if (path == "/metrics") co_return co_await metrics(services, listeners);
    if (path == "/admin/regions") co_return co_await list_regions(services);
    if (path == "/admin/deployments") {
        auto query = std::move(target.value().query);
        co_return co_await show_deployments(services, std::move(query));
    }
    co_return error_response(errors::no_such_path());
}

}  // namespace

asio::awaitable<http::Response> answer_admin(Services& services,
                                             Readiness& readiness,
                                             const Listeners& listeners,
                                             const http::Request& request) {
    try {
        co_return co_await route(services, readiness, listeners, request);
    } catch (const catalog::ViewUnreadable& failure) {
        co_return error_response(errors::unavailable(failure.what()));
    }
}

}  // namespace sgw::gateway::admin
