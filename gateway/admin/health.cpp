#include "gateway/admin/health.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/api/json_text.hpp"
#include "gateway/random.hpp"
#include "store/catalog/queries.hpp"

namespace sgw::gateway::admin {
namespace {

namespace asio = boost::asio;

constexpr std::string_view ready_path = "/health/ready";
constexpr std::array<std::string_view, 3> paths{"/health/live", ready_path, "/health/startup"};

std::optional<std::string> obstacle_in(const catalog::View& view) {
    try {
        const auto snapshot = view.snapshot();
        const catalog::Queries state(*snapshot);
        // One at random: what was just read is in memory, and says nothing about the disk.
        const auto highest = state.highest_id().value_or(SchemaId{0}).value;
        const SchemaId some{1 + static_cast<std::int32_t>(random_fraction() * highest)};
        state.schema(Context{}, some);
        return std::nullopt;
    } catch (const std::exception& failure) {
        return failure.what();
    }
}

http::Response health_response(const std::optional<std::string>& obstacle) {
    nlohmann::ordered_json json{{"status", obstacle ? "DOWN" : "UP"}};
    http::Response response;
    if (obstacle) {
        json["reason"] = *obstacle;
        response.status = 503;
        response.headers.emplace_back("Retry-After", "1");
    }
    response.content_type = "application/json";
    response.body = std::make_shared<const std::string>(api::json_text(json));
    return response;
}

}  // namespace

asio::awaitable<std::optional<std::string>> Readiness::obstacle() {
    const Mailbox<Finding> mailbox(co_await asio::this_coro::executor);
    join(mailbox);
    const auto finding = co_await mailbox.take(std::chrono::steady_clock::now() + patience_);
    if (finding) co_return *finding;
    leave(mailbox);
    co_return "the catalog cannot be read within " + std::to_string(patience_.count()) + " ms";
}

void Readiness::join(const Mailbox<Finding>& mailbox) {
    const std::lock_guard guard(mutex_);
    waiting_.push_back(mailbox);
    if (!std::exchange(looking_, true)) asio::post(pool_, [this] { look(); });
}

void Readiness::leave(const Mailbox<Finding>& mailbox) {
    const std::lock_guard guard(mutex_);
    std::erase(waiting_, mailbox);
}

void Readiness::look() {
    const auto obstacle = obstacle_in(view_);
    const std::lock_guard guard(mutex_);
    for (const auto& mailbox : waiting_) mailbox.put(obstacle);
    waiting_.clear();
    looking_ = false;
}

bool is_health_path(std::string_view path) {
    return std::ranges::find(paths, path) != paths.end();
}

asio::awaitable<http::Response> answer_health(Readiness& readiness, std::string path) {
    if (path != ready_path) co_return health_response(std::nullopt);
    const auto obstacle = co_await readiness.obstacle();
    co_return health_response(obstacle);
}

}  // namespace sgw::gateway::admin
