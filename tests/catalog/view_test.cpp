#include "store/catalog/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "store/log/identity.hpp"
#include "tests/catalog/log_and_view.hpp"
#include "tests/catalog/watched_log.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::catalog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ViewTest : public testing::Test {
  protected:
    ViewTest() { fill(0, 40); }

    void fill(int from, int to) {
        for (int i = from; i < to; ++i) {
            const auto name = "s" + std::to_string(i % 7);
            const Version version{i / 7 + 1};
            append(log_,
                   1000 + i,
                   {SchemaCreated{Context{}, {i + 1}, text(i)},
                    VersionAdded{subject(name), version, {i + 1}},
                    DeploymentChanged{
                        RegionName{"eu"}, {subject(name), version}, DeploymentState::pending, ""}});
        }
    }

    static Content text(int i) {
        return {schema::Type::avro,
                "\"" + std::string(200, 'x') + std::to_string(i) + "\"",
                {},
                {},
                ""};
    }

    ViewOptions options() {
        return {directory_.file("view"), nullptr, [this](std::string_view line) {
                    notices_.emplace_back(line);
                }};
    }

    std::unique_ptr<View> open() { return open_view(options(), log_); }

    bool was_rebuilt() const {
        return std::ranges::find(notices_, "the view is rebuilt from the log") != notices_.end();
    }

    log::TempDirectory directory_;
    std::shared_ptr<log::MemoryLogState> state_ = std::make_shared<log::MemoryLogState>();
    log::MemoryLog memory_log_{state_};
    WatchedLog log_{memory_log_};
    std::vector<std::string> notices_;
};

TEST_F(ViewTest, WritesNoLogFileOfRocksdb) {
    open();
    const auto again = open();
    for (const auto& file : fs::directory_iterator(directory_.file("view"))) {
        EXPECT_FALSE(file.path().filename().string().starts_with("LOG")) << file.path();
    }
}

TEST_F(ViewTest, AMissingViewIsBuiltAndStandsAtTheHead) {
    const auto view = open();
    EXPECT_EQ(applied(*view), log_.head().value());
    const auto snapshot = view->snapshot();
    const Queries state(*snapshot);
    EXPECT_EQ(state.versions(subject("s3"), Deleted::leave_out).size(), 6U);
    EXPECT_EQ(state.schema(Context{}, {40}), text(39));
    EXPECT_EQ(state.highest_id(), SchemaId{40});
    EXPECT_EQ(state.applied_ms(), 1039);
    EXPECT_FALSE(was_rebuilt());
}

TEST_F(ViewTest, AViewThatIsOpenedAgainKeepsWhatItHasAndCatchesUp) {
    const auto first = contents_of(*open());
    EXPECT_EQ(contents_of(*open()), first);
    fill(40, 1400);  // more than one page
    const auto view = open();
    EXPECT_EQ(applied(*view), log_.head().value());
    EXPECT_EQ(contents_of(*view), rebuilt_from(log_));
    EXPECT_FALSE(was_rebuilt());
}

TEST_F(ViewTest, TheFeedHearsEveryEntryOnceInOrderAfterItIsVisible) {
    const auto view = open();
    const auto before = log_.head().value();
    fill(40, 1400);
    std::vector<log::Sequence> heard;
    const auto caught_up = view->catch_up(log_, [&](log::Sequence sequence, const Events& events) {
        EXPECT_GE(applied(*view), sequence);
        EXPECT_EQ(events.size(), 3U);
        heard.push_back(sequence);
    });
    ASSERT_TRUE(caught_up);
    ASSERT_EQ(heard.size(), 1360U);
    EXPECT_EQ(heard.front(), before + 1);
    EXPECT_EQ(heard.back(), log_.head().value());
    EXPECT_TRUE(std::ranges::is_sorted(heard));
    EXPECT_TRUE(view->catch_up(log_, [](log::Sequence, const Events&) { FAIL(); }));
}

TEST_F(ViewTest, ASnapshotDoesNotMove) {
    const auto view = open();
    const auto snapshot = view->snapshot();
    const auto before = all_of(*snapshot);
    fill(40, 60);
    ASSERT_TRUE(view->catch_up(log_, [](log::Sequence, const Events&) {}));
    EXPECT_EQ(all_of(*snapshot), before);
    EXPECT_NE(contents_of(*view), before);
}

