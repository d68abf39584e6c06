#include "gateway/app.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <latch>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/admin/admin.hpp"
#include "gateway/http/listen.hpp"
#include "gateway/http/server.hpp"
#include "gateway/jobs/book.hpp"
#include "gateway/jobs/deployer.hpp"
#include "gateway/jobs/keeper.hpp"
#include "gateway/logging.hpp"
#include "gateway/pipeline.hpp"
#include "gateway/services.hpp"
#include "gateway/version.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway {
namespace {

constexpr std::size_t answer_cache_bytes = 64U << 20U;

catalog::RegistryPolicy policy_of(const config::Config& config) {
    catalog::RegistryPolicy policy;
    policy.default_level = schema::level_from_name(config.schemas.default_compatibility).value();
    policy.validation = config.schemas.avro_validate_defaults ? schema::Validation::strict
                                                              : schema::Validation::standard;
    policy.id_scope = config.id_scope();
    policy.id_floor = config.ids.floor;
    return policy;
}

std::vector<RegionName> region_names(const config::Config& config) {
    std::vector<RegionName> names;
    for (const auto& region : config.regions) names.push_back(RegionName{region.name});
    return names;
}

void log_failure(std::string_view name, std::string_view what) {
    log_event(Level::error, "task_failed", {{"task", name}, {"reason", what}});
}

void log_region(const Region& region) {
    const auto status = region.status();
    const bool well = status.read == routing::Up::yes && region.may_deploy();
    log_event(well ? Level::info : Level::warning,
              "region_changed",
              {{"region", region.name().value},
               {"read", up_name(status.read)},
               {"write", up_name(status.write)},
               {"health_reason", status.health_reason},
               {"admission", admission_name(status.admission)},
               {"admission_reason", status.admission_reason}});
}

using Claims = std::map<RegionName, catalog::RegionClaim>;

/// Everything between the stores and the listeners. Members are destroyed from the last to the
/// first. What has timers in the runtime's contexts stands behind it and goes first; the frames of
/// coroutines that were given up go with the runtime, so that the destructors of what they own
/// touch nothing but what stands before it.
class App {
  public:
    App(const config::Config& config, Stores stores, const Claims& claims);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    ResultOr<void, StartFailure> listen();
    void start_jobs();
    void announce() const;
    void stop();

  private:
    void on_applied(log::Sequence sequence, const catalog::Events& events);
    void on_event(log::Sequence sequence, const catalog::Event& event);
    jobs::Deployer* deployer(const RegionName& region);
    std::vector<asio::io_context*> workers();
    asio::awaitable<http::Response> answer_client(const http::Request& request);
    ResultOr<std::unique_ptr<http::Server>, StartFailure> serve(
        const config::Endpoint& endpoint,
        std::vector<asio::io_context*> contexts,
        http::Handler handler);

