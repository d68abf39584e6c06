// What the contract suite does not know: opening, refusing to open, damage on disk. Crashes are in
// crash_test.cpp.
#include "store/log/rocksdb_log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/log/log_contract.hpp"
#include "tests/log/temp_directory.hpp"
#include "tests/log/unsynced_env.hpp"

namespace sgw::log {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string format_key("\0format", 7);

class RocksdbLogTest : public testing::Test {
  protected:
    std::unique_ptr<Log> open() {
        auto log = open_rocksdb_log({.directory = path_});
        EXPECT_TRUE(log) << log.error().reason;
        return log ? std::move(log).value() : nullptr;
    }

    /// Why the log cannot be opened: always one line that names the directory.
    std::string refusal(rocksdb::Env* env = nullptr) {
        RocksdbLogOptions options{.directory = path_};
        options.env = env;
        const auto log = open_rocksdb_log(options);
        EXPECT_FALSE(log);
        auto reason = log ? "" : log.error().reason;
        EXPECT_THAT(reason, HasSubstr(path_));
        EXPECT_THAT(reason, Not(HasSubstr("\n")));
        return reason;
    }

    void create(const std::vector<std::string>& entries) {
        const auto log = open();
        for (const auto& body : entries) {
            const auto one = draft(body);
            ASSERT_TRUE(
                std::holds_alternative<Appended>(log->append(log->head().value(), {&one, 1})));
        }
    }

    /// Reaches under the log, as no gateway does.
    void tamper(const std::function<void(rocksdb::DB&)>& change) {
        rocksdb::Options options;
        options.create_if_missing = true;
        options.info_log = make_rocksdb_logger({});
        rocksdb::DB* database = nullptr;
        const auto status = rocksdb::DB::Open(options, path_, &database);
        ASSERT_TRUE(status.ok()) << status.ToString();
        change(*database);
        delete database;
    }

    static std::string key(char sequence) { return {'e', 0, 0, 0, 0, 0, 0, 0, sequence}; }

    /// The newest write-ahead log: where the entries of a log this young are.
    fs::path write_ahead_log() const {
        fs::path newest;
        for (const auto& file : fs::directory_iterator(path_)) {
            if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
        }
        return newest;
    }

