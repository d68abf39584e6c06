#include "routing/passes.hpp"

namespace sgw::routing {

bool Passes::goes_on(Reading reading, Up reachable) {
    failures_in_a_row_ = reading == Reading::done ? 0 : failures_in_a_row_ + 1;
    return reachable != Up::no && failures_in_a_row_ < most_failures_in_a_row;
}

}  // namespace sgw::routing
