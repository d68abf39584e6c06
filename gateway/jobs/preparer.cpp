#include "gateway/jobs/preparer.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "gateway/jobs/asking.hpp"
#include "gateway/jobs/book.hpp"
#include "gateway/jobs/id_reader.hpp"
#include "gateway/logging.hpp"
#include "routing/bookings.hpp"
#include "routing/claim.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::RegionClaim;
using routing::Admission;
using routing::PreparationStep;

constexpr int max_steps =
    24;  // a preparation has fewer; a region that changes its mind must not loop

/// A subject whose mode tells that of the default context: nobody configures it.
Subject mode_probe() {
    return Subject{Context{}, "schema-gateway-mode-probe"};
}

const catalog::SubjectVersion& claim_version() {
    static const catalog::SubjectVersion version{routing::claim_subject(), routing::claim_version};
    return version;
}

routing::Wanted wanted_claim(const Services& services) {
    catalog::Content content;
    content.text = routing::claim_text(services.log.identity().uuid);
    return {claim_version(), routing::claim_id, std::move(content)};
}

/// The claim is recorded in the log, so that a region that is down at the next start is known to be
/// ours; and so is a doubt, which outlasts what is found of the region meanwhile.
asio::awaitable<std::optional<std::string>> record_claim(Services& services,
                                                         const RegionName& region,
                                                         RegionClaim claim) {
    Decide decide = [region, claim](const catalog::Queries& state) {
        return routing::book_claim(state, region, claim);
    };
    const auto booked = co_await book_one(services.writer, std::move(decide));
    co_return booked.failure;
}

PreparationStep try_again(std::string reason) {
    return routing::TryAgain{{routing::Failed::Kind::transport, std::move(reason)}};
}

/// Whatever the region had is to be brought there again. Before the claim, so that the log never
/// takes for deployed what a region without our claim may not hold. Why it could not be booked, if
/// so.
asio::awaitable<std::optional<std::string>> start_over(Services& services, Region& region) {
    auto query = [](const catalog::Queries& state) { return routing::live_versions(state); };
    auto versions = co_await ask(services, std::ref(query));
    const auto booked =
        co_await book(services, region.name(), std::move(versions), routing::start_over);
    const auto count = booked.events.size();
    if (count > 0) {
        services.metrics.region(region.name()).requeued->Increment(static_cast<double>(count));
        log_event(Level::warning,
                  "region_starts_over",
                  {{"region", region.name().value}, {"versions", count}});
    }
    co_return booked.failure;
}

bool is_end(const PreparationStep& step) {
    return std::holds_alternative<routing::Admitted>(step) ||
           std::holds_alternative<routing::Denied>(step) ||
           std::holds_alternative<routing::LookAgain>(step) ||
           std::holds_alternative<routing::TryAgain>(step);
}

}  // namespace

asio::awaitable<std::optional<std::chrono::nanoseconds>> Preparer::prepare() {
    upstream_ = &services_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    clean_before_ = std::exchange(clean_since_, std::nullopt);
    co_await gather_facts();
    const auto claim = co_await upstream_->version(
        claim_version(), answer_deadline(services_), Upstream::Purpose::probe);
    Step step = routing::after_claim(facts_, claim);
    for (int count = 0; count < max_steps && !is_end(step); ++count) {
        auto following = co_await next(step);
        step = std::move(following);
    }
    if (!is_end(step)) {
        step = routing::Denied{Admission::not_import, "the region's answers lead nowhere"};
    }
    co_return co_await conclude(step);
}

asio::awaitable<void> Preparer::gather_facts() {
    const auto standing = region_.standing();
    refusal_ = region_.refusal();
    auto gather = [&](const catalog::Queries& state) {
        routing::PreparationFacts facts;
        facts.log_uuid = services_.log.identity().uuid;
        facts.manage_mode = region_.config().manage_mode;
        facts.settle = services_.config.health.settle;
        routing::start_from(facts, standing, state.claim(region_.name()));
        if (refusal_) facts.refusal = refusal_->reason;
        return facts;
    };
    auto facts = co_await ask(services_, std::ref(gather));
    facts_ = std::move(facts);
    names_gathered_ = false;
}

asio::awaitable<void> Preparer::gather_names() {
    using routing::OurClaim;
    if (!facts_.claimed_before || std::exchange(names_gathered_, true)) co_return;
    const auto claim = facts_.claim_found ? OurClaim::stands : OurClaim::is_gone;
    auto query = [&](const catalog::Queries& state) {
        return routing::names_put_there(state, region_.name(), claim);
    };
    auto names = co_await ask(services_, std::ref(query));
    facts_.put_there = std::move(names);
}

