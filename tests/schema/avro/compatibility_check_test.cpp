#include "store/schema/avro/compatibility_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "store/schema/avro/parse.hpp"
#include "store/schema/schema.hpp"

namespace sgw::schema {
namespace {

/// A record that uses one enum of `symbols` and `last` in every field.
Schema enum_used_often(int uses, int symbols, const std::string& last = "") {
    std::string text = R"({"type":"record","name":"R","fields":[)"
                       R"({"name":"e","type":{"type":"enum","name":"E","symbols":["first")";
    for (int i = 0; i < symbols; ++i) text += R"(,"symbol_)" + std::to_string(i) + '"';
    if (!last.empty()) text += R"(,")" + last + '"';
    text += "]}}";
    for (int i = 1; i < uses; ++i) {
        text += R"(,{"name":"f)" + std::to_string(i) + R"(","type":"E"})";
    }
    return parse(Type::avro, text + "]}").value();
}

std::size_t total_length(const std::vector<std::string>& parts) {
    return std::accumulate(
        parts.begin(), parts.end(), std::size_t{0}, [](std::size_t sum, const auto& part) {
            return sum + part.size();
        });
}

TEST(CompatibilityCheck, LooksAtSharedTypesOnceHoweverOftenTheirDifferenceIsTold) {
    const Schema reader = enum_used_often(5000, 100);
    const Schema writer = enum_used_often(5000, 100, "GONE");
    avro::CompatibilityCheck check;
    check.run(reader.avro().root(), writer.avro().root());
    ASSERT_FALSE(check.failure());
    const auto found = check.found(10'000);
    ASSERT_EQ(found.size(), 5000U);
    const avro::Difference* first = found.front();
    EXPECT_TRUE(std::ranges::all_of(found, [&](const auto* other) { return other == first; }));
    EXPECT_EQ(first->missing_symbols, std::vector<std::string_view>{"GONE"});
}

TEST(Compatibility, TextsAreCutOffWhereAnAuthorsNamesAreEndless) {
    const OldVersion old{1, enum_used_often(5000, 50'000)};
    const Schema reader = enum_used_often(5000, 0);
    const auto parts = incompatibilities(reader, {&old, 1}, Level::backward);
    ASSERT_GT(parts.size(), 4U);
    EXPECT_TRUE(
        parts[0].starts_with("{errorType:'MISSING_ENUM_SYMBOLS', description:'The new "
                             "schema is missing enum symbols '[symbol_0, symbol_1, "));
    EXPECT_TRUE(parts[0].ends_with("... <truncated>"));
    EXPECT_LT(parts[0].size(), 101'000U);
    EXPECT_LT(total_length(parts), 1'200'000U);
}

}  // namespace
}  // namespace sgw::schema
