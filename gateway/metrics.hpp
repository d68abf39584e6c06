// Everything that /metrics shows. Hot paths hold handles that were looked up once; what other
// modules count in plain structs is read at scrape time by a collector that the app hands in. Any
// thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "routing/operation.hpp"
#include "store/types.hpp"

namespace sgw::gateway {

/// Where an answer came from.
enum class Source {
    memory,    // rendered before
    view,      // the catalog, which is the authority for it
    region,    // a region confirmed it
    degraded,  // the catalog, because no region confirmed it
};

std::string_view source_name(Source source);

/// How a call to a region ended, as the label `outcome` says it.
enum class UpstreamOutcome {
    answered,
    refused,
    server_error,
    throttled,
    credentials,
    garbage,
    transport
};

struct RegionMetrics {
    std::array<prometheus::Counter*, 7> requests{};  // by UpstreamOutcome
    prometheus::Histogram* duration = nullptr;
    prometheus::Counter* findings = nullptr;  // what a region said and the catalog knows better
    prometheus::Counter* requeued = nullptr;  // versions that a region had lost
};

/// Collected at scrape: one sample of a gauge or counter that lives elsewhere.
struct Sample {
    std::string name;  // without prefix
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

class Metrics {
  public:
    explicit Metrics(const std::vector<RegionName>& regions);

    void count_request(const routing::Route& route, int status, std::chrono::nanoseconds duration);
    /// A request that matched no route, or none of its methods.
    void count_unmatched(int status);
    void count_answer(Source source);
    void count_ids_allocated(std::size_t count);
    RegionMetrics& region(const RegionName& name) { return regions_.at(name); }

    /// The exposition format, version 0.0.4.
    std::string scrape(const std::vector<Sample>& samples);

    /// Names, types and labels of every metric, as the documentation lists them.
    struct Described {
        std::string name;
        std::string type;
        std::vector<std::string> labels;
        std::string help;
    };
    static const std::vector<Described>& described();

  private:
    static constexpr std::size_t statuses = 600;
    using ByStatus = std::array<std::atomic<prometheus::Counter*>, statuses>;

    prometheus::Counter& request_counter(std::size_t route, int status);

    prometheus::Registry registry_;
    prometheus::Family<prometheus::Counter>& requests_;
    std::vector<std::string> labels_;  // of the routes, then of what matched none
    std::unique_ptr<ByStatus[]> request_counters_;
    std::vector<prometheus::Histogram*> durations_;
    std::array<prometheus::Counter*, 4> answers_{};
    prometheus::Counter* ids_allocated_ = nullptr;
    std::map<RegionName, RegionMetrics> regions_;
};

}  // namespace sgw::gateway
