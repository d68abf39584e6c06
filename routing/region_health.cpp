#include "routing/region_health.hpp"

#include <utility>

namespace sgw::routing {

RegionHealth::Change RegionHealth::succeeded() {
    consecutive_failures_ = 0;
    return Change::none;
}

RegionHealth::Change RegionHealth::probe_succeeded() {
    consecutive_failures_ = 0;
    write_trial_ = true;
    if (read_ == Up::yes) return Change::none;
    read_ = Up::yes;
    reason_.clear();
    return Change::came_up;
}

RegionHealth::Change RegionHealth::failed(std::string reason) {
    reason_ = std::move(reason);
    ++consecutive_failures_;
    if (read_ == Up::no || consecutive_failures_ < failures_to_leave_out_) return Change::none;
    if (read_ == Up::yes) ++ejections_;
    read_ = Up::no;
    return Change::went_down;
}

RegionHealth::Change RegionHealth::write_failed(std::string reason) {
    reason_ = std::move(reason);
    write_trial_ = false;
    return std::exchange(write_, Up::no) == Up::no ? Change::none : Change::went_down;
}

RegionHealth::Change RegionHealth::write_succeeded() {
    return std::exchange(write_, Up::yes) == Up::no ? Change::came_up : Change::none;
}

}  // namespace sgw::routing