TEST_F(ViewTest, ABatchSeesItselfAndNobodyElseDoesBeforeItIsCommitted) {
    const auto view = open();
    const auto batch = view->begin();
    batch->put("zz1", "new");
    batch->erase("a");
    EXPECT_EQ(batch->get("zz1"), "new");
    EXPECT_EQ(batch->get("a"), std::nullopt);
    EXPECT_FALSE(all_of(*batch).contains("a"));
    EXPECT_TRUE(all_of(*batch).contains("zz1"));
    EXPECT_FALSE(contents_of(*view).contains("zz1"));
    ASSERT_TRUE(view->commit(*batch));
    EXPECT_TRUE(contents_of(*view).contains("zz1"));
}

TEST_F(ViewTest, EntriesThatNameTheLogAgainAreNoEvents) {
    const log::Draft next_epoch{
        5, {}, log::identity_body({"00000000-0000-4000-8000-000000000000", 2})};
    ASSERT_TRUE(
        std::holds_alternative<log::Appended>(log_.append(log_.head().value(), {&next_epoch, 1})));
    fill(40, 42);
    EXPECT_EQ(applied(*open()), log_.head().value());
}

// What makes a view begin anew

TEST_F(ViewTest, TheViewOfAnotherLogIsRebuilt) {
    open();
    log::MemoryLog other;
    append(other, 1, mark("other"));
    const auto view = open_view(options(), other);
    EXPECT_TRUE(was_rebuilt());
    EXPECT_EQ(contents_of(*view), rebuilt_from(other));
}

TEST_F(ViewTest, AViewThatIsNewerThanTheLogIsRebuilt) {
    open();
    state_->entries.resize(20);
    const auto view = open();
    EXPECT_TRUE(was_rebuilt());
    EXPECT_EQ(applied(*view), 20U);
    EXPECT_EQ(contents_of(*view), rebuilt_from(log_));
}

TEST_F(ViewTest, AViewOfEntriesThatTheLogNoLongerHasIsRebuilt) {
    open();
    state_->entries.resize(20);
    append(log_, 99999, mark("elsewhere"));
    fill(100, 140);
    const auto view = open();
    EXPECT_TRUE(was_rebuilt());
    EXPECT_EQ(contents_of(*view), rebuilt_from(log_));
}

/// Puts a key into the closed view with RocksDB's own means.
void put_raw(const std::string& directory, const std::string& key, const std::string& value) {
    rocksdb::DB* opened = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database(opened);
    ASSERT_TRUE(database->Put({}, key, value).ok());
}

TEST_F(ViewTest, AViewOfAnotherFormatIsRebuilt) {
    open();
    put_raw(directory_.file("view"), "@", log_.identity().uuid + " 1 4711");
    const auto view = open();
    EXPECT_TRUE(was_rebuilt());
    EXPECT_EQ(contents_of(*view), rebuilt_from(log_));
}

TEST_F(ViewTest, ADatabaseThatIsNoViewIsRebuilt) {
    put_raw(directory_.file("view"), "some", "thing");
    EXPECT_EQ(contents_of(*open()), rebuilt_from(log_));
    EXPECT_TRUE(was_rebuilt());
}

TEST_F(ViewTest, AViewWhoseLastEntryCannotBeReadIsRebuilt) {
    open();
    put_raw(directory_.file("view"), "a", "x");
    EXPECT_EQ(contents_of(*open()), rebuilt_from(log_));
    EXPECT_TRUE(was_rebuilt());
}

enum class Damage {
    removed,
    emptied,
    halved,
    first_flipped,
    middle_flipped,
    last_flipped,
    garbage
};

void damage(const fs::path& file, Damage how) {
    const auto size = fs::file_size(file);
    const auto flip = [&](std::uintmax_t at) {
        std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
        stream.seekg(static_cast<std::streamoff>(at));
        const auto byte = static_cast<char>(stream.get() ^ 0x5a);
        stream.seekp(static_cast<std::streamoff>(at));
        stream.put(byte);
    };
    switch (how) {
        case Damage::removed:
            fs::remove(file);
            break;
        case Damage::emptied:
            fs::resize_file(file, 0);
            break;
        case Damage::halved:
            fs::resize_file(file, size / 2);
            break;
        case Damage::first_flipped:
            if (size > 0) flip(0);
            break;
        case Damage::middle_flipped:
            if (size > 0) flip(size / 2);
            break;
        case Damage::last_flipped:
            if (size > 0) flip(size - 1);
            break;
        case Damage::garbage:
            std::ofstream(file, std::ios::binary) << std::string(size, '\x3c');
            break;
    }
}

