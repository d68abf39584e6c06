#include "gateway/services.hpp"

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <utility>

#include "gateway/call.hpp"
#include "gateway/mailbox.hpp"

namespace sgw::gateway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience_of_jobs{30};

bool parses_schemas(routing::Operation operation) {
    switch (operation) {
        case routing::Operation::lookup_schema:
        case routing::Operation::register_schema:
        case routing::Operation::test_compatibility:
        case routing::Operation::test_compatibility_with_version:
            return true;
        default:
            return false;
    }
}

}  // namespace

Turn turn_of(const Call& call) {
    const bool computes = parses_schemas(call.route.operation);
    return {computes ? Turn::Lane::computing : Turn::Lane::reading, call.request.deadline};
}

asio::awaitable<catalog::WriteResult> commit(catalog::Writer& writer, catalog::Command command) {
    const bool has_deadline = command.deadline != Clock::time_point::max();
    if (!has_deadline) command.deadline = Clock::now() + patience_of_jobs;
    const auto deadline = command.deadline;
    const Mailbox<catalog::WriteResult> mailbox(co_await asio::this_coro::executor);
    catalog::Writer::Done done = [mailbox](catalog::WriteResult result) {
        mailbox.put(std::move(result));
    };
    writer.submit(std::move(command), std::move(done));
    auto result = co_await mailbox.take(deadline);
    if (result) co_return std::move(*result);
    catalog::WriteFailure failure{catalog::WriteFailure::Kind::unknown, "not written in time"};
    co_return failure;
}

}  // namespace sgw::gateway
