// Books decisions of the gateway's own in the catalog, about many things some hundred to an entry.
// Control context only.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/services.hpp"

namespace sgw::gateway::jobs {

/// Of what nobody asked for.
log::Origin own_origin();

struct Booked {
    /// In the log, or perhaps in the log: whoever tries again then finds nothing left to book, so
    /// now is the time to tell of them.
    catalog::Events events;
    std::optional<std::string> failure;  // why not all is booked for certain
};

/// What is to be booked at the state that it is booked at. Pure, may run more than once, on the
/// writer's thread.
using Decide = std::function<catalog::Events(const catalog::Queries&)>;

/// As one entry.
asio::awaitable<Booked> book_one(catalog::Writer& writer, Decide decide);

/// `decide` says what is to be booked of some of the items, as a Decide does.
template <class Item>
asio::awaitable<Booked> book(Services& services,
                             RegionName region,
                             std::vector<Item> items,
                             catalog::Events (*decide)(const catalog::Queries&,
                                                       const RegionName&,
                                                       const std::vector<Item>&)) {
    constexpr std::size_t items_per_entry = 500;
    Booked booked;
    for (std::size_t begin = 0; begin < items.size() && !booked.failure; begin += items_per_entry) {
        const auto count = std::min(items_per_entry, items.size() - begin);
        const auto first = items.begin() + static_cast<std::ptrdiff_t>(begin);
        std::vector<Item> page(first, first + static_cast<std::ptrdiff_t>(count));
        Decide decide_page =
            [region, page = std::move(page), decide](const catalog::Queries& state) {
                return decide(state, region, page);
            };
        auto one = co_await book_one(services.writer, std::move(decide_page));
        booked.failure = std::move(one.failure);
        std::ranges::move(one.events, std::back_inserter(booked.events));
    }
    co_return booked;
}

}  // namespace sgw::gateway::jobs
