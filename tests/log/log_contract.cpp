#include "tests/log/log_contract.hpp"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "store/log/identity.hpp"
#include "tests/log/fault_log.hpp"

namespace sgw::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;

class WrappedStorage final : public Storage {
  public:
    using Wrap = std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)>;

    WrappedStorage(std::unique_ptr<Storage> inner, Wrap wrap)
        : inner_(std::move(inner)), wrap_(std::move(wrap)) {}

    std::unique_ptr<Log> open() override {
        auto log = inner_->open();
        return log ? wrap_(std::move(log)) : nullptr;
    }

  private:
    std::unique_ptr<Storage> inner_;
    Wrap wrap_;
};

/// Appends at the head, which nobody else moves.
Sequence append_at_head(Log& log, std::vector<Draft> drafts) {
    const auto head = log.head();
    if (!head) return 0;
    const auto outcome = log.append(head.value(), drafts);
    const auto* appended = std::get_if<Appended>(&outcome);
    return appended ? appended->head : 0;
}

std::vector<Entry> read(Log& log, Sequence from, std::size_t limit) {
    auto entries = log.read(from, limit);
    EXPECT_TRUE(entries) << entries.error().reason;
    return entries ? std::move(entries).value() : std::vector<Entry>{};
}

template <class Outcome>
bool is(const AppendOutcome& outcome) {
    return std::holds_alternative<Outcome>(outcome);
}

steady_clock::time_point in(milliseconds duration) {
    return steady_clock::now() + duration;
}

}  // namespace

void LogContract::SetUp() {
    storage_ = GetParam().make_storage();
    log_ = storage_->open();
    ASSERT_NE(log_, nullptr);
}

void LogContract::reopen() {
    log_.reset();
    log_ = storage_->open();
    ASSERT_NE(log_, nullptr);
}

Draft draft(std::string body) {
    return {.time_ms = 1, .origin = {}, .body = std::move(body)};
}

std::vector<std::string> bodies(Log& log) {
    std::vector<std::string> result;
    for (Sequence next = 2;;) {
        const auto entries = log.read(next, 100);
        EXPECT_TRUE(entries) << entries.error().reason;
        if (!entries || entries.value().empty()) return result;
        for (const auto& entry : entries.value()) {
            EXPECT_EQ(entry.sequence, next++);
            result.push_back(entry.body);
        }
    }
}

Engine wrapped(std::string name,
               Engine inner,
               std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap) {
    auto make_storage = [inner = std::move(inner), wrap = std::move(wrap)] {
        return std::make_unique<WrappedStorage>(inner.make_storage(), wrap);
    };
    return {std::move(name), std::move(make_storage)};
}

TEST_P(LogContract, FirstEntryNamesTheLog) {
    EXPECT_EQ(log_->identity().uuid.size(), 36U);
    EXPECT_EQ(log_->identity().uuid[14], '4');
    EXPECT_EQ(log_->identity().epoch, 1U);
    ASSERT_EQ(log_->head().value(), 1U);
    const auto entries = read(*log_, 1, 10);
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].sequence, 1U);
    EXPECT_GT(entries[0].time_ms, 0);
    EXPECT_EQ(parse_identity(entries[0].body), log_->identity());
}

TEST_P(LogContract, IdentityIsStableAndUnique) {
    const auto first = log_->identity();
    reopen();
    EXPECT_EQ(log_->identity(), first);
    EXPECT_EQ(log_->head().value(), 1U);
    const auto other_storage = GetParam().make_storage();
    const auto other = other_storage->open();
    EXPECT_NE(other->identity().uuid, first.uuid);
}

