// How much a job asks of its region, and how long it waits for one answer. Any thread.
#pragma once

#include <chrono>

#include "gateway/services.hpp"

namespace sgw::gateway::jobs {

/// How many subjects one job asks about at a time.
inline constexpr unsigned subjects_at_a_time = 8;

/// Of a probe, and of every other question to a region that is as small as one (`health.timeout`).
inline std::chrono::steady_clock::time_point answer_deadline(const Services& services) {
    return std::chrono::steady_clock::now() + services.config.health.timeout;
}

}  // namespace sgw::gateway::jobs
