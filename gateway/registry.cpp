#include "gateway/registry.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

namespace sgw::gateway {
namespace {

/// Carries the completion from the writer's thread to the coroutine's.
template <class Handler>
void submit(catalog::Writer& writer, catalog::Command&& command, Handler handler) {
    const auto executor = asio::get_associated_executor(handler);
    struct Waiting {
        Handler handler;
        asio::executor_work_guard<asio::associated_executor_t<Handler>> work;
    };
    auto waiting =
        std::make_shared<Waiting>(Waiting{std::move(handler), asio::make_work_guard(executor)});
    writer.submit(std::move(command), [waiting, executor](catalog::WriteResult result) {
        asio::post(executor, [waiting, result = std::move(result)]() mutable {
            auto resume = std::move(waiting->handler);
            resume(std::make_shared<catalog::WriteResult>(std::move(result)));
        });
    });
}

}  // namespace

asio::awaitable<catalog::WriteResult> commit(catalog::Writer& writer, catalog::Command command) {
    using Result = std::shared_ptr<catalog::WriteResult>;
    auto initiate = [&writer, &command](auto handler) {
        submit(writer, std::move(command), std::move(handler));
    };
    const auto result = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result)>(
        std::ref(initiate), asio::use_awaitable);
    co_return *result;
}

}  // namespace sgw::gateway
