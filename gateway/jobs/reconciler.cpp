#include "gateway/jobs/reconciler.hpp"

#include <algorithm>
#include <utility>

#include "gateway/jobs/asking.hpp"
#include "gateway/jobs/book.hpp"
#include "gateway/logging.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::Queries;
using catalog::SubjectVersion;
using routing::Versions;

Level level_of(catalog::DeploymentState found) {
    if (found == catalog::DeploymentState::conflict) return Level::error;
    return found == catalog::DeploymentState::deployed ? Level::info : Level::warning;
}

}  // namespace

Reconciler::Reconciler(Services& services,
                       Region& region,
                       asio::any_io_executor control,
                       OnSwept on_swept,
                       TryAgain try_again)
    : services_(services),
      region_(region),
      control_(std::move(control)),
      on_swept_(std::move(on_swept)),
      try_again_(std::move(try_again)),
      upstream_(services.regions.upstream(control_, region.name())) {}

void Reconciler::sweep(routing::Sweep how) {
    spawn(control_, run_sweep(how), "sweep " + region_.name().value);
}

asio::awaitable<void> Reconciler::run_sweep(routing::Sweep how) {
    auto end = SweepEnd::cut_short;
    try {
        end = co_await sweep_once(how);
    } catch (const std::exception& failure) {
        log_failure("sweep", failure.what());
    }
    on_swept_(end);
}

asio::awaitable<Reconciler::SweepEnd> Reconciler::sweep_once(routing::Sweep how) {
    auto not_planned = [&](const Queries& state) {
        return routing::unplanned(state, region_.name());
    };
    auto unplanned = co_await ask(services_, std::ref(not_planned));
    const auto planned =
        co_await book(services_, region_.name(), std::move(unplanned), routing::plan);
    if (planned.failure) co_return SweepEnd::cut_short;

    auto conflicts = [&](const Queries& state) {
        return routing::subjects_in_conflict(state, region_.name());
    };
    auto doubtful = co_await ask(services_, std::ref(conflicts));
    inspect(std::move(doubtful));

    // Before the listing: what is deployed meanwhile is none of this sweep's business.
    auto query = [&](const Queries& state) {
        return std::pair(state.applied(), routing::all_held(state, region_.name()));
    };
    const auto [as_of, held] = co_await ask(services_, std::ref(query));
    if (held.empty()) co_return SweepEnd::complete;
    const auto answer =
        co_await upstream_.subjects(std::chrono::steady_clock::now() + Upstream::listing_timeout);
    const auto* names = std::get_if<std::vector<std::string>>(&answer);
    if (names == nullptr) co_return SweepEnd::cut_short;

    auto compared = routing::compare(held, *names);
    if (!compared.gone.empty()) count_finding();
    auto end = SweepEnd::complete;
    if (how == routing::Sweep::versions) {
        end = co_await check_versions(std::move(compared.listed), compared.gone);
    }
    std::vector<routing::Lost> losses;
    for (auto& what : compared.gone) losses.push_back({std::move(what), as_of});
    const auto booked = co_await book_lost(std::move(losses));
    co_return booked == SweepEnd::complete ? end : booked;
}

asio::awaitable<Reconciler::SweepEnd> Reconciler::check_versions(
    std::vector<routing::HeldSubject> subjects, Versions& gone) {
    auto end = SweepEnd::complete;
    sweeps_.begin(subjects, &routing::HeldSubject::subject);
    auto check = [&](std::size_t index) { return check_subject(subjects[index], gone, end); };
    co_await in_parallel(control_, subjects_at_a_time, subjects.size(), std::ref(check));
    co_return end;
}

asio::awaitable<GoOn> Reconciler::check_subject(const routing::HeldSubject& held,
                                                Versions& gone,
                                                SweepEnd& end) {
    sweeps_.reads(held.subject);
    const auto answer = co_await upstream_.versions(held.subject, answer_deadline(services_));
    const auto missing = routing::missing(held, answer);
    if (stopping_ || !missing) {
        end = SweepEnd::cut_short;
        co_return after(routing::is_trouble(answer) ? Reading::failed : Reading::done, sweeps_);
    }
    if (!missing->empty()) count_finding();
    gone.insert(gone.end(), missing->begin(), missing->end());
    co_return after(Reading::done, sweeps_);
}

asio::awaitable<Reconciler::SweepEnd> Reconciler::book_lost(std::vector<routing::Lost> losses) {
    if (stopping_ || !may_be_believed()) co_return SweepEnd::cut_short;
    const auto booked =
        co_await book(services_, region_.name(), std::move(losses), routing::requeue);
    const auto count = booked.events.size();
    if (count > 0) {
        services_.metrics.region(region_.name()).requeued->Increment(static_cast<double>(count));
        log_event(Level::warning,
                  "region_lost_versions",
                  {{"region", region_.name().value}, {"versions", count}});
    }
    co_return booked.failure ? SweepEnd::cut_short : SweepEnd::complete;
}

void Reconciler::inspect(std::set<Subject> subjects) {
    suspects_.merge(subjects);
    if (suspects_.empty() || std::exchange(inspecting_, true)) return;
    spawn(control_, run_inspection(), "inspection " + region_.name().value);
}

