#include "gateway/services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/api/write_failure.hpp"
#include "tests/gateway/faulty_writer.hpp"

namespace sgw::gateway {
namespace {

using catalog::WriteFailure;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

class CommitTest : public FaultyWriter {
  protected:
    std::future<catalog::WriteResult> commit_mark(const std::string& name,
                                                  steady_clock::time_point deadline) {
        auto command = catalog::command(catalog::mark(name));
        command.deadline = deadline;
        return context_.run(commit(*writer_, std::move(command)));
    }

    bool is_set(const std::string& name) const {
        return catalog::Queries(*view_->snapshot()).mode(catalog::subject(name)).has_value();
    }
};

TEST_F(CommitTest, AnswersWhatIsDurableAndVisible) {
    const auto committed = commit_mark("s", steady_clock::now() + seconds(60)).get();
    ASSERT_TRUE(committed);
    EXPECT_EQ(committed.value().sequence, 2U);
    EXPECT_TRUE(is_set("s"));
}

TEST_F(CommitTest, OfAJobNeedsNoDeadline) {
    EXPECT_TRUE(commit_mark("s", steady_clock::time_point::max()).get());
}

TEST_F(CommitTest, EndsAtTheDeadlineThoughTheLogHangs) {
    log_.hold();
    auto first = commit_mark("s", steady_clock::now() + milliseconds(10));
    log_.wait_for_held_append();
    auto waiting = commit_mark("t", steady_clock::now() + milliseconds(10));
    for (auto* each : {&first, &waiting}) {
        const auto unknown = each->get();
        ASSERT_FALSE(unknown);
        EXPECT_EQ(unknown.error().kind, WriteFailure::Kind::unknown);
        const auto error = api::write_error(unknown.error());
        EXPECT_EQ(error.http_status(), 503);
        EXPECT_THAT(error.message, HasSubstr("is not known yet"));
        EXPECT_THAT(error.message, HasSubstr("may be repeated"));
    }
    log_.let_go();
    EXPECT_TRUE(commit_mark("u", steady_clock::now() + seconds(60)).get());
    EXPECT_TRUE(is_set("s"));   // was on its way
    EXPECT_FALSE(is_set("t"));  // nobody waited for it any more
}

}  // namespace
}  // namespace sgw::gateway
