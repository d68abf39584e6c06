// What the handlers and jobs of the gateway share: the catalog, its writer, the regions. Owned and
// wired by the app; everything here outlives every request and job.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>

#include "config/config.hpp"
#include "gateway/ack_board.hpp"
#include "gateway/answer_cache.hpp"
#include "gateway/compression.hpp"
#include "gateway/metrics.hpp"
#include "gateway/regions.hpp"
#include "gateway/runtime.hpp"
#include "store/catalog/rules/register.hpp"
#include "store/catalog/view.hpp"
#include "store/catalog/writer.hpp"
#include "store/error.hpp"
#include "store/log/log.hpp"

namespace sgw::gateway {

struct Services {
    const config::Config& config;
    catalog::RegistryPolicy policy;
    log::Log& log;
    catalog::View& view;
    catalog::Writer& writer;
    AnswerCache& cache;
    AckBoard& acks;
    Regions& regions;
    Metrics& metrics;
    Compression& compression;
    boost::asio::thread_pool& pool;
    boost::asio::thread_pool& computing;
};

struct Call;

/// Where a question to the catalog waits, and until when. What parses and compares schemas may take
/// seconds: it has threads of its own, so that plain reads never queue behind it.
struct Turn {
    enum class Lane { reading, computing };

    Lane lane = Lane::reading;
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

Turn turn_of(const Call& call);

/// A snapshot of the catalog with its questions, which block.
class CatalogSnapshot {
  public:
    explicit CatalogSnapshot(const catalog::View& view)
        : store_(view.snapshot()), queries_(*store_) {}
    const catalog::Queries& operator*() const { return queries_; }
    const catalog::Queries* operator->() const { return &queries_; }

  private:
    std::unique_ptr<const catalog::KeyValues> store_;
    catalog::Queries queries_;
};

/// Runs `query(const catalog::Queries&)` against one snapshot on a pool. Throws Overdue when its
/// turn comes too late.
template <class Query>
auto ask(const Services& services, Query query, Turn turn = {})
    -> boost::asio::awaitable<std::invoke_result_t<Query&, const catalog::Queries&>> {
    auto job = [&services, &query] {
        const CatalogSnapshot snapshot(services.view);
        return query(*snapshot);
    };
    auto& pool = turn.lane == Turn::Lane::computing ? services.computing : services.pool;
    co_return co_await offload(pool, std::ref(job), turn.deadline);
}

/// Hands the command to the writer and resumes the caller on its own executor: with the outcome, or
/// with `unknown` at the command's deadline. A command without one, of a job, is waited for 30 s.
boost::asio::awaitable<catalog::WriteResult> commit(catalog::Writer& writer,
                                                    catalog::Command command);

}  // namespace sgw::gateway
