// Books decisions of the gateway's own in the catalog, about many things some hundred to an entry.
// Control context only.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/services.hpp"

namespace sgw::gateway::jobs {

/// Of what nobody asked for.
inline log::Origin own_origin() {
    return {.actor = "schema-gateway", .on_behalf_of = "", .client_address = "", .request_id = ""};
}

struct Booked {
    catalog::Events events;
    std::optional<std::string> failure;  // why the rest could not be booked
};

/// `decide` says what is to be booked of some of the items at the state that it is booked at. Pure,
/// may run more than once.
template <class Item>
asio::awaitable<Booked> book(Services& services,
                             RegionName region,
                             std::vector<Item> items,
                             catalog::Events (*decide)(const catalog::Queries&,
                                                       const RegionName&,
                                                       const std::vector<Item>&)) {
    constexpr std::size_t items_per_entry = 500;
    Booked booked;
    for (std::size_t begin = 0; begin < items.size(); begin += items_per_entry) {
        const auto count = std::min(items_per_entry, items.size() - begin);
        const auto first = items.begin() + static_cast<std::ptrdiff_t>(begin);
        std::vector<Item> page(first, first + static_cast<std::ptrdiff_t>(count));
        const auto events = std::make_shared<catalog::Events>();
        catalog::Command command{
            own_origin(),
            [region, page = std::move(page), decide, events](
                const catalog::Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
                *events = decide(state, region, page);
                return *events;
            }};
        const auto committed = co_await commit(services.writer, std::move(command));
        if (!committed) {
            booked.failure = committed.error().reason;
            break;
        }
        std::ranges::move(*events, std::back_inserter(booked.events));
    }
    co_return booked;
}

}  // namespace sgw::gateway::jobs
