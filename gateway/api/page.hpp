// offset and limit of a list: a limit that is not positive means all, an offset past the end gives
// nothing. Pure; any thread. Source: the Schema Registry REST API, release 8.1.
#pragma once

#include <algorithm>
#include <vector>

#include "gateway/call.hpp"

namespace sgw::gateway::api {

template <class T>
Result<std::vector<T>> page_of(const Call& call, std::vector<T> all) {
    BOOST_OUTCOME_TRY(const auto offset, call.integer("offset", 0));
    BOOST_OUTCOME_TRY(const auto limit, call.integer("limit", -1));
    if (offset < 0) return Error{400, "offset must not be negative"};
    const auto begin = std::min(static_cast<std::size_t>(offset), all.size());
    const auto wanted = limit > 0 ? static_cast<std::size_t>(limit) : all.size();
    const auto end = begin + std::min(wanted, all.size() - begin);
    using Difference = std::ptrdiff_t;
    return std::vector<T>(all.begin() + static_cast<Difference>(begin),
                          all.begin() + static_cast<Difference>(end));
}

}  // namespace sgw::gateway::api
