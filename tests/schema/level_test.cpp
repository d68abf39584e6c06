#include <gtest/gtest.h>

#include "store/schema/schema.hpp"

namespace sgw::schema {
namespace {

TEST(Level, NamesAreReadInAnyCaseAndWrittenInUpperCase) {
    for (const char* name : {"NONE",
                             "BACKWARD",
                             "BACKWARD_TRANSITIVE",
                             "FORWARD",
                             "FORWARD_TRANSITIVE",
                             "FULL",
                             "FULL_TRANSITIVE"}) {
        ASSERT_TRUE(level_from_name(name)) << name;
        EXPECT_EQ(level_name(*level_from_name(name)), name);
    }
    EXPECT_EQ(level_from_name("full_Transitive"), Level::full_transitive);
    for (const char* name : {"", " FULL", "FULL ", "FULLY", "BACKWARDS", "null"}) {
        EXPECT_FALSE(level_from_name(name)) << name;
    }
}

TEST(Level, TransitiveOnesSaySoInTheirName) {
    for (const auto level : {Level::none,
                             Level::backward,
                             Level::backward_transitive,
                             Level::forward,
                             Level::forward_transitive,
                             Level::full,
                             Level::full_transitive}) {
        EXPECT_EQ(is_transitive(level), level_name(level).ends_with("_TRANSITIVE"));
    }
}

TEST(Type, NamesAreCaseSensitive) {
    EXPECT_EQ(type_from_name("AVRO"), Type::avro);
    EXPECT_EQ(type_name(Type::avro), "AVRO");
    for (const char* name : {"", "avro", "JSON", "PROTOBUF"}) EXPECT_FALSE(type_from_name(name));
}

}  // namespace
}  // namespace sgw::schema
