#include "gateway/jobs/book.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/faulty_writer.hpp"

namespace sgw::gateway::jobs {
namespace {

using catalog::mark;
using log::Fault;

/// As the decisions of jobs do: what is booked already is not booked again.
catalog::Events mark_once(const catalog::Queries& state) {
    if (state.mode(catalog::subject("s"))) return {};
    return mark("s");
}

class BookOne : public FaultyWriter {
  protected:
    Booked book() {
        Decide decide = mark_once;
        return context_.run(book_one(*writer_, std::move(decide))).get();
    }
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