    void flip(std::uintmax_t at) {
        std::fstream file(write_ahead_log(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const auto byte = static_cast<char>(file.get() ^ 0x10);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }

    TempDirectory directory_;
    std::string path_ = directory_.file("data/log");
};

TEST_F(RocksdbLogTest, CreatesItsDirectories) {
    EXPECT_EQ(open()->head().value(), 1U);
    EXPECT_TRUE(fs::is_directory(path_));
}

TEST_F(RocksdbLogTest, WritesNoLogFileOfRocksdb) {
    create({"a"});
    for (const auto& file : fs::directory_iterator(path_)) {
        EXPECT_FALSE(file.path().filename().string().starts_with("LOG")) << file.path();
    }
}

TEST_F(RocksdbLogTest, RefusesALogThatThisProcessHasOpen) {
    const auto log = open();
    EXPECT_THAT(refusal(), HasSubstr("in use"));
    EXPECT_EQ(log->head().value(), 1U);
}

TEST_F(RocksdbLogTest, RefusesALogThatAnotherProcessHasOpen) {
    create({});
    int ready[2] = {};
    ASSERT_EQ(::pipe(ready), 0);
    const auto lock_file = path_ + "/owner.lock";
    const auto child = ::fork();
    if (child == 0) {
        // Only what is allowed between fork and exec in a process with threads.
        const int file = ::open(lock_file.c_str(), O_RDWR);
        struct ::flock lock = {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const char locked = ::fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
        if (::write(ready[1], &locked, 1) == 1) ::pause();
        ::_exit(0);
    }
    char locked = 'n';
    EXPECT_EQ(::read(ready[0], &locked, 1), 1);
    EXPECT_EQ(locked, 'y');
    EXPECT_THAT(refusal(), HasSubstr("in use"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    EXPECT_EQ(open()->head().value(), 1U);
}

TEST_F(RocksdbLogTest, RefusesADirectoryThatCannotBe) {
    std::ofstream(directory_.file("data")) << "a file";
    EXPECT_THAT(refusal(), HasSubstr("cannot create"));
}

TEST_F(RocksdbLogTest, RefusesADirectoryThatCannotBeWritten) {
    create({"a"});
    UnsyncedEnv env;
    env.disk().power_off_after(0);
    EXPECT_THAT(refusal(env.env()), HasSubstr("not writable"));
}

TEST_F(RocksdbLogTest, RefusesANewerFormat) {
    create({"a"});
    tamper([](rocksdb::DB& database) { database.Put({}, format_key, "2"); });
    EXPECT_THAT(refusal(), HasSubstr("newer release"));
}

TEST_F(RocksdbLogTest, RefusesADamagedFormatMark) {
    create({"a"});
    tamper([](rocksdb::DB& database) { database.Put({}, format_key, "x"); });
    EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(RocksdbLogTest, RefusesADatabaseThatIsNoLog) {
    fs::create_directories(path_);
    tamper([](rocksdb::DB& database) { database.Put({}, "subject/1", "schema"); });
    EXPECT_THAT(refusal(), HasSubstr("not a log"));
}

TEST_F(RocksdbLogTest, RefusesALogWithADamagedOrMissingRecentEntry) {
    create({"2", "3", "4"});
    tamper([&](rocksdb::DB& database) { database.Put({}, key(3), "garbage"); });
    EXPECT_THAT(refusal(), HasSubstr("entry 3 is damaged"));
    tamper([&](rocksdb::DB& database) { database.Delete({}, key(3)); });
    EXPECT_THAT(refusal(), HasSubstr("entry 3 is missing"));
    tamper([&](rocksdb::DB& database) {
        std::string other;
        database.Get({}, key(2), &other);
        database.Put({}, key(3), other);
    });
    EXPECT_THAT(refusal(), HasSubstr("entry 3 holds an entry of another position"));
}

TEST_F(RocksdbLogTest, NamesTheDamagedEntryThatItCannotRead) {
    const std::string large(1024UL * 1024, 'x');
    create({"2", "3", "4"});
    create(std::vector<std::string>(20, large));  // more than opening looks at
    tamper([&](rocksdb::DB& database) {
        database.Put({}, key(3), "garbage");
        database.Delete({}, key(5));
    });
    const auto log = open();
    EXPECT_EQ(log->read(2, 1).value().size(), 1U);
    EXPECT_THAT(log->read(2, 10).error().reason, HasSubstr("entry 3 is damaged"));
    EXPECT_EQ(log->read(4, 1).value().size(), 1U);
    EXPECT_THAT(log->read(4, 2).error().reason, HasSubstr("entry 5 is missing"));
    EXPECT_EQ(log->read(6, 2).value().size(), 2U);
}

TEST_F(RocksdbLogTest, ATornTailCostsOnlyTheBatchThatWasNeverAnswered) {
    create({"a"});
    const auto acknowledged = fs::file_size(write_ahead_log());
    create({});  // recovery moves what is there out of the write-ahead log
    const std::vector<Draft> batch{draft("b"), draft("c" + std::string(40'000, 'x'))};
    ASSERT_TRUE(std::holds_alternative<Appended>(open()->append(2, batch)));
    const auto whole = fs::file_size(write_ahead_log());
    ASSERT_GT(whole, acknowledged);
    const auto copy = directory_.file("copy");
    fs::copy(path_, copy, fs::copy_options::recursive);
    for (std::uintmax_t size = 0; size < whole; size += size < 40 ? 1 : 4'999) {
        SCOPED_TRACE(size);
        fs::remove_all(path_);
        fs::copy(copy, path_, fs::copy_options::recursive);
        fs::resize_file(write_ahead_log(), size);
        const auto log = open();
        ASSERT_NE(log, nullptr);
        EXPECT_THAT(bodies(*log), ElementsAre("a"));
        EXPECT_TRUE(std::holds_alternative<Appended>(log->append(2, batch)));
    }
}

// Power loss cuts the end off; a changed byte is something else, behind which appended entries may
// be.
TEST_F(RocksdbLogTest, RefusesAWriteAheadLogWithAChangedByte) {
    create({"a", "b", "c"});
    const auto size = fs::file_size(write_ahead_log());
    const auto copy = directory_.file("copy");
    fs::copy(path_, copy, fs::copy_options::recursive);
    for (std::uintmax_t at = 3; at < size; at += 43) {
        SCOPED_TRACE(at);
        fs::remove_all(path_);
        fs::copy(copy, path_, fs::copy_options::recursive);
        flip(at);
        const auto log = open_rocksdb_log({.directory = path_});
        EXPECT_FALSE(log);
    }
}

}  // namespace
}  // namespace sgw::log
