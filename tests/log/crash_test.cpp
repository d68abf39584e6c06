// Power loss, I/O errors and full disks under the rocksdb engine, on the disk that forgets what is
// not synced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/log/rocksdb_log.hpp"
#include "tests/log/log_contract.hpp"
#include "tests/log/unsynced_env.hpp"

namespace sgw::log {
namespace {

using Bodies = std::vector<std::string>;

/// What a log must hold, by its own answers.
struct Model {
    Bodies certain;   // appended, or read back
    Bodies in_doubt;  // of the last append, when its answer was Unknown or never came

    /// Fails the test unless `found` is what is certain, with all or nothing of what is in doubt.
    void check(const Bodies& found) {
        auto with_doubt = certain;
        with_doubt.insert(with_doubt.end(), in_doubt.begin(), in_doubt.end());
        EXPECT_TRUE(found == certain || found == with_doubt)
            << found.size() << " entries instead of " << certain.size() << " or "
            << with_doubt.size();
        certain = found;
        in_doubt.clear();
    }
};

/// Appends batches of random size and keeps the model.
class Appender {
  public:
    Appender(Model& model, std::uint32_t seed) : model_(model), random_(seed) {}

    AppendOutcome append(Log& log) {
        std::vector<Draft> drafts;
        Bodies added;
        for (std::size_t i = 0, count = 1 + random_() % 3; i < count; ++i) {
            added.push_back(std::to_string(next_++) + std::string(random_() % 12'000, 'x'));
            drafts.push_back(draft(added.back()));
        }
        auto outcome = log.append(1 + model_.certain.size(), drafts);
        if (std::holds_alternative<Appended>(outcome)) {
            model_.certain.insert(model_.certain.end(), added.begin(), added.end());
        }
        if (std::holds_alternative<Unknown>(outcome)) model_.in_doubt = added;
        EXPECT_FALSE(std::holds_alternative<Conflict>(outcome));
        return outcome;
    }

  private:
    Model& model_;
    std::mt19937 random_;
    int next_ = 0;
};

RocksdbLogOptions options_for(UnsyncedEnv& env) {
    RocksdbLogOptions options{.directory = env.root() + "/data/log"};
    options.env = env.env();
    options.write_buffer_bytes = 64UL * 1024;  // flushes happen within a few appends
    options.reserve_bytes = 1024UL * 1024;
    options.reopen_interval = std::chrono::milliseconds(0);
    return options;
}

std::unique_ptr<Log> open(UnsyncedEnv& env) {
    auto log = open_rocksdb_log(options_for(env));
    return log ? std::move(log).value() : nullptr;
}

/// Opens with the power on; fails the test when that does not work or the log does not hold what it
/// must.
std::unique_ptr<Log> open_and_check(UnsyncedEnv& env, Model& model) {
    auto log = open_rocksdb_log(options_for(env));
    EXPECT_TRUE(log) << log.error().reason;
    if (!log) return nullptr;
    model.check(bodies(*log.value()));
    return std::move(log).value();
}

constexpr int appends_per_life = 15;

void append_until_it_fails(Log& log, Appender& appender) {
    for (int i = 0; i < appends_per_life; ++i) {
        if (!std::holds_alternative<Appended>(appender.append(log))) return;
    }
}

std::uint64_t changes_of_a_life() {
    UnsyncedEnv env;
    Model model;
    Appender appender(model, 1);
    auto log = open(env);
    append_until_it_fails(*log, appender);
    log.reset();
    return env.disk().changes();
}

TEST(Crash, EveryAppendedEntrySurvivesPowerLossAtAnyChange) {
    const auto last = changes_of_a_life() + 10;
    ASSERT_GT(last, 50U);
    for (std::uint64_t at = 0; at < last; ++at) {
        SCOPED_TRACE(at);
        UnsyncedEnv env;
        Model model;
        Appender appender(model, 1);
        env.disk().power_off_after(at);
        if (auto log = open(env)) append_until_it_fails(*log, appender);
        env.disk().power_off_after(0);
        env.disk().power_on(static_cast<std::uint32_t>(at % 4 == 0 ? 0 : at));
        const auto log = open_and_check(env, model);
        ASSERT_NE(log, nullptr);
        EXPECT_TRUE(std::holds_alternative<Appended>(appender.append(*log)));
    }
}

TEST(Crash, ALogThatCrashesAgainAndAgainLosesNothing) {
    UnsyncedEnv env;
    Model model;
    Appender appender(model, 7);
    std::mt19937 random(7);
    for (std::uint32_t life = 0; life < 60; ++life) {
        SCOPED_TRACE(life);
        env.disk().power_off_after(random() % 120);
        if (auto log = open(env)) append_until_it_fails(*log, appender);
        env.disk().power_off_after(0);
        env.disk().power_on(life);
        env.disk().power_off_after(SimulatedDisk::unlimited);
        ASSERT_NE(open_and_check(env, model), nullptr);
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_GT(model.certain.size(), 150U);
}

TEST(Crash, ADiskThatIgnoresSyncsLosesEntries) {
    UnsyncedEnv env;
    env.disk().ignore_syncs();
    Model model;
    Appender appender(model, 1);
    append_until_it_fails(*open(env), appender);
    ASSERT_GT(model.certain.size(), 10U);
    env.disk().power_off_after(0);
    env.disk().power_on(0);
    const auto log = open(env);
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->head().value(), 1U) << "only the new log's own first entry";
}

TEST(Crash, AWriteWithoutSyncIsLostAndOneWithSyncIsNot) {
    for (const bool sync : {false, true}) {
        UnsyncedEnv env;
        const auto directory = env.root() + "/plain";
        std::filesystem::create_directory(directory);  // as if synced long ago
        rocksdb::Options options;
        options.env = env.env();
        options.create_if_missing = true;
        options.info_log = make_rocksdb_logger({});
        const auto open_database = [&] {
            rocksdb::DB* opened = nullptr;
            const auto status = rocksdb::DB::Open(options, directory, &opened);
            EXPECT_TRUE(status.ok()) << status.ToString();
            return std::unique_ptr<rocksdb::DB>(opened);
        };
        auto database = open_database();
        rocksdb::WriteOptions write;
        write.sync = sync;
        ASSERT_TRUE(database->Put(write, "key", "value").ok());
        env.disk().power_off_after(0);
        database.reset();
        env.disk().power_on(0);
        std::string value;
        EXPECT_EQ(open_database()->Get({}, "key", &value).ok(), sync);
    }
}

TEST(Crash, AnIoErrorIsAnsweredHonestlyAndMendedWithoutRestart) {
    for (std::uint64_t at = 0; at < 40; ++at) {
        for (const std::uint64_t count : {1, 3, 40}) {
            SCOPED_TRACE(testing::Message() << count << " errors after " << at << " changes");
            UnsyncedEnv env;
            Model model;
            Appender appender(model, 3);
            auto log = open(env);
            env.disk().fail_changes(at, count);
            const auto last_error = env.disk().changes() + at + count;
            bool recovered = false;
            for (int i = 0; i < 200 && !recovered; ++i) {
                const auto outcome = appender.append(*log);
                if (std::holds_alternative<Unknown>(outcome)) {
                    // Reads past what is certain fail until the log knows, and never show half of a
                    // batch.
                    auto there = log->read(2 + model.certain.size(), 10);
                    for (int tries = 0; tries < 200 && !there; ++tries) {
                        there = log->read(2 + model.certain.size(), 10);
                    }
                    ASSERT_TRUE(there) << there.error().reason;
                    model.check(bodies(*log));
                }
                recovered =
                    env.disk().changes() > last_error && std::holds_alternative<Appended>(outcome);
            }
            EXPECT_TRUE(recovered);
            model.check(bodies(*log));
            log.reset();
            env.disk().power_off_after(0);
            env.disk().power_on(0);
            ASSERT_NE(open_and_check(env, model), nullptr);
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST(Crash, AFullDiskRefusesAppendsServesReadsAndRecoversWithoutRestart) {
    using Report = SimulatedDisk::SpaceReport;
    for (const auto report : {Report::honest, Report::always_plenty}) {
        for (std::uint64_t free = 0; free < 300'000; free += 11'003) {
            SCOPED_TRACE(testing::Message() << free << " bytes free");
            UnsyncedEnv env;
            Model model;
            Appender appender(model, 5);
            auto log = open(env);
            append_until_it_fails(*log, appender);
            env.disk().set_free_bytes(free, report);
            bool refused = false;
            for (int i = 0; i < 60 && !refused; ++i) {
                refused = !std::holds_alternative<Appended>(appender.append(*log));
            }
            ASSERT_TRUE(refused);
            if (report == Report::honest) {
                EXPECT_TRUE(model.in_doubt.empty());
            }
            const auto readable = log->read(2, model.certain.size());
            ASSERT_TRUE(readable) << readable.error().reason;
            EXPECT_EQ(readable.value().size(), model.certain.size());
            EXPECT_TRUE(std::holds_alternative<Unavailable>(log->append(1, {})) ||
                        model.in_doubt.empty());

            env.disk().set_free_bytes(SimulatedDisk::unlimited, report);
            model.check(bodies(*log));
            EXPECT_TRUE(std::holds_alternative<Appended>(appender.append(*log)));
            model.check(bodies(*log));
            log.reset();
            env.disk().power_off_after(0);
            env.disk().power_on(0);
            ASSERT_NE(open_and_check(env, model), nullptr);
            ASSERT_FALSE(HasFailure());
        }
    }
}

}  // namespace
}  // namespace sgw::log