class DamagedView : public ViewTest, public testing::WithParamInterface<Damage> {};

TEST_P(DamagedView, IsMadeWholeWhicheverFileIsHit) {
    open();
    fill(40, 80);
    open();  // some of it in tables now, some in the write-ahead log
    const auto wanted = rebuilt_from(log_);
    const fs::path sound = directory_.file("view");
    const fs::path copy = directory_.file("copy");
    std::vector<fs::path> names;
    for (const auto& file : fs::directory_iterator(sound)) names.push_back(file.path().filename());
    ASSERT_TRUE(
        std::ranges::any_of(names, [](const auto& name) { return name.extension() == ".sst"; }));
    for (const auto& name : names) {
        fs::remove_all(copy);
        fs::copy(sound, copy);
        damage(copy / name, GetParam());
        const auto view = open_view(view_in(copy.string()), log_);
        ASSERT_TRUE(view) << name;
        EXPECT_EQ(contents_of(*view), wanted) << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Each,
                         DamagedView,
                         testing::Values(Damage::removed,
                                         Damage::emptied,
                                         Damage::halved,
                                         Damage::first_flipped,
                                         Damage::middle_flipped,
                                         Damage::last_flipped,
                                         Damage::garbage));

// What keeps a view from being opened

std::string reason_of(const ResultOr<std::unique_ptr<View>, ViewFailure>& opened) {
    return opened ? "" : opened.error().reason;
}

TEST_F(ViewTest, TwoAtOnceAreRefusedAndTheFirstGoesOn) {
    const auto view = open();
    EXPECT_THAT(reason_of(View::open(options(), log_)), HasSubstr("cannot open the view in"));
    EXPECT_FALSE(View::destroy(options()));
    EXPECT_FALSE(was_rebuilt());
    fill(40, 50);
    ASSERT_TRUE(view->catch_up(log_, [](log::Sequence, const Events&) {}));
    EXPECT_EQ(contents_of(*view), rebuilt_from(log_));
}

TEST_F(ViewTest, AFileInItsPlaceIsRefused) {
    std::ofstream(directory_.file("view")) << "not a directory";
    EXPECT_THAT(reason_of(View::open(options(), log_)), HasSubstr(directory_.file("view")));
}

TEST_F(ViewTest, ALogThatCannotBeReadLeavesTheViewAsItIs) {
    const auto before = contents_of(*open());
    for (int readable = 0; readable < 4; ++readable) {
        log_.allow_reads(readable);
        if (const auto opened = View::open(options(), log_); !opened) {
            EXPECT_THAT(opened.error().reason, HasSubstr("the log cannot be read"));
        }
        log_.allow_reads(WatchedLog::for_ever);
    }
    EXPECT_FALSE(was_rebuilt());
    EXPECT_EQ(contents_of(*open()), before);
}

TEST_F(ViewTest, AnEntryOfANewerReleaseIsNotSkipped) {
    const auto view = open();
    const auto before = applied(*view);
    const log::Draft newer{1, {}, R"({"format":2,"events":[]})"};
    ASSERT_TRUE(std::holds_alternative<log::Appended>(log_.append(before, {&newer, 1})));
    const auto caught_up = view->catch_up(log_, [](log::Sequence, const Events&) {});
    ASSERT_FALSE(caught_up);
    EXPECT_THAT(caught_up.error().reason, HasSubstr("entry 42 of the log"));
    EXPECT_EQ(applied(*view), before);
}

TEST_F(ViewTest, DestroyedIsGoneAndBuiltAgain) {
    const auto before = contents_of(*open());
    ASSERT_TRUE(View::destroy(options()));
    EXPECT_FALSE(fs::exists(directory_.file("view") + "/CURRENT"));
    ASSERT_TRUE(View::destroy(options()));
    EXPECT_EQ(contents_of(*open()), before);
}

}  // namespace
}  // namespace sgw::catalog
