#include "gateway/regions.hpp"

#include <algorithm>
#include <boost/asio/query.hpp>

#include "gateway/http/address_book.hpp"

namespace sgw::gateway {
namespace {

const void* context_of(const asio::any_io_executor& executor) {
    return &asio::query(executor, asio::execution::context);
}

http::ClientPoolOptions pool_options(const config::Region& region) {
    http::ClientPoolOptions options;
    options.urls = region.urls;
    options.basic_auth = region.basic_auth;
    options.connections = region.connections;
    options.queue = region.queue;
    return options;
}

routing::HealthPolicy health_policy(const config::Config& config) {
    routing::HealthPolicy policy;
    policy.failures = config.health.failures;
    policy.patience = config.reads.try_timeout;
    return policy;
}

}  // namespace

Regions::Regions(const config::Config& config,
                 Runtime& runtime,
                 Metrics& metrics,
                 const Region::OnChange& on_change) {
    const auto addresses = http::AddressBook::create(runtime.control());
    std::vector<asio::io_context*> contexts{&runtime.control()};
    for (std::size_t i = 0; i < runtime.workers(); ++i) contexts.push_back(&runtime.worker(i));
    for (const auto& one : config.regions) {
        regions_.push_back(std::make_unique<Region>(one, health_policy(config), on_change));
        auto& region = *regions_.back();
        for (auto* const context : contexts) {
            auto& client =
                clients_[{static_cast<const asio::execution_context*>(context), one.name}];
            client.pool = std::make_unique<http::ClientPool>(
                context->get_executor(), pool_options(one), addresses);
            client.upstream = std::make_unique<Upstream>(region,
                                                         region.mapping(),
                                                         metrics.region(region.name()),
                                                         *client.pool,
                                                         runtime.pool());
        }
    }
}

std::vector<RegionName> Regions::names() const {
    std::vector<RegionName> names;
    for (const auto& region : regions_) names.push_back(region->name());
    return names;
}

Region* Regions::find(const RegionName& name) const {
    for (const auto& region : regions_) {
        if (region->name() == name) return region.get();
    }
    return nullptr;
}

std::vector<routing::Candidate> Regions::candidates() const {
    std::vector<routing::Candidate> candidates;
    for (const auto& region : regions_) candidates.push_back(region->candidate());
    return candidates;
}

std::chrono::seconds Regions::since_last_answer() const {
    std::int64_t last = 0;
    for (const auto& region : regions_) last = std::max(last, region->status().last_answer_ms);
    if (last == 0) return std::chrono::seconds{0};
    return std::chrono::seconds(std::max<std::int64_t>(0, unix_ms() - last) / 1000);
}

std::optional<routing::RegistrationBlock> Regions::registration_block() const {
    std::vector<routing::RegionView> views;
    for (const auto& region : regions_) views.push_back(region->view());
    return routing::registration_block(views);
}

Upstream& Regions::upstream(const asio::any_io_executor& executor, const RegionName& name) {
    return *clients_.at({context_of(executor), name.value}).upstream;
}

}  // namespace sgw::gateway
