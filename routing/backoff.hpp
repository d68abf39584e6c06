// Capped exponential delay, jittered. Pure; any thread.
#pragma once

#include <chrono>

namespace sgw::routing {

/// Delay before attempt `attempt` + 1 (attempts count from 1): initial * 2^(attempt-1), at most
/// `max`, of which the lower half is certain and the upper half random. `random` is in [0, 1).
std::chrono::milliseconds backoff(unsigned attempt,
                                  std::chrono::milliseconds initial,
                                  std::chrono::milliseconds max,
                                  double random);

/// `period` give or take a tenth.
std::chrono::milliseconds jittered(std::chrono::milliseconds period, double random);

}  // namespace sgw::routing
