#include "gateway/jobs/book.hpp"

#include <mutex>

namespace sgw::gateway::jobs {
namespace {

/// What was decided last. Written on the writer's thread, perhaps while whoever has waited long
/// enough reads it.
class LastDecided {
  public:
    void put(const catalog::Events& events) {
        const std::lock_guard lock(mutex_);
        events_ = events;
    }

    catalog::Events take() {
        const std::lock_guard lock(mutex_);
        return std::move(events_);
    }

  private:
    std::mutex mutex_;
    catalog::Events events_;
};

}  // namespace

log::Origin own_origin() {
    return {.actor = "schema-gateway", .on_behalf_of = "", .client_address = "", .request_id = ""};
}

asio::awaitable<Booked> book_one(catalog::Writer& writer, Decide decide) {
    const auto decided = std::make_shared<LastDecided>();
    catalog::Command command{
        own_origin(),
        [decide = std::move(decide),
         decided](const catalog::Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
            auto events = decide(state);
            decided->put(events);
            return events;
        }};
    const auto committed = co_await commit(writer, std::move(command));
    Booked booked;
    if (!committed) booked.failure = committed.error().reason;
    const bool may_be_there =
        committed || committed.error().kind == catalog::WriteFailure::Kind::unknown;
    if (may_be_there) booked.events = decided->take();
    co_return booked;
}

}  // namespace sgw::gateway::jobs
