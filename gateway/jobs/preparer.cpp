#include "gateway/jobs/preparer.hpp"

#include <boost/asio/this_coro.hpp>

#include "gateway/logging.hpp"
#include "routing/claim.hpp"
#include "routing/preparation.hpp"
#include "store/overloaded.hpp"

namespace sgw::gateway::jobs {
namespace {

using routing::Admission;
using routing::PreparationFacts;
using routing::PreparationStep;

constexpr int max_steps =
    12;  // a preparation has fewer; a region that changes its mind must not loop

/// A subject whose mode tells that of the default context: nobody configures it.
Subject mode_probe() {
    return Subject{Context{}, "schema-gateway-mode-probe"};
}

const catalog::SubjectVersion& claim_version() {
    static const catalog::SubjectVersion version{routing::claim_subject(), routing::claim_version};
    return version;
}

std::chrono::steady_clock::time_point deadline_of(const Registry& registry) {
    return std::chrono::steady_clock::now() + registry.config.health.timeout;
}

asio::awaitable<PreparationFacts> gather_facts(Registry& registry, Region& region) {
    auto gather = [&](const catalog::Queries& state) {
        PreparationFacts facts;
        facts.log_uuid = registry.log.identity().uuid;
        facts.manage_mode = region.config().manage_mode;
        facts.claimed_before = state.claimed_regions().contains(region.name());
        facts.contents = known_contents(region.standing(), facts.claimed_before);
        if (!facts.claimed_before) return facts;
        state.each_deployment([&](const catalog::Deployment& deployment) {
            if (deployment.region == region.name()) {
                const auto& subject = deployment.what.subject;
                facts.deployed_there.insert(subject.qualified());
                facts.deployed_there.insert(routing::path_segment(subject.qualified()));
            }
            return catalog::KeyValues::Scan::go_on;
        });
        return facts;
    };
    co_return co_await ask(registry, std::ref(gather));
}

routing::Wanted wanted_claim(const Registry& registry) {
    catalog::Content content;
    content.text = routing::claim_text(registry.log.identity().uuid);
    return {claim_version(), routing::claim_id, std::move(content)};
}

/// The claim is recorded in the log, so that a region that is down at the next start is known to be
/// ours.
asio::awaitable<bool> record_claim(Registry& registry, const RegionName& region) {
    catalog::Command command{
        {"schema-gateway", "", "", ""},
        [region](const catalog::Queries& state) -> ResultOr<catalog::Events, catalog::Stale> {
            if (state.claimed_regions().contains(region)) return catalog::Events{};
            return catalog::Events{catalog::RegionClaimed{region}};
        }};
    const auto committed = co_await commit(registry.writer, std::move(command));
    co_return bool(committed);
}

class Preparation {
  public:
    Preparation(Registry& registry, Region& region, Upstream& upstream, PreparationFacts facts)
        : registry_(registry), region_(region), upstream_(upstream), facts_(std::move(facts)) {}

    asio::awaitable<void> run() {
        auto claim = co_await upstream_.version(
            claim_version(), deadline_of(registry_), Upstream::Purpose::probe);
        PreparationStep step = routing::after_claim(facts_, claim);
        for (int count = 0; count < max_steps; ++count) {
            if (std::holds_alternative<routing::Admitted>(step)) {
                co_await conclude();
                co_return;
            }
            if (const auto* denied = std::get_if<routing::Denied>(&step)) {
                region_.admit(standing_after(facts_, *denied));
                co_return;
            }
            if (const auto* again = std::get_if<routing::TryAgain>(&step)) {
                const auto& why = again->failure.reason;
                region_.admit(routing::after_failed_examination(region_.standing(), why));
                co_return;
            }
            auto following = co_await next(step);
            step = std::move(following);
        }
        const routing::Denied lost{Admission::not_import, "the region's answers lead nowhere"};
        region_.admit(standing_after(facts_, lost));
    }