    const config::Config& config_;
    Stores stores_;
    Metrics metrics_;
    AnswerCache cache_{answer_cache_bytes};
    AckBoard acks_;
    Runtime runtime_;
    Compression compression_{runtime_.pool()};
    Regions regions_;
    catalog::Writer writer_;
    Services services_;
    admin::Readiness readiness_;
    std::vector<std::unique_ptr<jobs::Keeper>> keepers_;
    std::vector<std::unique_ptr<jobs::Deployer>> deployers_;  // in the order of regions_
    admin::Listeners listeners_;
    std::unique_ptr<http::Server> admin_;
    std::unique_ptr<http::Server> client_;
    bool jobs_run_ = false;
    bool stopped_ = false;
};

App::App(const config::Config& config, Stores stores, const Claims& claims)
    : config_(config),
      stores_(std::move(stores)),
      metrics_(region_names(config)),
      runtime_(Runtime::Options{.workers = config.gateway.threads, .on_failure = log_failure}),
      regions_(config,
               runtime_,
               metrics_,
               [this](const Region& region) {
                   log_region(region);
                   acks_.region_changed();
               }),
      writer_(
          *stores_.log,
          *stores_.view,
          [this](log::Sequence sequence, const catalog::Events& events) {
              on_applied(sequence, events);
          },
          unix_ms),
      services_{.config = config_,
                .policy = policy_of(config),
                .log = *stores_.log,
                .view = *stores_.view,
                .writer = writer_,
                .cache = cache_,
                .acks = acks_,
                .regions = regions_,
                .metrics = metrics_,
                .compression = compression_,
                .pool = runtime_.pool(),
                .computing = runtime_.computing()},
      readiness_(*stores_.view, runtime_.pool()) {
    for (const auto& region : regions_.all()) {
        const auto claim = claims.find(region->name());
        if (claim != claims.end()) region->admit(routing::at_start(claim->second));
    }
}

App::~App() {
    stop();
}

/// On the writer's thread, after the change is visible and before it is answered.
void App::on_applied(log::Sequence sequence, const catalog::Events& events) {
    for (const auto& event : events) on_event(sequence, event);
}

void App::on_event(log::Sequence sequence, const catalog::Event& event) {
    std::visit(Overloaded{
                   [&](const catalog::SchemaCreated&) { metrics_.count_ids_allocated(1); },
                   [&](const catalog::VersionAdded& added) {
                       cache_.drop(AnswerCache::tag(added.subject), sequence);
                       if (added.replaces) {
                           const auto old =
                               AnswerCache::tag(added.subject.context, *added.replaces);
                           cache_.drop(old, sequence);
                       }
                       cache_.drop(AnswerCache::tag(added.subject.context, added.id), sequence);
                   },
                   [&](const catalog::DeploymentChanged& changed) {
                       acks_.deployment_changed(changed.what);
                       if (changed.state != catalog::DeploymentState::pending) return;
                       if (auto* found = deployer(changed.region)) found->enqueue(changed.what);
                   },
                   [&](const catalog::ConfigSet&) { cache_.drop_all(sequence); },
                   [&](const catalog::ConfigDeleted&) { cache_.drop_all(sequence); },
                   [](const auto&) {},
               },
               event);
}

jobs::Deployer* App::deployer(const RegionName& region) {
    for (std::size_t i = 0; i < deployers_.size(); ++i) {
        if (regions_.all()[i]->name() == region) return deployers_[i].get();
    }
    return nullptr;
}

std::vector<asio::io_context*> App::workers() {
    std::vector<asio::io_context*> contexts;
    for (std::size_t i = 0; i < runtime_.workers(); ++i) contexts.push_back(&runtime_.worker(i));
    return contexts;
}

asio::awaitable<http::Response> App::answer_client(const http::Request& request) {
    if (config_.gateway.health_on_client) {
        const std::string_view target = request.target;
        const auto path = target.substr(0, target.find('?'));
        if (admin::is_health_path(path)) {
            std::string owned(path);
            co_return co_await admin::answer_health(readiness_, std::move(owned));
        }
    }
    co_return co_await answer_request(services_, request);
}

ResultOr<std::unique_ptr<http::Server>, StartFailure> App::serve(
    const config::Endpoint& endpoint,
    std::vector<asio::io_context*> contexts,
    http::Handler handler) {
    http::ServerOptions options;
    options.endpoint = endpoint;
    options.limits = config_.gateway.limits;
    options.shutdown_timeout = config_.gateway.shutdown_timeout;
    options.on_handler_failure = [](std::string_view what) { log_failure("request", what); };
    auto server = http::Server::start(contexts, std::move(options), std::move(handler));
    if (!server) return StartFailure{server.error().reason};
    return std::move(server).value();
}

ResultOr<void, StartFailure> App::listen() {
    listeners_.client = [this] { return client_ ? client_->stats() : http::ServerStats{}; };
    listeners_.admin = [this] { return admin_ ? admin_->stats() : http::ServerStats{}; };
    BOOST_OUTCOME_TRY(
        client_, serve(config_.gateway.listen, workers(), [this](const http::Request& request) {
            return answer_client(request);
        }));
    BOOST_OUTCOME_TRY(
        admin_,
        serve(config_.gateway.admin, {&runtime_.control()}, [this](const http::Request& request) {
            return admin::answer_admin(services_, readiness_, listeners_, request);
        }));
    return boost::outcome_v2::success();
}

/// A region that is not configured is not watched: put back, it is looked through first.
asio::awaitable<void> doubt_absent_regions(Services& services) {
    jobs::Decide decide = [present = services.regions.names()](const catalog::Queries& state) {
        return routing::doubt_absent(state, present);
    };
    const auto booked = co_await jobs::book_one(services.writer, std::move(decide));
    if (booked.failure) log_failure("doubt of regions that are not configured", *booked.failure);
}

void App::start_jobs() {
    spawn(runtime_.control().get_executor(), doubt_absent_regions(services_), "absent regions");
    for (const auto& region : regions_.all()) {
        const auto index = deployers_.size();
        deployers_.push_back(
            std::make_unique<jobs::Deployer>(services_, *region, runtime_.control(), [this, index] {
                keepers_[index]->prepare_again();
            }));
        keepers_.push_back(std::make_unique<jobs::Keeper>(
            services_, *region, runtime_.control(), *deployers_.back()));
    }
    runtime_.start();
    jobs_run_ = true;
    const auto control = runtime_.control().get_executor();
    for (std::size_t i = 0; i < keepers_.size(); ++i) {
        const auto& name = regions_.all()[i]->name().value;
        spawn(control, deployers_[i]->run(), "deployer " + name);
        spawn(control, keepers_[i]->run(), "keeper " + name);
    }
}

void App::announce() const {
    const auto address = [](const config::Endpoint& endpoint, std::uint16_t port) {
        return endpoint.host + ":" + std::to_string(port);
    };
    log_event(Level::info,
              "listening",
              {{"client", address(config_.gateway.listen, client_->port())},
               {"admin", address(config_.gateway.admin, admin_->port())},
               {"version", version_number},
               {"regions", regions_.all().size()},
               {"log", stores_.log->identity().uuid}});
}

void App::stop() {
    if (stopped_) return;
    stopped_ = true;
    const auto timeout = config_.gateway.shutdown_timeout;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    acks_.end_by(deadline - timeout / 10);  // which leaves time to answer who waits
    if (client_) client_->stop(deadline);
    if (jobs_run_) {
        std::latch told(1);
        asio::post(runtime_.control(), [this, &told] {
            for (auto& keeper : keepers_) keeper->stop();
            for (auto& one : deployers_) one->stop();
            told.count_down();
        });
        told.wait();
    }
    if (admin_) admin_->stop(deadline);
    runtime_.stop();
    writer_.stop();
}

/// Before anything is written: a start that fails for a port leaves nothing behind.
ResultOr<void, StartFailure> check_ports(const config::Gateway& gateway) {
    for (const auto* const endpoint : {&gateway.listen, &gateway.admin}) {
        const auto free = http::check_free(*endpoint);
        if (!free) return StartFailure{free.error().reason};
    }
    return boost::outcome_v2::success();
}

ResultOr<Claims, StartFailure> claims_in(const catalog::View& view) {
    try {
        return CatalogSnapshot(view)->claims();
    } catch (const catalog::ViewUnreadable& failure) {
        return StartFailure{failure.what()};
    }
}

}  // namespace

ResultOr<void, StartFailure> run(const config::Config& config,
                                 const std::function<void()>& wait_for_stop) {
    BOOST_OUTCOME_TRY(check_ports(config.gateway));
    BOOST_OUTCOME_TRY(auto stores, open_stores(config, Rebuild::if_needed));
    BOOST_OUTCOME_TRY(const auto claims, claims_in(*stores.view));
    App app(config, std::move(stores), claims);
    BOOST_OUTCOME_TRY(app.listen());
    app.start_jobs();
    app.announce();
    wait_for_stop();
    log_event(Level::info, "stopping");
    app.stop();
    log_event(Level::info, "stopped");
    return boost::outcome_v2::success();
}

}  // namespace sgw::gateway
