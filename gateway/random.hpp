// Randomness for jitter. Any thread.
#pragma once

#include <random>

namespace sgw::gateway {

/// Uniform in [0, 1).
inline double random_fraction() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace sgw::gateway