  private:
    asio::awaitable<PreparationStep> next(const PreparationStep& step) {
        using Scope = Upstream::ModeScope;
        const auto deadline = deadline_of(registry_);
        if (std::holds_alternative<routing::ListContents>(step)) {
            const auto subjects = co_await upstream_.subjects(deadline);
            co_return routing::after_contents(facts_, subjects);
        }
        if (std::holds_alternative<routing::SetMode>(step)) {
            const auto mode = co_await upstream_.set_import_mode(Scope::all_contexts, deadline);
            co_return routing::after_set_mode(facts_, mode);
        }
        if (std::holds_alternative<routing::SetTopLevelMode>(step)) {
            const auto mode = co_await upstream_.set_import_mode(Scope::top_level, deadline);
            co_return routing::after_set_top_level_mode(facts_, mode);
        }
        if (std::holds_alternative<routing::CheckMode>(step)) {
            const auto mode = co_await upstream_.mode_in_force(
                mode_probe(), deadline, Upstream::Purpose::traffic);
            co_return routing::after_check_mode(facts_, mode);
        }
        if (std::holds_alternative<routing::WriteClaim>(step)) {
            const auto wanted = wanted_claim(registry_);
            const auto written = co_await upstream_.write(wanted, deadline);
            co_return routing::after_write_claim(written);
        }
        const auto claim =
            co_await upstream_.version(claim_version(), deadline, Upstream::Purpose::traffic);
        co_return routing::after_claim_read_back(facts_, claim);
    }

    /// A narrower setting may still keep a subject out although the region as a whole is in IMPORT
    /// mode, and credentials may read and not write: only a write, of what is there already, proves
    /// the contrary.
    asio::awaitable<bool> refusal_is_over() {
        const auto refused = region_.refused_subject();
        if (!refused) co_return true;
        const auto mode = co_await upstream_.mode_in_force(
            *refused, deadline_of(registry_), Upstream::Purpose::traffic);
        const auto* fact = std::get_if<routing::ModeFact>(&mode);
        if (fact == nullptr || fact->mode != "IMPORT") co_return false;
        const auto claim = wanted_claim(registry_);
        const auto written = co_await upstream_.write(claim, deadline_of(registry_));
        const bool over = std::holds_alternative<routing::WrittenFact>(written);
        if (over) region_.forget_refusal();
        co_return over;
    }

    asio::awaitable<void> conclude() {
        const bool open = co_await refusal_is_over();
        if (!open) co_return;
        const bool recorded = co_await record_claim(registry_, region_.name());
        if (!recorded) co_return;
        routing::Standing ours{Admission::claimed, "", routing::Contents::ours};
        region_.admit(std::move(ours));
    }

    Registry& registry_;
    Region& region_;
    Upstream& upstream_;
    PreparationFacts facts_;
};

}  // namespace

asio::awaitable<void> prepare_region(Registry& registry, Region& region) {
    auto facts = co_await gather_facts(registry, region);
    auto& upstream = registry.regions.upstream(co_await asio::this_coro::executor, region.name());
    Preparation preparation(registry, region, upstream, std::move(facts));
    co_await preparation.run();
}

asio::awaitable<bool> still_ours(Registry& registry, Region& region) {
    auto& upstream = registry.regions.upstream(co_await asio::this_coro::executor, region.name());
    PreparationFacts facts;
    facts.log_uuid = registry.log.identity().uuid;
    const auto claim =
        co_await upstream.version(claim_version(), deadline_of(registry), Upstream::Purpose::probe);
    if (std::holds_alternative<routing::Failed>(claim)) co_return true;  // no answer, no verdict
    const auto step = routing::after_claim(facts, claim);
    if (!std::holds_alternative<routing::CheckMode>(step)) co_return false;
    const auto mode = co_await upstream.mode_in_force(
        mode_probe(), deadline_of(registry), Upstream::Purpose::probe);
    const auto after = routing::after_check_mode(facts, mode);
    co_return std::holds_alternative<routing::Admitted>(after) ||
        std::holds_alternative<routing::TryAgain>(after);
}

}  // namespace sgw::gateway::jobs
