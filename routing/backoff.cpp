#include "routing/backoff.hpp"

#include <algorithm>

namespace sgw::routing {
namespace {

using std::chrono::milliseconds;
constexpr unsigned max_doublings = 20;

milliseconds scaled(milliseconds base, double factor) {
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(base.count()) * factor));
}

}  // namespace

milliseconds backoff(unsigned attempt, milliseconds initial, milliseconds max, double random) {
    const auto doublings = std::min(attempt == 0 ? 0 : attempt - 1, max_doublings);
    const auto ceiling = std::min(max, initial * (milliseconds::rep{1} << doublings));
    return std::max(milliseconds{1}, scaled(ceiling, 0.5 + random / 2));
}

milliseconds jittered(milliseconds period, double random) {
    return scaled(period, 0.9 + random / 5);
}

}  // namespace sgw::routing
