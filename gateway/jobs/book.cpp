#include "gateway/jobs/book.hpp"

#include <algorithm>
#include <memory>

namespace sgw::gateway::jobs {
namespace {

constexpr std::size_t versions_per_entry = 500;

catalog::Command command_for(const RegionName& region,
                             routing::Versions page,
                             DecideEvents decide,
                             std::shared_ptr<std::size_t> changed) {
    return {{"schema-gateway", "", "", ""},
            [region, page = std::move(page), decide, changed = std::move(changed)](
                const catalog::Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
                auto events = decide(state, region, page);
                *changed = events.size();
                return events;
            }};
}

}  // namespace

asio::awaitable<Booked> book(Registry& registry,
                             RegionName region,
                             routing::Versions versions,
                             DecideEvents decide) {
    Booked booked;
    for (std::size_t begin = 0; begin < versions.size(); begin += versions_per_entry) {
        const auto count = std::min(versions_per_entry, versions.size() - begin);
        const auto first = versions.begin() + static_cast<std::ptrdiff_t>(begin);
        routing::Versions page(first, first + static_cast<std::ptrdiff_t>(count));
        const auto changed = std::make_shared<std::size_t>(0);
        auto command = command_for(region, std::move(page), decide, changed);
        const auto committed = co_await commit(registry.writer, std::move(command));
        if (!committed) {
            booked.failure = committed.error().reason;
            break;
        }
        booked.versions += *changed;
    }
    co_return booked;
}

}  // namespace sgw::gateway::jobs
