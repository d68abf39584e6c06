// How many bytes of request bodies the connections of a server hold together, from before they are
// read until their requests are answered. Small bodies are free: they are bounded by the number of
// connections, and a busy server still takes them. Any thread.
#pragma once

#include <atomic>
#include <cstddef>

namespace sgw::gateway::http {

inline constexpr std::size_t free_body_bytes = std::size_t{64} * 1024;

class BodyBudget {
  public:
    /// What one request has taken; given back with it.
    class Share {
      public:
        explicit Share(BodyBudget& budget) : budget_(&budget) {}
        ~Share() { give_back(); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        /// Sees to it that a body of `total` bytes is within `most` bytes for all. False: it is
        /// not.
        bool cover(std::size_t total, std::size_t most) {
            if (total <= free_body_bytes || total <= taken_) {
                return true;
            }
            if (!budget_->take(total - taken_, most)) {
                return false;
            }
            taken_ = total;
            return true;
        }

        void give_back() {
            budget_->in_use_.fetch_sub(taken_, std::memory_order_relaxed);
            taken_ = 0;
        }

      private:
        BodyBudget* budget_;
        std::size_t taken_ = 0;
    };

    std::size_t in_use() const { return in_use_.load(std::memory_order_relaxed); }

  private:
    bool take(std::size_t bytes, std::size_t most) {
        std::size_t before = in_use();
        do {
            if (before > most || bytes > most - before) {
                return false;
            }
        } while (!in_use_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
        return true;
    }

    std::atomic<std::size_t> in_use_{0};
};

}  // namespace sgw::gateway::http
