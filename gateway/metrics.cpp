#include "gateway/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>

namespace sgw::gateway {
namespace {

using Labels = std::vector<std::string>;
constexpr const char* prefix = "schema_gateway_";

const std::vector<Metrics::Described> all_described{
    {"schema_gateway_build_info", "gauge", {"version"}, "Always 1; the label tells the release"},
    {"schema_gateway_requests_total",
     "counter",
     {"code", "operation"},
     "Requests answered on the client listener"},
    {"schema_gateway_request_duration_seconds",
     "histogram",
     {"operation"},
     "From the request's first byte to its answer"},
    {"schema_gateway_answers_total", "counter", {"source"}, "Answers by where they came from"},
    {"schema_gateway_answer_cache_bytes", "gauge", {}, "Memory held by rendered answers"},
    {"schema_gateway_connections", "gauge", {"listener"}, "Open connections"},
    {"schema_gateway_connections_accepted_total", "counter", {"listener"}, "Connections accepted"},
    {"schema_gateway_accept_errors_total",
     "counter",
     {"listener"},
     "Connections that could not be accepted: no descriptors or no memory left"},
    {"schema_gateway_connections_rejected_total",
     "counter",
     {"listener"},
     "Connections over the limit"},
    {"schema_gateway_bad_requests_total",
     "counter",
     {"listener", "reason"},
     "Requests refused before they were understood"},
    {"schema_gateway_region_up",
     "gauge",
     {"kind", "region"},
     "1 while the region answers in time for reads (read) or may be deployed to (write)"},
    {"schema_gateway_region_admission",
     "gauge",
     {"region", "state"},
     "1 for the state the region is in; alarm on every state but claimed"},
    {"schema_gateway_region_requests_total",
     "counter",
     {"outcome", "region"},
     "Calls to the region by how they ended"},
    {"schema_gateway_region_request_duration_seconds",
     "histogram",
     {"region"},
     "Duration of calls to the region, without the wait for one of our connections"},
    {"schema_gateway_region_ejections_total",
     "counter",
     {"region"},
     "Times the region was left out"},
    {"schema_gateway_region_findings_total",
     "counter",
     {"region"},
     "Answers of the region that contradict the catalog or cannot be read"},
    {"schema_gateway_region_requeued_total",
     "counter",
     {"region"},
     "Versions the region had lost, deployed again"},
    {"schema_gateway_deployments",
     "gauge",
     {"region", "state"},
     "Subject versions by deployment state"},
    {"schema_gateway_deployment_oldest_pending_age_seconds",
     "gauge",
     {"region"},
     "Age of the oldest deployment that is not done; 0 without any"},
    {"schema_gateway_log_head", "gauge", {}, "Sequence number of the last entry in the view"},
    {"schema_gateway_writes_refused_total",
     "counter",
     {"reason"},
     "Writes refused because too many waited (full) or they waited too long (overdue)"},
    {"schema_gateway_ids_allocated_total",
     "counter",
     {},
     "Schema ids that got their meaning since start"},
    {"schema_gateway_highest_schema_id", "gauge", {}, "Highest id in use in any context"},
};

const Metrics::Described& description(std::string_view name) {
    const auto& all = Metrics::described();
    return *std::ranges::find_if(
        all, [&](const auto& one) { return one.name == prefix + std::string(name); });
}

auto& counter_family(prometheus::Registry& registry, std::string_view name) {
    const auto& about = description(name);
    return prometheus::BuildCounter().Name(about.name).Help(about.help).Register(registry);
}

auto& histogram_family(prometheus::Registry& registry, std::string_view name) {
    const auto& about = description(name);
    return prometheus::BuildHistogram().Name(about.name).Help(about.help).Register(registry);
}

const prometheus::Histogram::BucketBoundaries& latency_buckets() {
    static const prometheus::Histogram::BucketBoundaries buckets{0.0001,
                                                                 0.00025,
                                                                 0.0005,
                                                                 0.001,
                                                                 0.0025,
                                                                 0.005,
                                                                 0.01,
                                                                 0.025,
                                                                 0.05,
                                                                 0.1,
                                                                 0.25,
                                                                 0.5,
                                                                 1,
                                                                 2.5,
                                                                 5};
    return buckets;
}

constexpr std::array<std::string_view, 7> outcome_names{
    "answered", "refused", "server_error", "throttled", "credentials", "garbage", "transport"};

prometheus::MetricFamily family_of(const Metrics::Described& about) {
    prometheus::MetricFamily family;
    family.name = about.name;
    family.help = about.help;
    family.type =
        about.type == "counter" ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    return family;
}

prometheus::ClientMetric metric_of(const Sample& sample, prometheus::MetricType type) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    if (type == prometheus::MetricType::Counter) {
        metric.counter.value = sample.value;
    } else {
        metric.gauge.value = sample.value;
    }
    return metric;
}

std::vector<prometheus::MetricFamily> families_of(const std::vector<Sample>& samples) {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& about : Metrics::described()) {
        auto family = family_of(about);
        for (const auto& sample : samples) {
            if (prefix + sample.name != about.name) continue;
            family.metric.push_back(metric_of(sample, family.type));
        }
        if (!family.metric.empty()) families.push_back(std::move(family));
    }
    return families;
}

}  // namespace

