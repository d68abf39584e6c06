#include "gateway/admin/health.hpp"

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/catalog/log_and_view.hpp"
#include "tests/gateway/on_context.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::gateway::admin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Disk = std::shared_ptr<std::atomic<bool>>;  // whether it can be read

class UnreadableFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
  public:
    UnreadableFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Disk readable)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), readable_(std::move(readable)) {}

    rocksdb::IOStatus Read(std::uint64_t offset,
                           std::size_t size,
                           const rocksdb::IOOptions& options,
                           rocksdb::Slice* result,
                           char* scratch,
                           rocksdb::IODebugContext* debug) const override {
        if (!*readable_) return rocksdb::IOStatus::IOError("the disk does not answer");
        return target()->Read(offset, size, options, result, scratch, debug);
    }

  private:
    Disk readable_;
};

class UnreadableFileSystem final : public rocksdb::FileSystemWrapper {
  public:
    explicit UnreadableFileSystem(Disk readable)
        : FileSystemWrapper(rocksdb::FileSystem::Default()), readable_(std::move(readable)) {}

    const char* Name() const override { return "UnreadableFileSystem"; }

    rocksdb::IOStatus NewRandomAccessFile(const std::string& name,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                          rocksdb::IODebugContext* debug) override {
        std::unique_ptr<rocksdb::FSRandomAccessFile> real;
        auto status = target()->NewRandomAccessFile(name, options, &real, debug);
        if (status.ok()) *file = std::make_unique<UnreadableFile>(std::move(real), readable_);
        return status;
    }

  private:
    Disk readable_;
};

class HealthTest : public testing::Test {
  protected:
    /// Schemas, each of more than a block of the view's files.
    void fill(int count) {
        for (int id = 1; id <= count; ++id) {
            const catalog::Content content{
                schema::Type::avro, std::to_string(id) + std::string(10'000, 'x'), {}, {}, ""};
            catalog::append(log_, 1, {catalog::SchemaCreated{Context{}, {id}, content}});
        }
        ASSERT_TRUE(view_->catch_up(log_, [](log::Sequence, const catalog::Events&) {}));
    }

    /// Outlives the pool.
    Readiness& readiness(std::chrono::milliseconds patience) {
        return *made_.emplace_back(std::make_unique<Readiness>(*view_, pool_, patience));
    }

    http::Response ask(Readiness& readiness, std::string path) {
        return context_.run(answer_health(readiness, std::move(path))).get();
    }

    Disk readable_ = std::make_shared<std::atomic<bool>>(true);
    std::unique_ptr<rocksdb::Env> env_ =
        rocksdb::NewCompositeEnv(std::make_shared<UnreadableFileSystem>(readable_));
    log::TempDirectory directory_;
    log::MemoryLog log_;
    catalog::ViewOptions options_{directory_.file("view"), env_.get(), {}};
    std::unique_ptr<catalog::View> view_ = catalog::open_view(options_, log_);
    std::vector<std::unique_ptr<Readiness>> made_;
    OnContext context_;
    boost::asio::thread_pool pool_{1};
};

void expect_up(const http::Response& response) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(*response.body, R"({"status":"UP"})");
}

void expect_down(const http::Response& response, const std::string& reason) {
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(response.headers, (http::Headers{{"Retry-After", "1"}}));
    const auto body = nlohmann::json::parse(*response.body);
    EXPECT_EQ(body.at("status"), "DOWN");
    EXPECT_NE(body.at("reason").get<std::string>().find(reason), std::string::npos) << body;
}

TEST_F(HealthTest, IsUpWhenTheCatalogCanBeRead) {
    auto& is_ready = readiness(seconds(60));
    for (const auto* path : {"/health/live", "/health/ready", "/health/startup"}) {
        EXPECT_TRUE(is_health_path(path));
        expect_up(ask(is_ready, path));
    }
    EXPECT_FALSE(is_health_path("/health"));
    EXPECT_FALSE(is_health_path("/health/ready/"));
}

TEST_F(HealthTest, IsNotReadyWhileTheDiskCannotBeRead) {
    fill(100);
    // Opened again it has everything in files, and next to nothing of them in memory.
    view_.reset();
    view_ = catalog::open_view(options_, log_);
    auto& is_ready = readiness(seconds(60));
    *readable_ = false;
    // It looks at one schema at random, and a few happen to be in memory.
    auto answer = ask(is_ready, "/health/ready");
    for (int i = 0; i < 1000 && answer.status == 200; ++i) answer = ask(is_ready, "/health/ready");
    expect_down(answer, "the disk does not answer");
    expect_up(ask(is_ready, "/health/live"));
    expect_up(ask(is_ready, "/health/startup"));
    *readable_ = true;
    expect_up(ask(is_ready, "/health/ready"));
}

TEST_F(HealthTest, IsNotReadyWhileReadsHang) {
    auto& is_ready = readiness(milliseconds(10));
    std::latch hangs(1);
    boost::asio::post(pool_, [&] { hangs.wait(); });
    for (int i = 0; i < 3; ++i) {
        expect_down(ask(is_ready, "/health/ready"), "cannot be read within 10 ms");
    }
    expect_up(ask(is_ready, "/health/live"));
    hangs.count_down();
    expect_up(ask(readiness(seconds(60)), "/health/ready"));
}

TEST_F(HealthTest, WhoAsksAtOnceSharesOneLook) {
    auto& is_ready = readiness(seconds(60));
    std::latch begin(1);
    boost::asio::post(pool_, [&] { begin.wait(); });
    std::vector<std::future<http::Response>> answers;
    for (int i = 0; i < 100; ++i) {
        answers.push_back(context_.run(answer_health(is_ready, "/health/ready")));
    }
    begin.count_down();
    for (auto& answer : answers) expect_up(answer.get());
}

}  // namespace
}  // namespace sgw::gateway::admin
