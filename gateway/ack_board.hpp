// Where registrations wait until enough regions have them. Fed by the catalog's change feed and by
// changes of region health; wakes the waiting coroutine on its own context. All calls from any
// thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>

#include "store/catalog/deployment.hpp"

namespace sgw::gateway {

class AckBoard {
  public:
    /// Wakes its owner for every change of its version from construction on; changes in between are
    /// not lost.
    class Watch {
      public:
        Watch(AckBoard& board, catalog::SubjectVersion what, boost::asio::any_io_executor executor);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

        /// True when something changed since the last call, false at the deadline, or when all
        /// waits end.
        boost::asio::awaitable<bool> changed(std::chrono::steady_clock::time_point deadline);

      private:
        friend class AckBoard;
        struct State;

        AckBoard& board_;
        std::shared_ptr<State> state_;
    };

    void deployment_changed(const catalog::SubjectVersion& what);
    void region_changed();
    /// Nobody waits for longer than until then.
    void end_by(std::chrono::steady_clock::time_point latest);

  private:
    static void wake(const std::shared_ptr<Watch::State>& state);

    std::mutex mutex_;
    std::chrono::steady_clock::time_point latest_ = std::chrono::steady_clock::time_point::max();
    std::multimap<catalog::SubjectVersion, std::shared_ptr<Watch::State>> waiting_;
};

}  // namespace sgw::gateway