std::string_view source_name(Source source) {
    switch (source) {
        case Source::memory:
            return "memory";
        case Source::view:
            return "view";
        case Source::region:
            return "region";
        case Source::degraded:
            return "degraded";
    }
    return "";
}

const std::vector<Metrics::Described>& Metrics::described() {
    return all_described;
}

Metrics::Metrics(const std::vector<RegionName>& regions)
    : requests_(counter_family(registry_, "requests_total")) {
    auto& durations = histogram_family(registry_, "request_duration_seconds");
    for (const auto& route : routing::routes()) {
        labels_.emplace_back(route.label);
        durations_.push_back(&durations.Add({{"operation", labels_.back()}}, latency_buckets()));
    }
    labels_.emplace_back("unmatched");
    request_counters_ = std::make_unique<ByStatus[]>(labels_.size());
    auto& answers = counter_family(registry_, "answers_total");
    for (const auto source : {Source::memory, Source::view, Source::region, Source::degraded}) {
        answers_[static_cast<std::size_t>(source)] =
            &answers.Add({{"source", std::string(source_name(source))}});
    }
    ids_allocated_ = &counter_family(registry_, "ids_allocated_total").Add({});
    auto& region_requests = counter_family(registry_, "region_requests_total");
    auto& region_durations = histogram_family(registry_, "region_request_duration_seconds");
    auto& findings = counter_family(registry_, "region_findings_total");
    auto& requeued = counter_family(registry_, "region_requeued_total");
    for (const auto& name : regions) {
        auto& metrics = regions_[name];
        for (std::size_t i = 0; i < outcome_names.size(); ++i) {
            metrics.requests[i] = &region_requests.Add(
                {{"region", name.value}, {"outcome", std::string(outcome_names[i])}});
        }
        metrics.duration = &region_durations.Add({{"region", name.value}}, latency_buckets());
        metrics.findings = &findings.Add({{"region", name.value}});
        metrics.requeued = &requeued.Add({{"region", name.value}});
    }
}

prometheus::Counter& Metrics::request_counter(std::size_t route, int status) {
    const auto index =
        static_cast<std::size_t>(std::clamp(status, 0, static_cast<int>(statuses) - 1));
    auto& slot = request_counters_[route][index];
    auto* counter = slot.load(std::memory_order_acquire);
    if (counter == nullptr) {
        counter = &requests_.Add({{"operation", labels_[route]}, {"code", std::to_string(status)}});
        slot.store(counter, std::memory_order_release);
    }
    return *counter;
}

void Metrics::count_request(const routing::Route& route,
                            int status,
                            std::chrono::nanoseconds duration) {
    const auto* const first = routing::routes().data();
    const bool listed = &route >= first && &route < first + routing::routes().size();
    if (!listed) return count_unmatched(status);
    const auto index = static_cast<std::size_t>(&route - first);
    request_counter(index, status).Increment();
    durations_[index]->Observe(std::chrono::duration<double>(duration).count());
}

void Metrics::count_unmatched(int status) {
    request_counter(labels_.size() - 1, status).Increment();
}

void Metrics::count_answer(Source source) {
    answers_[static_cast<std::size_t>(source)]->Increment();
}

void Metrics::count_ids_allocated(std::size_t count) {
    ids_allocated_->Increment(static_cast<double>(count));
}

std::string Metrics::scrape(const std::vector<Sample>& samples) {
    auto families = registry_.Collect();
    std::ranges::move(families_of(samples), std::back_inserter(families));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace sgw::gateway
