#include "gateway/jobs/book.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/log_and_view.hpp"
#include "tests/gateway/on_context.hpp"
#include "tests/log/fault_log.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::mark;
using log::Fault;

/// As the decisions of jobs do: what is booked already is not booked again.
catalog::Events mark_once(const catalog::Queries& state) {
    if (state.mode(catalog::subject("s"))) return {};
    return mark("s");
}

class BookOne : public testing::Test {
  protected:
    Booked book() {
        Decision decide = mark_once;
        return context_.run(book_one(*writer_, std::move(decide))).get();
    }

    log::TempDirectory directory_;
    log::MemoryLog memory_log_;
    log::FaultLog log_{memory_log_};
    std::unique_ptr<catalog::View> view_ =
        catalog::open_view(catalog::view_in(directory_.file("view")), log_);
    OnContext context_;
    std::unique_ptr<catalog::Writer> writer_ = std::make_unique<catalog::Writer>(
        log_, *view_, [](log::Sequence, const catalog::Events&) {}, [] { return 1; });
};

TEST_F(BookOne, TellsOfEventsOnce) {
    const auto first = book();
    EXPECT_EQ(first.events, mark("s"));
    EXPECT_FALSE(first.failure);
    const auto again = book();
    EXPECT_TRUE(again.events.empty());
    EXPECT_FALSE(again.failure);
}

TEST_F(BookOne, OfWhatMayBeInTheLogIsToldThoughItFailed) {
    log_.inject(Fault::unknown_written);
    log_.fail_reads(1);
    const auto unknown = book();
    EXPECT_EQ(unknown.events, mark("s"));
    EXPECT_EQ(unknown.failure, "injected: unknown");
    const auto again = book();
    EXPECT_TRUE(again.events.empty());
    EXPECT_FALSE(again.failure);
}

TEST_F(BookOne, OfWhatIsNotInTheLogNothingIsTold) {
    log_.inject(Fault::unavailable);
    const auto refused = book();
    EXPECT_TRUE(refused.events.empty());
    EXPECT_EQ(refused.failure, "injected: unavailable");
    EXPECT_EQ(book().events, mark("s"));
}

}  // namespace
}  // namespace sgw::gateway::jobs
