#include "gateway/jobs/parallel.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <memory>

#include "gateway/as_value.hpp"
#include "gateway/runtime.hpp"

namespace sgw::gateway::jobs {
namespace {

using Work = std::function<asio::awaitable<GoOn>(std::size_t)>;

struct Lanes {
    Lanes(const asio::any_io_executor& executor, std::size_t items, Work each)
        : work(std::move(each)), count(items), all_ended(executor) {}

    Work work;
    std::size_t count;
    std::size_t next = 0;
    unsigned running = 0;
    std::exception_ptr failure;
    asio::steady_timer all_ended;  // never expires: cancelled by the last lane
};

asio::awaitable<void> run_lane(std::shared_ptr<Lanes> lanes) {
    try {
        while (lanes->next < lanes->count) {
            const auto item = lanes->next++;
            const auto go_on = co_await lanes->work(item);
            if (go_on == GoOn::no) lanes->count = 0;
        }
    } catch (...) {
        lanes->count = 0;
        if (!lanes->failure) lanes->failure = std::current_exception();
    }
    if (--lanes->running == 0) lanes->all_ended.cancel();
}

}  // namespace

asio::awaitable<void> in_parallel(asio::any_io_executor executor,
                                  unsigned lanes,
                                  std::size_t count,
                                  Work work) {
    const auto shared = std::make_shared<Lanes>(executor, count, std::move(work));
    shared->running = static_cast<unsigned>(std::min<std::size_t>(lanes, count));
    shared->all_ended.expires_at(asio::steady_timer::time_point::max());
    for (unsigned started = shared->running; started > 0; --started) {
        spawn(executor, run_lane(shared), "lane");
    }
    while (shared->running > 0) {
        co_await shared->all_ended.async_wait(as_value);
    }
    if (shared->failure) std::rethrow_exception(shared->failure);
}

}  // namespace sgw::gateway::jobs