TEST_P(LogContract, AppendsAtTheExpectedHeadWithoutGaps) {
    EXPECT_EQ(append_at_head(*log_, {draft("a")}), 2U);
    EXPECT_EQ(append_at_head(*log_, {draft("b"), draft("c"), draft("d")}), 5U);
    EXPECT_EQ(append_at_head(*log_, {draft("e")}), 6U);
    EXPECT_EQ(log_->head().value(), 6U);
    EXPECT_THAT(bodies(*log_), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_P(LogContract, AnswersConflictWhenTheHeadIsElsewhere) {
    const std::vector<Draft> drafts{draft("lost"), draft("lost too")};
    ASSERT_EQ(append_at_head(*log_, {draft("a")}), 2U);
    for (const Sequence elsewhere : {0U, 1U, 3U, 1000U}) {
        const auto outcome = log_->append(elsewhere, drafts);
        ASSERT_TRUE(is<Conflict>(outcome)) << elsewhere;
        EXPECT_EQ(std::get<Conflict>(outcome).head, 2U);
    }
    EXPECT_THAT(bodies(*log_), ElementsAre("a"));
}

TEST_P(LogContract, AnEmptyBatchOnlyComparesTheHead) {
    EXPECT_TRUE(is<Appended>(log_->append(1, {})));
    EXPECT_TRUE(is<Conflict>(log_->append(2, {})));
    EXPECT_EQ(log_->head().value(), 1U);
}

TEST_P(LogContract, KeepsMetadataAndAnyBody) {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
    const std::vector<Draft> drafts{
        {.time_ms = 1'700'000'000'123,
         .origin = {"ana", "tenant \"7\"", "[2001:db8::1]:4242", "request-1"},
         .body = every_byte},
        {.time_ms = -1, .origin = {"Zoë 東京 🦔", "", "", std::string(1, '\0')}, .body = ""},
        {.time_ms = 0, .origin = {}, .body = std::string(2UL * 1024 * 1024, 'x') + every_byte},
    };
    ASSERT_EQ(append_at_head(*log_, drafts), 4U);
    reopen();
    const auto entries = read(*log_, 2, 3);
    ASSERT_EQ(entries.size(), drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        EXPECT_EQ(entries[i].sequence, i + 2);
        EXPECT_EQ(entries[i].time_ms, drafts[i].time_ms);
        EXPECT_EQ(entries[i].origin, drafts[i].origin);
        EXPECT_TRUE(entries[i].body == drafts[i].body) << i;
    }
}

TEST_P(LogContract, ReadsFromAnywhereUpToALimit) {
    ASSERT_EQ(append_at_head(*log_, {draft("2"), draft("3"), draft("4"), draft("5")}), 5U);
    const auto at = [&](Sequence from, std::size_t limit) {
        std::vector<Sequence> sequences;
        for (const auto& entry : read(*log_, from, limit)) sequences.push_back(entry.sequence);
        return sequences;
    };
    EXPECT_THAT(at(1, 100), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(at(2, 2), ElementsAre(2, 3));
    EXPECT_THAT(at(5, 1), ElementsAre(5));
    EXPECT_THAT(at(4, SIZE_MAX), ElementsAre(4, 5));
    EXPECT_THAT(at(6, 10), ElementsAre());
    EXPECT_THAT(at(UINT64_MAX, 10), ElementsAre());
    EXPECT_THAT(at(2, 0), ElementsAre());
}

TEST_P(LogContract, BoundsWhatOneReadHolds) {
    const std::string large(max_read_bytes / 4, 'x');
    for (Sequence head = 1; head < 8; ++head) {
        ASSERT_EQ(append_at_head(*log_, {draft(large)}), head + 1);
    }
    EXPECT_EQ(read(*log_, 2, 100).size(), 4U);
    EXPECT_EQ(bodies(*log_).size(), 7U);
}

TEST_P(LogContract, SurvivesReopening) {
    ASSERT_EQ(append_at_head(*log_, {draft("a"), draft("b")}), 3U);
    reopen();
    EXPECT_EQ(log_->head().value(), 3U);
    ASSERT_EQ(append_at_head(*log_, {draft("c")}), 4U);
    reopen();
    EXPECT_THAT(bodies(*log_), ElementsAre("a", "b", "c"));
}

TEST_P(LogContract, WaitAnswersAtOnceOrAtTheDeadline) {
    EXPECT_TRUE(log_->wait(1, steady_clock::now()));
    EXPECT_FALSE(log_->wait(2, steady_clock::now()));
    const auto deadline = in(milliseconds(30));
    EXPECT_FALSE(log_->wait(2, deadline));
    EXPECT_GE(steady_clock::now(), deadline);
}

TEST_P(LogContract, WaitWakesWhenTheHeadIsThere) {
    std::atomic<bool> woken = false;
    std::thread waiter([&] { woken = log_->wait(3, in(milliseconds(30'000))); });
    EXPECT_EQ(append_at_head(*log_, {draft("a")}), 2U);
    EXPECT_EQ(append_at_head(*log_, {draft("b")}), 3U);
    waiter.join();
    EXPECT_TRUE(woken);
    EXPECT_EQ(read(*log_, 3, 1).size(), 1U);
}

TEST_P(LogContract, ReadersSeeWholeBatchesWhileOneAppends) {
    constexpr Sequence last = 1 + 3 * 60;
    std::atomic<int> torn = 0;
    const auto follow = [&] {
        for (Sequence next = 2; next <= last;) {
            if (!log_->wait(next, in(milliseconds(30'000)))) return;
            const auto entries = read(*log_, next, 99);
            if (entries.empty() || entries.size() % 3 != 0) ++torn;
            for (const auto& entry : entries) torn += entry.sequence == next++ ? 0 : 1;
        }
    };
    std::array<std::thread, 4> readers;
    for (auto& reader : readers) reader = std::thread(follow);
    for (Sequence head = 1; head < last; head += 3) {
        EXPECT_EQ(append_at_head(*log_, {draft("a"), draft("b"), draft("c")}), head + 3);
    }
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(torn, 0);
}

TEST_P(LogContract, AForeignWriterBetweenCatchUpAndAppendIsAConflict) {
    FaultLog log(*log_);
    const auto caught_up = log.head().value();
    log.inject(Fault::foreign_writer);
    const auto mine = draft("mine");
    const auto outcome = log.append(caught_up, {&mine, 1});
    ASSERT_TRUE(is<Conflict>(outcome));
    EXPECT_EQ(std::get<Conflict>(outcome).head, 2U);
    EXPECT_TRUE(is<Appended>(log.append(2, {&mine, 1})));
    EXPECT_THAT(bodies(log), ElementsAre(std::string(foreign_body), "mine"));
}

TEST_P(LogContract, InjectedOutcomesLeaveWhatTheyPromise) {
    FaultLog log(*log_);
    const auto append = [&](Fault fault) {
        const auto mine = draft("mine");
        log.inject(fault);
        return log.append(log.head().value(), {&mine, 1});
    };
    EXPECT_TRUE(is<Conflict>(append(Fault::conflict)));
    EXPECT_TRUE(is<Unavailable>(append(Fault::unavailable)));
    EXPECT_TRUE(is<Unknown>(append(Fault::unknown_not_written)));
    EXPECT_THAT(bodies(log), ElementsAre());
    EXPECT_TRUE(is<Unknown>(append(Fault::unknown_written)));
    EXPECT_THAT(bodies(log), ElementsAre("mine"));
    EXPECT_EQ(append_at_head(log, {draft("next")}), 3U);
}

}  // namespace sgw::log
