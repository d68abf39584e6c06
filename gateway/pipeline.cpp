#include "gateway/pipeline.hpp"

#include "gateway/api/dispatch.hpp"
#include "gateway/api/render.hpp"
#include "gateway/call.hpp"
#include "gateway/http/answer.hpp"
#include "gateway/http/negotiation.hpp"
#include "gateway/http/target.hpp"
#include "gateway/logging.hpp"
#include "routing/operation.hpp"

namespace sgw::gateway {
namespace {

constexpr std::size_t least_compressed = 32;  // bytes; the registry's own bound

http::Response error_response(const Error& error, std::string content_type) {
    http::Response response;
    response.status = error.http_status();
    response.content_type = std::move(content_type);
    response.body = std::make_shared<const std::string>(api::render_error(error));
    return response;
}

bool is_negotiated(const http::Request& request) {
    return request.method == "GET" || request.method == "POST";
}

/// What an answer says because of its request alone.
http::Response finish(const http::Request& request, http::Response response) {
    if (is_negotiated(request)) response.headers.emplace_back("Vary", "Accept-Encoding");
    return response;
}

http::Response options_response(const http::Request& request, const std::string& allow) {
    http::Response response;
    response.headers = {{"Allow", allow}};
    const auto* const accept = http::find_header(request.headers, "Accept");
    const bool wants_json = accept != nullptr && accept->find("json") != std::string::npos;
    if (wants_json) {
        response.content_type =
            http::answer_type(request.headers).value_or(std::string(http::registry_content_type));
        response.body = std::make_shared<const std::string>();
        return response;
    }
    std::string list;
    for (const char c : allow) {
        list += c;
        if (c == ',') list += ' ';
    }
    response.content_type = "text/plain";
    response.body = std::make_shared<const std::string>(std::move(list));
    return response;
}

/// `schema-gateway; hit; detail=memory` (RFC 9211).
std::string cache_status(Source source, int status) {
    std::string name = "schema-gateway";
    switch (source) {
        case Source::memory:
            return name + "; hit; detail=memory";
        case Source::view:
            return name + "; hit; detail=view";
        case Source::region:
            return name + "; fwd=request; fwd-status=" + std::to_string(status) + "; detail=region";
        case Source::degraded:
            return name + "; hit; detail=degraded";
    }
    return name;
}

const Provenance& provenance_of(const Answered& answered) {
    return answered ? answered.value().from : answered.error().from;
}

void add_provenance(const Provenance& from, http::Response& response) {
    if (!from.source) return;
    response.headers.emplace_back("Cache-Status", cache_status(*from.source, response.status));
    response.headers.emplace_back("Age", std::to_string(from.age.count()));
    response.headers.emplace_back("Schema-Gateway-Region",
                                  from.region.empty() ? "catalog" : from.region);
}

http::Response as_response(const Answered& answered, const std::string& content_type) {
    http::Response response;
    if (answered) {
        response.status = answered.value().status;
        response.content_type = content_type;
        response.body = answered.value().body;
    } else {
        response = error_response(answered.error().error, content_type);
        if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
    }
    add_provenance(provenance_of(answered), response);
    return response;
}

asio::awaitable<Compression::Body> compressed(Services& services,
                                              const Call& call,
                                              const Answer& answer) {
    if (answer.compressed) co_return answer.compressed;
    auto packed = co_await services.compression.compress(call.request, answer.body);
    if (packed && !answer.tag.empty()) {
        services.cache.add_compressed(answer.tag, call.cache_key(), answer.body, packed);
    }
    co_return packed;
}

asio::awaitable<void> compress_for(Services& services,
                                   const Call& call,
                                   const Answer& answer,
                                   http::Response& response) {
    const bool worth_it = answer.status < 300 && answer.body->size() >= least_compressed;
    if (!is_negotiated(call.request) || !worth_it || !http::accepts_gzip(call.request.headers))
        co_return;
    auto packed = co_await compressed(services, call, answer);
    if (!packed) co_return;
    response.body = std::move(packed);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

Error from_exception(const routing::Route& route, const char* what) {
    log_event(Level::error, "request_failed", {{"operation", route.label}, {"reason", what}});
    return errors::internal();
}

asio::awaitable<Answered> run(Services& services, const Call& call) {
    try {
        if (auto answer = api::answer_at_once(services, call)) co_return std::move(*answer);
        co_return co_await api::dispatch(services, call);
    } catch (const Overdue&) {
        co_return errors::unavailable("Too busy to answer in time, try again");
    } catch (const catalog::ViewUnreadable& failure) {
        log_event(Level::error,
                  "view_unreadable",
                  {{"operation", call.route.label}, {"reason", failure.what()}});
        co_return errors::unavailable(failure.what());
    } catch (const std::exception& failure) {
        co_return from_exception(call.route, failure.what());
    }
}

/// What is wrong with the request before its operation is looked at.
std::optional<http::Response> refuse(const http::Request& request,
                                     const std::optional<std::string>& content_type) {
    // Without a type in common there is none to answer in.
    if (!content_type) return finish(request, error_response(errors::not_acceptable(), ""));
    const bool has_body = !request.body.empty();
    if (!has_body) return std::nullopt;
    switch (http::judge_body_type(request)) {
        case http::BodyType::consumable:
            return std::nullopt;
        case http::BodyType::malformed:
            return http::malformed_type_answer(request);
        case http::BodyType::unsupported:
            return finish(request, error_response(errors::unsupported_media_type(), *content_type));
    }
    return std::nullopt;
}

/// Where no operation was found. The errors have no Content-Type, as in the registry.
http::Response answer_unmatched(const http::Request& request, const routing::Match& match) {
    const auto* const wrong = std::get_if<routing::WrongMethod>(&match);
    if (wrong == nullptr) return finish(request, error_response(errors::no_such_path(), ""));
    if (request.method == "OPTIONS") return options_response(request, wrong->allow);
    return finish(request, error_response(errors::method_not_allowed(), ""));
}

void count(const Services& services,
           const routing::Route* route,
           const http::Request& request,
           int status) {
    const auto took = http::Clock::now() - request.received;
    if (route == nullptr) {
        services.metrics.count_unmatched(status);
    } else {
        services.metrics.count_request(*route, status, took);
    }
    if (services.config.gateway.access_log) {
        log_event(Level::info,
                  "request",
                  {{"method", request.method},
                   {"target", request.target},
                   {"status", status},
                   {"client", request.peer},
                   {"request_id", request.request_id},
                   {"duration", std::chrono::duration_cast<std::chrono::milliseconds>(took)}});
    }
}

void count_source(const Services& services, const Answered& answered) {
    const auto& source = provenance_of(answered).source;
    if (source) services.metrics.count_answer(*source);
}

asio::awaitable<http::Response> answer_matched(Services& services,
                                               const http::Request& request,
                                               routing::Matched matched,
                                               http::QueryParameters query) {
    const auto content_type = http::answer_type(request.headers);
    if (auto refusal = refuse(request, content_type)) co_return std::move(*refusal);
    const Call call{request, *matched.route, std::move(matched.parameters), std::move(query)};
    const auto answered = co_await run(services, call);
    count_source(services, answered);
    auto response = finish(request, as_response(answered, *content_type));
    if (answered) co_await compress_for(services, call, answered.value(), response);
    co_return response;
}

}  // namespace

asio::awaitable<http::Response> answer_request(Services& services, const http::Request& request) {
    auto target = http::read_target(request.target);
    if (!target) {
        const auto& rejection = target.error();
        count(services, nullptr, request, rejection.status);
        co_return error_response({rejection.status, std::string(rejection.reason)},
                                 std::string(http::registry_content_type));
    }
    auto match = routing::match(request.method, target.value().segments);
    if (auto* matched = std::get_if<routing::Matched>(&match)) {
        const auto* const route = matched->route;
        auto query = std::move(target.value().query);
        auto found = std::move(*matched);
        auto response =
            co_await answer_matched(services, request, std::move(found), std::move(query));
        count(services, route, request, response.status);
        co_return response;
    }
    auto response = answer_unmatched(request, match);
    count(services, nullptr, request, response.status);
    co_return response;
}

}  // namespace sgw::gateway
