// How an entry changes the view: deterministic, so that a view rebuilt from the log equals the one
// that grew with it. No clock, no randomness; reads only what it is given.
#pragma once

#include "store/catalog/events.hpp"
#include "store/catalog/key_values.hpp"
#include "store/log/log.hpp"

namespace sgw::catalog {

/// `time_ms` is the entry's. Throws ViewUnreadable.
void apply(const Events& events,
           log::Sequence sequence,
           std::int64_t time_ms,
           MutableKeyValues& store);

}  // namespace sgw::catalog
