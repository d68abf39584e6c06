// Random commands through the real writer over a real log, with restarts and faults in between:
// the live view is what a model made of the events says, and what a view rebuilt from the log is.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "store/catalog/rules/register.hpp"
#include "store/catalog/rules/scope.hpp"
#include "store/catalog/rules/settings.hpp"
#include "store/log/identity.hpp"
#include "store/log/rocksdb_log.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/catalog/model.hpp"
#include "tests/catalog/rules/test_catalog.hpp"
#include "tests/log/fault_log.hpp"

namespace sgw::catalog {
namespace {

constexpr std::array names{"a", "b", "a/b", ":.c:a", ":.c:b", ":.d:"};
constexpr std::array scopes{"a", "b", "", ":.c:", ":.c:a", ":.__GLOBAL:"};
constexpr std::array regions{"eu", "us"};

class RandomCommands : public testing::TestWithParam<std::uint32_t> {
  protected:
    RandomCommands() : random_(GetParam()) {
        policy_.default_level = schema::Level::none;
        policy_.id_scope = GetParam() % 2 == 0 ? RegistryPolicy::IdScope::global
                                               : RegistryPolicy::IdScope::context;
        policy_.id_floor = GetParam() % 3 == 0 ? 1000 : 0;
        texts_ = {int_text,
                  string_text,
                  long_text,
                  record({"a"}),
                  record({"a", "b="}),
                  R"({"type":"int","x":1,"y":2})",
                  R"({"type":"int","y":2,"x":1})"};
        open_log();
        open_view_and_writer();
    }

    ~RandomCommands() override { close(); }

    void open_log() {
        auto log = log::open_rocksdb_log({.directory = directory_.file("log")});
        ASSERT_TRUE(log) << log.error().reason;
        log_ = std::make_unique<log::FaultLog>(std::move(log).value());
        log_->set_foreign({1, {}, encode({RegionClaimed{RegionName{"foreign"}}})});
    }

    void open_view_and_writer() {
        view_ = open_view(view_in(directory_.file("view")), *log_);
        writer_ = std::make_unique<Writer>(
            *log_, *view_, [](log::Sequence, const Events&) {}, [this] { return ++now_ms_; });
    }

    void close() {
        writer_.reset();
        view_.reset();
    }

    /// With the same log, a log opened again, or a view that is gone.
    void restart() {
        close();
        if (chance(2)) {
            log_.reset();
            open_log();
        }
        if (chance(3)) {
            EXPECT_TRUE(View::destroy(view_in(directory_.file("view"))));
        }
        open_view_and_writer();
    }

    std::size_t below(std::size_t bound) { return random_() % bound; }
    bool chance(std::size_t one_in) { return below(one_in) == 0; }

    template <class Choices>
    auto pick(const Choices& choices) {
        return choices[below(choices.size())];
    }

    SchemaRequest random_request() {
        auto made = request(pick(texts_));
        if (chance(4)) made.version = static_cast<std::int32_t>(below(6)) - 1;
        if (chance(3)) made.id = static_cast<std::int32_t>(below(40));
        if (chance(5)) made.metadata = properties({{"owner", std::to_string(below(2))}});
        return made;
    }

    /// Nothing where there is nothing to decide.
    std::optional<Command> random_registration(const Queries& state) {
        const auto prepared = prepare_registration(
            state, Subject::parse(pick(names)), random_request(), schema::Normalize::no, policy_);
        if (!prepared) return std::nullopt;
        const auto* registration = std::get_if<Registration>(&prepared.value());
        if (registration == nullptr) return std::nullopt;
        return Command{{}, [this, registration = *registration](const Queries& now) {
                           return decide(now, registration);
                       }};
    }

    ResultOr<Events, Stale> decide(const Queries& now, const Registration& registration) {
        const auto& subject = registration.subject;
        BOOST_OUTCOME_TRY(
            const auto decided,
            decide_registration(now, registration, policy_, {RegionName{"eu"}, RegionName{"us"}}));
        if (!decided) return Events{};
        const auto& [id, events] = decided.value();
        if (!registration.given_id && now.ids_of(subject.context, registration.content).empty()) {
            const auto highest = policy_.id_scope == RegistryPolicy::IdScope::global
                                     ? now.highest_id()
                                     : now.highest_id(subject.context);
            EXPECT_GT(id, highest.value_or(SchemaId{}));
            EXPECT_GT(id.value, policy_.id_floor);
        }
        if (!takes_ids(effective_mode(now, subject))) {
            const auto latest = now.latest(subject);
            EXPECT_EQ(registration.version.value, latest ? latest->what.version.value + 1 : 1);
        }
        return events;
    }

