#include "store/log/identity.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/log/fault_log.hpp"
#include "tests/log/memory_log.hpp"

namespace sgw::log {
namespace {

const Identity sample{"3f2504e0-4f89-41d3-9a0c-0305e82c3301", 7};

TEST(Identity, RoundTripsThroughItsBody) {
    EXPECT_EQ(identity_body(sample),
              "schema-gateway log 3f2504e0-4f89-41d3-9a0c-0305e82c3301 epoch 7");
    EXPECT_EQ(parse_identity(identity_body(sample)), sample);
}

TEST(Identity, OtherBodiesNameNoLog) {
    const auto body = identity_body(sample);
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_FALSE(parse_identity(std::string_view(body).substr(0, size))) << size;
    }
    for (const auto* tail : {" ", "x", "-1", "99999999999999999999"}) {
        EXPECT_FALSE(parse_identity(body + tail)) << tail;
    }
}

/// A log with nothing in it.
class Establish : public testing::Test {
  protected:
    MemoryLog unnamed_{std::make_shared<MemoryLogState>(), MemoryLog::Named::no};
    FaultLog log_{unnamed_};
};

TEST_F(Establish, NamesAnEmptyLogOnce) {
    const auto identity = establish_identity(log_, 42);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity.value().epoch, 1U);
    EXPECT_EQ(log_.read(1, 10).value().size(), 1U);
    EXPECT_EQ(log_.read(1, 1).value()[0].time_ms, 42);
    EXPECT_EQ(establish_identity(log_, 43).value(), identity.value());
    EXPECT_EQ(log_.head().value(), 1U);
}

TEST_F(Establish, TakesTheNameOfWhoeverWasFirst) {
    log_.set_foreign({.time_ms = 1, .origin = {}, .body = identity_body(sample)});
    log_.inject(Fault::foreign_writer);
    EXPECT_EQ(establish_identity(log_, 42).value(), sample);
    EXPECT_EQ(log_.head().value(), 1U);
}

TEST_F(Establish, BelievesOnlyTheLogAfterAnUnknown) {
    log_.inject(Fault::unknown_written);
    const auto identity = establish_identity(log_, 42);
    ASSERT_TRUE(identity);
    EXPECT_EQ(parse_identity(log_.read(1, 1).value()[0].body), identity.value());
}

TEST_F(Establish, FailsWhenNothingCanBeWritten) {
    log_.inject(Fault::unavailable);
    EXPECT_FALSE(establish_identity(log_, 42));
    log_.inject(Fault::unknown_not_written);
    EXPECT_FALSE(establish_identity(log_, 42));
    log_.fail_reads(1);
    EXPECT_FALSE(establish_identity(log_, 42));
    EXPECT_EQ(log_.head().value(), 0U);
}

TEST_F(Establish, RefusesALogWhoseFirstEntryNamesNothing) {
    log_.inject(Fault::foreign_writer);
    EXPECT_FALSE(establish_identity(log_, 42));
}

}  // namespace
}  // namespace sgw::log
