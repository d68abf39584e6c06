// The subjects about which a region has contradicted the catalog, to be read there. A bounded set:
// what does not fit is noticed again by the next read. A subject that was taken rests for a while,
// because some contradictions cannot be explained and would cost a look for each read.
//
// Takes `now`, does no I/O; not thread-safe, its owner guards it.
#pragma once

#include <chrono>
#include <map>
#include <set>

#include "store/types.hpp"

namespace sgw::routing {

class Suspicions {
  public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t most = 256;
    static constexpr std::chrono::seconds rest{10};

    void add(const Subject& subject, Time now);
    bool any() const { return !waiting_.empty(); }
    std::set<Subject> take(Time now);

  private:
    std::set<Subject> waiting_;
    std::map<Subject, Time> resting_;  // until then
};

}  // namespace sgw::routing