    Command random_setting() {
        const auto scope = Subject::parse(pick(scopes));
        const auto mode = pick(std::array{Mode::readwrite,
                                          Mode::readwrite,
                                          Mode::import_mode,
                                          Mode::import_mode,
                                          Mode::readonly});
        const auto kind = below(5);
        ConfigUpdate update;
        update.normalize = {true, chance(2)};
        if (chance(3)) update.override_metadata = {true, properties({{"o", "1"}})};
        return {{}, [=](const Queries& now) -> ResultOr<Events, Stale> {
                    auto events = kind == 0   ? delete_mode(now, scope, Recursive::yes)
                                  : kind == 1 ? delete_config(now, scope)
                                  : kind == 2 ? set_config(now, scope, update)
                                              : set_mode(now, scope, mode, Force::yes);
                    return events ? events.value() : Events{};
                }};
    }

    Command random_deployment() {
        const auto subject = Subject::parse(pick(names));
        const auto region = RegionName{pick(regions)};
        const auto state = pick(all_deployment_states);
        const auto at = below(100);
        return {{}, [=](const Queries& now) -> ResultOr<Events, Stale> {
                    const auto all = now.deployments(subject);
                    if (all.empty() && at % 2 == 0) return Events{ClaimDoubted{region}};
                    if (all.empty()) return Events{RegionClaimed{region}};
                    const auto& what = all[at % all.size()].what;
                    return Events{DeploymentChanged{region, what, state, std::to_string(at)}};
                }};
    }

    std::optional<Command> random_command(const Queries& state) {
        const auto kind = below(10);
        if (kind < 6) return random_registration(state);
        if (kind < 7) return random_setting();
        return random_deployment();
    }

    /// Some commands that were all prepared at one state.
    void submit_some() {
        if (chance(6)) log_->inject(static_cast<log::Fault>(below(5)));
        std::vector<std::future<WriteResult>> answers;
        const auto snapshot = view_->snapshot();
        for (auto count = below(8) + 1; count-- > 0;) {
            if (auto command = random_command(Queries(*snapshot))) {
                answers.push_back(submit(*writer_, std::move(*command)));
            }
        }
        for (auto& answer : answers) {
            const auto result = answer.get();
            if (result) {
                EXPECT_LE(result.value().sequence, applied(*view_));
            }
        }
    }

    void expect_sound() {
        Model model;
        const auto entries = log_->read(1, 1'000'000).value();
        for (const auto& entry : entries) {
            const bool names_the_log = log::parse_identity(entry.body).has_value();
            model.add(entry.sequence,
                      entry.time_ms,
                      names_the_log ? Events{} : decode(entry.body).value());
        }
        const auto snapshot = view_->snapshot();
        model.expect_equal(Queries(*snapshot));
        EXPECT_EQ(all_of(*snapshot), rebuilt_from(*log_));
    }

    std::mt19937 random_;
    RegistryPolicy policy_;
    std::vector<std::string> texts_;
    log::TempDirectory directory_;
    std::unique_ptr<log::FaultLog> log_;
    std::unique_ptr<View> view_;
    std::atomic<std::int64_t> now_ms_{1000};
    std::unique_ptr<Writer> writer_;
};

TEST_P(RandomCommands, LeaveAViewThatEqualsTheModelAndTheRebuiltOne) {
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 12; ++i) submit_some();
        // Whatever fault is still to come comes here; after it the view stands at the head.
        while (!submit_and_wait(*writer_, command({RegionClaimed{RegionName{"end"}}}))) {
        }
        expect_sound();
        if (testing::Test::HasFailure()) return;
        restart();
        expect_sound();
    }
    EXPECT_GT(log_->head().value(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCommands, testing::Range(1U, 13U));

}  // namespace
}  // namespace sgw::catalog