asio::awaitable<PreparationStep> Preparer::next(Step step) {
    using Scope = Upstream::ModeScope;
    if (std::holds_alternative<routing::Doubt>(step)) co_return co_await doubt();
    if (std::holds_alternative<routing::ListContents>(step)) co_return co_await look_through();
    if (std::holds_alternative<routing::ReadIds>(step)) co_return co_await read_ids();
    if (std::holds_alternative<routing::SetMode>(step)) {
        const auto mode =
            co_await upstream_->set_import_mode(Scope::all_contexts, answer_deadline(services_));
        co_return routing::after_set_mode(facts_, mode);
    }
    if (std::holds_alternative<routing::SetTopLevelMode>(step)) {
        const auto mode =
            co_await upstream_->set_import_mode(Scope::top_level, answer_deadline(services_));
        co_return routing::after_set_top_level_mode(facts_, mode);
    }
    if (std::holds_alternative<routing::CheckMode>(step)) {
        const auto mode = co_await upstream_->mode_in_force(
            mode_probe(), answer_deadline(services_), Upstream::Purpose::traffic);
        co_return routing::after_check_mode(facts_, mode);
    }
    if (std::holds_alternative<routing::WriteClaim>(step)) co_return co_await write_claim();
    if (std::holds_alternative<routing::CheckRefused>(step)) {
        const auto mode = co_await upstream_->mode_in_force(
            refusal_->subject, answer_deadline(services_), Upstream::Purpose::traffic);
        co_return routing::after_refused_mode(facts_, mode);
    }
    if (std::holds_alternative<routing::RewriteClaim>(step)) {
        const auto wanted = wanted_claim(services_);
        const auto written = co_await upstream_->write(wanted, answer_deadline(services_));
        co_return routing::after_rewrite_claim(facts_, written);
    }
    const auto claim = co_await upstream_->version(
        claim_version(), answer_deadline(services_), Upstream::Purpose::traffic);
    co_return routing::after_claim_read_back(facts_, claim);
}

/// Clean since the answer to the first look, until the question of this one.
asio::awaitable<PreparationStep> Preparer::look_through() {
    if (!facts_.claim_found && region_.status().admission == Admission::claimed) {
        region_.admit(routing::without_claim(facts_.contents));
    }
    co_await gather_names();
    const auto asked = Clock::now();
    facts_.clean_for = clean_before_ ? asked - *clean_before_ : Clock::duration{0};
    const auto subjects = co_await upstream_->subjects(asked + Upstream::listing_timeout);
    const auto step = routing::after_contents(facts_, subjects);
    if (routing::looked_clean(facts_, step)) clean_since_ = clean_before_.value_or(Clock::now());
    co_return step;
}

asio::awaitable<PreparationStep> Preparer::read_ids() {
    IdReader reader(services_, region_, co_await asio::this_coro::executor);
    const auto strays = co_await reader.strays_among(facts_.listed);
    co_return routing::after_ids(facts_, strays);
}

/// Nothing is deployed or handed out meanwhile.
asio::awaitable<PreparationStep> Preparer::doubt() {
    region_.doubt();
    const auto failure = co_await record_claim(services_, region_.name(), RegionClaim::doubted);
    if (failure) co_return try_again("the doubt cannot be recorded: " + *failure);
    co_return routing::after_doubt(facts_);
}

/// A claim that is written anew proves nothing before the look that follows it.
asio::awaitable<PreparationStep> Preparer::write_claim() {
    if (facts_.claimed_before) {
        auto failure = co_await start_over(services_, region_);
        if (!failure) {
            failure = co_await record_claim(services_, region_.name(), RegionClaim::doubted);
        }
        if (failure) co_return try_again("starting over cannot be recorded: " + *failure);
        facts_.doubted = true;
        region_.doubt();
    }
    const auto wanted = wanted_claim(services_);
    const auto written = co_await upstream_->write(wanted, answer_deadline(services_));
    co_return routing::after_write_claim(written);
}

asio::awaitable<std::optional<std::chrono::nanoseconds>> Preparer::conclude(Step step) {
    if (const auto* look = std::get_if<routing::LookAgain>(&step)) {
        region_.admit(routing::standing_after(facts_, *look));
        co_return look->in;
    }
    if (const auto* denied = std::get_if<routing::Denied>(&step)) {
        const bool raises_doubt = routing::raises_doubt(facts_, *denied);
        region_.admit(routing::standing_after(facts_, *denied));
        // What could not be recorded is found again by the next preparation.
        if (raises_doubt) co_await record_claim(services_, region_.name(), RegionClaim::doubted);
    } else if (const auto* again = std::get_if<routing::TryAgain>(&step)) {
        // The refused write may have met a region that was open to others.
        if (refusal_) region_.doubt();
        region_.examination_failed(again->failure.reason);
    } else {
        co_await admit();
    }
    co_return std::nullopt;
}

asio::awaitable<void> Preparer::admit() {
    const auto failure = co_await record_claim(services_, region_.name(), RegionClaim::undisputed);
    if (failure) {
        region_.examination_failed("its claim cannot be recorded: " + *failure);
    } else {
        forget_looks();
        if (refusal_) region_.forget(*refusal_);
        region_.admit(routing::standing_after(routing::Admitted{}));
    }
}

asio::awaitable<bool> Preparer::still_ours() {
    auto& upstream = services_.regions.upstream(co_await asio::this_coro::executor, region_.name());
    routing::PreparationFacts facts;
    facts.log_uuid = services_.log.identity().uuid;
    facts.may_be_trusted = true;
    const auto claim = co_await upstream.version(
        claim_version(), answer_deadline(services_), Upstream::Purpose::probe);
    const auto step = routing::after_claim(facts, claim);
    if (!std::holds_alternative<routing::CheckMode>(step)) co_return !routing::is_lost(step);
    const auto mode = co_await upstream.mode_in_force(
        mode_probe(), answer_deadline(services_), Upstream::Purpose::probe);
    const auto after = routing::after_check_mode(facts, mode);
    const bool lost = routing::is_lost(after);
    // At once: what is asked next may not be answered.
    if (lost && facts.was_open) region_.doubt();
    co_return !lost;
}

}  // namespace sgw::gateway::jobs
