// Passes over subjects of a region that have to be read there: where each begins, and when it is
// given up. A subject that fails keeps no other from being read; a region that fails is let alone,
// and the next pass goes on behind where this one stopped, so that all get their turn.
//
// A state machine without clock or I/O; not thread-safe.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "routing/region_health.hpp"
#include "store/types.hpp"

namespace sgw::routing {

class Passes {
  public:
    /// Different subjects that fail one after the other before a pass is given up.
    static constexpr unsigned most_failures_in_a_row = 3;

    /// Whether a subject could be read; what failed is read again in another pass.
    enum class Reading { done, failed };

    /// A pass begins: puts those first that come behind the last one read. `items` ascend.
    template <class Item, class SubjectOf = std::identity>
    void begin(std::vector<Item>& items, SubjectOf subject_of = {}) {
        failures_in_a_row_ = 0;
        if (!last_) return;
        const auto behind = [&](const Subject& subject) { return *last_ < subject; };
        std::rotate(items.begin(), std::ranges::find_if(items, behind, subject_of), items.end());
    }

    /// This one is read now. Several may be at a time, each once in a pass.
    void reads(const Subject& subject) { last_ = subject; }

    /// Whether the pass goes on with others, after this came of one.
    bool goes_on(Reading reading, Up reachable);

  private:
    std::optional<Subject> last_;
    unsigned failures_in_a_row_ = 0;
};

}  // namespace sgw::routing
