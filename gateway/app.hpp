// The one place where everything is made and wired: stores, writer, regions, jobs, listeners. run()
// serves until it is told to stop.
#pragma once

#include <functional>

#include "config/config.hpp"
#include "gateway/stores.hpp"

namespace sgw::gateway {

/// Serves until `wait_for_stop` returns; then drains and closes in order. Blocks the calling
/// thread.
ResultOr<void, StartFailure> run(const config::Config& config,
                                 const std::function<void()>& wait_for_stop);

}  // namespace sgw::gateway
