// Finding repetitions by sorting indexes. Sorting, not hashing: what is sorted comes from outside
// and could be made to collide. Pure, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace sgw::schema::avro {

/// 0 .. size-1, sorted by what `projection` makes of an index; equal ones stay in sequence.
template <class Projection, class Less = std::ranges::less>
std::vector<std::uint32_t> sorted_indexes(std::size_t size, Projection projection, Less less = {}) {
    std::vector<std::uint32_t> order(size);
    for (std::size_t i = 0; i < size; ++i) order[i] = static_cast<std::uint32_t>(i);
    std::ranges::stable_sort(order, less, projection);
    return order;
}

/// Of things in a sequence, the first that an earlier one equals, and the last such earlier one.
struct Repeated {
    std::uint32_t earlier;
    std::uint32_t later;
};

/// `order` is that of sorted_indexes.
template <class Projection>
std::optional<Repeated> first_repeated(const std::vector<std::uint32_t>& order,
                                       Projection projection) {
    std::optional<Repeated> first;
    for (std::size_t i = 1; i < order.size(); ++i) {
        const bool repeats = projection(order[i - 1]) == projection(order[i]);
        if (repeats && (!first || order[i] < first->later)) first = {order[i - 1], order[i]};
    }
    return first;
}

}  // namespace sgw::schema::avro