asio::awaitable<void> Reconciler::run_inspection() {
    bool all_read = true;
    while (!stopping_ && !suspects_.empty() && all_read) {
        std::vector<Subject> subjects(suspects_.begin(), suspects_.end());
        inspections_.begin(subjects);
        auto unread = std::exchange(suspects_, {});
        auto inspect = [&](std::size_t index) { return inspect_one(subjects[index], unread); };
        try {
            co_await in_parallel(control_, subjects_at_a_time, subjects.size(), std::ref(inspect));
        } catch (const std::exception& failure) {
            log_failure("inspection", failure.what());
        }
        all_read = unread.empty();
        suspects_.merge(unread);
    }
    inspecting_ = false;
}

asio::awaitable<GoOn> Reconciler::inspect_one(Subject subject, std::set<Subject>& unread) {
    inspections_.reads(subject);
    const auto reading = co_await inspect_subject(subject);
    if (reading == Reading::done) unread.erase(subject);
    co_return after(reading, inspections_);
}

asio::awaitable<Reconciler::Reading> Reconciler::inspect_subject(Subject subject) {
    Findings findings;
    auto reading = co_await read_versions(subject, findings);
    // While a version differs, that explains what the region says of the subject.
    const bool all_well = std::ranges::all_of(findings, routing::is_healed);
    if (reading == Reading::done && all_well) {
        reading = co_await read_list(subject, findings);
    } else {
        std::erase_if(findings, routing::is_healed);
    }
    const auto booked = co_await book_findings(std::move(findings));
    co_return reading == Reading::done ? booked : reading;
}

asio::awaitable<Reconciler::Reading> Reconciler::read_versions(Subject subject,
                                                               Findings& findings) {
    auto all = [&](const Queries& state) {
        return routing::held_versions(state, region_.name(), subject);
    };
    const auto versions = co_await ask(services_, std::ref(all));
    for (const auto& what : versions) {
        auto one = [&](const Queries& state) { return routing::held(state, region_.name(), what); };
        const auto held = co_await ask(services_, std::ref(one));
        if (!held) continue;
        const auto answer = co_await upstream_.version(
            what, answer_deadline(services_), Upstream::Purpose::traffic);
        if (stopping_ || routing::is_trouble(answer)) co_return Reading::failed;
        auto judge = [&] {
            if (routing::contradicts(*held, answer)) count_finding();
            return routing::finding(*held, answer);
        };
        auto found =
            co_await offload_if_large(services_.pool, routing::text_bytes(answer), std::ref(judge));
        if (routing::is_gone_conflict(*held, answer)) try_again_(what);
        if (found) findings.push_back(std::move(*found));
    }
    co_return Reading::done;
}

asio::awaitable<Reconciler::Reading> Reconciler::read_list(Subject subject, Findings& findings) {
    const auto answer = co_await upstream_.versions(subject, answer_deadline(services_));
    if (stopping_ || routing::is_trouble(answer)) {
        findings.clear();  // what has healed counts with the list alone
        co_return Reading::failed;
    }
    auto judge = [&](const Queries& state) {
        return routing::after_list(state, region_.name(), subject, answer, findings);
    };
    auto found = co_await ask(services_, std::ref(judge));
    if (!std::ranges::all_of(found, routing::is_healed)) count_finding();
    findings = std::move(found);
    co_return Reading::done;
}

asio::awaitable<Reconciler::Reading> Reconciler::book_findings(Findings findings) {
    if (findings.empty()) co_return Reading::done;
    if (stopping_ || !may_be_believed()) co_return Reading::failed;
    const auto booked =
        co_await book(services_, region_.name(), std::move(findings), routing::book_findings);
    for (const auto& event : booked.events) log_finding(event);
    co_return booked.failure ? Reading::failed : Reading::done;
}

GoOn Reconciler::after(Reading reading, routing::Passes& passes) const {
    const bool goes_on = passes.goes_on(reading, region_.status().reachable);
    return goes_on && !stopping_ ? GoOn::yes : GoOn::no;
}

void Reconciler::count_finding() const {
    services_.metrics.region(region_.name()).findings->Increment();
}

void Reconciler::log_finding(const catalog::Event& event) const {
    const auto* changed = std::get_if<catalog::DeploymentChanged>(&event);
    if (changed == nullptr) return;
    if (changed->state == catalog::DeploymentState::pending) {
        services_.metrics.region(region_.name()).requeued->Increment();
    }
    log_event(level_of(changed->state),
              "finding_booked",
              {{"region", region_.name().value},
               {"subject", changed->what.subject.qualified()},
               {"version", changed->what.version.value},
               {"state", state_name(changed->state)},
               {"reason", changed->reason}});
}

/// A region that turned out to be another store says nothing about ours.
bool Reconciler::may_be_believed() const {
    return region_.status().admission == routing::Admission::claimed;
}

void Reconciler::log_failure(std::string_view what, std::string_view reason) const {
    log_event(Level::error,
              "reconcile_failed",
              {{"region", region_.name().value}, {"what", what}, {"reason", reason}});
}

}  // namespace sgw::gateway::jobs
