#include "gateway/http/worker.hpp"

#include "gateway/http/answer.hpp"

namespace sgw::gateway::http {

void ServerShared::task_started() {
    const std::lock_guard lock(mutex_);
    ++tasks_;
}

void ServerShared::task_ended() {
    const std::lock_guard lock(mutex_);
    if (--tasks_ == 0) {
        changed_.notify_all();
    }
}

bool ServerShared::wait_for_tasks(Clock::time_point until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return tasks_ == 0; });
}

const std::string& Worker::date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) {
        date_second_ = now;
        date_ = http_date(now);
    }
    return date_;
}

}  // namespace sgw::gateway::http
