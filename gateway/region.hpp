// One region as this process sees it: health, admission, counters. Shared by all threads; every
// call is short and takes the region's own lock. Does no I/O.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "routing/admission.hpp"
#include "routing/read_plan.hpp"
#include "routing/region_answer.hpp"
#include "routing/region_health.hpp"
#include "routing/region_mapping.hpp"
#include "routing/registration_block.hpp"
#include "routing/suspicions.hpp"
#include "store/types.hpp"

namespace sgw::gateway {

/// What people are shown of a region.
struct RegionStatus {
    routing::Up reachable = routing::Up::unknown;
    routing::Up read = routing::Up::unknown;
    routing::Up write = routing::Up::unknown;
    routing::Admission admission = routing::Admission::unknown;
    bool adopted = false;
    std::string health_reason;
    std::string admission_reason;
    std::int64_t health_since_ms = 0;  // Unix time
    std::int64_t admission_since_ms = 0;
    std::int64_t last_answer_ms = 0;  // 0: never
    std::uint64_t ejections = 0;
};

class Region {
  public:
    /// Told of every change of health or admission, outside the lock, on the thread that saw it.
    using OnChange = std::function<void(const Region&)>;

    Region(config::Region config, routing::HealthPolicy policy, OnChange on_change);

    const RegionName& name() const { return name_; }
    const config::Region& config() const { return config_; }
    const routing::RegionMapping& mapping() const { return mapping_; }

    RegionStatus status() const;
    /// Takes deployments now: claimed, answering, with a leader.
    bool may_deploy() const;
    routing::Standing standing() const;
    routing::Candidate candidate() const;
    routing::RegionView view() const;

    // What became of calls; see RegionHealth for `took` and `about`.
    void answered(std::chrono::nanoseconds took);
    void failed(const routing::Failed& failure, std::string_view about);
    void probe_answered(std::chrono::nanoseconds took);
    void write_succeeded();
    /// The region asked to be left alone until then.
    std::optional<std::chrono::steady_clock::time_point> throttled_until() const;
    /// Not as claimed while a refused write stands, which may have come while it was prepared.
    void admit(routing::Standing standing);
    void examination_failed(const std::string& reason);
    void doubt();

    /// The region refused a write for its mode, in these words; it gets no more until its
    /// preparation passes, and with it the mode of this subject.
    void refuse_write(const Subject& subject, std::string reason);
    struct Refusal {
        Subject subject;
        std::string reason;

        bool operator==(const Refusal&) const = default;
    };
    std::optional<Refusal> refusal() const;
    /// Unless another came meanwhile.
    void forget(const Refusal& refusal);

    /// The region contradicted the catalog about this subject, which deserves a look there.
    void suspect(const Subject& subject);
    bool is_suspected() const;
    std::set<Subject> take_suspects();

    /// What the region, which is not adopted, holds under that id is another schema in the catalog.
    /// True the first time.
    bool contradicts(const Context& context, SchemaId id);

  private:
    /// Tells `event` to the health, and a change of it to everybody.
    template <class Event>
    void note(Event event);
    /// With the lock held. False when it stands so already.
    bool replace_standing(routing::Standing standing);

    const RegionName name_;
    const config::Region config_;
    const routing::RegionMapping mapping_{};
    const OnChange on_change_;

    mutable std::mutex mutex_;
    routing::RegionHealth health_;
    routing::Standing standing_;
    std::int64_t health_since_ms_;
    std::int64_t admission_since_ms_;
    std::optional<Refusal> refusal_;
    routing::Suspicions suspicions_;
    routing::ContradictedIds contradicted_ids_;
    std::atomic<std::int64_t> last_answer_ms_{0};
};

/// Unix time in milliseconds.
std::int64_t unix_ms();

}  // namespace sgw::gateway
