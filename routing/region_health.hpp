// Whether a region may be asked: N consecutive failures leave it out until a probe succeeds. All
// regions may be out at once. Reads and writes are told apart: a registry without a leader still
// reads; as no probe writes, each probe's success lets writes be tried once more.
//
// A state machine without clock or I/O; not thread-safe, its owner guards it.
#pragma once

#include <cstdint>
#include <string>

namespace sgw::routing {

enum class Up { unknown, yes, no };

class RegionHealth {
  public:
    explicit RegionHealth(unsigned failures_to_leave_out)
        : failures_to_leave_out_(failures_to_leave_out) {}

    enum class Change { none, went_down, came_up };

    /// The region answered; a probe's success also ends a time out.
    Change succeeded();
    Change probe_succeeded();
    /// It did not answer, or answered with a 5xx. `reason` is kept for people.
    Change failed(std::string reason);

    /// A write was refused for want of a leader, or went through.
    Change write_failed(std::string reason);
    Change write_succeeded();

    Up read() const { return read_; }
    Up write() const { return read_ == Up::yes ? write_ : read_; }
    bool may_read() const { return read_ != Up::no; }
    bool may_write() const { return read_ == Up::yes && (write_ != Up::no || write_trial_); }
    const std::string& reason() const { return reason_; }
    unsigned consecutive_failures() const { return consecutive_failures_; }
    std::uint64_t ejections() const { return ejections_; }

  private:
    unsigned failures_to_leave_out_;
    unsigned consecutive_failures_ = 0;
    std::uint64_t ejections_ = 0;
    Up read_ = Up::unknown;
    Up write_ = Up::unknown;
    bool write_trial_ = false;
    std::string reason_;
};

}  // namespace sgw::routing
