#include "store/catalog/metadata.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

TEST(MetadataTest, MergingLaysTheSecondOverTheFirst) {
    const Metadata low{{{"p", {"a"}}, {"q", {"b"}}}, {{"k", "low"}, {"l", "low"}}, {"x"}};
    const Metadata high{{{"p", {"c"}}}, {{"k", "high"}}, {"y"}};
    const Metadata both{
        {{"p", {"a", "c"}}, {"q", {"b"}}}, {{"k", "high"}, {"l", "low"}}, {"x", "y"}};
    EXPECT_EQ(merged(low, high), both);
    EXPECT_EQ(merged(low, std::nullopt), low);
    EXPECT_EQ(merged(std::nullopt, high), high);
    EXPECT_EQ(merged(std::nullopt, std::nullopt), std::nullopt);
}

TEST(MetadataTest, AbsentAndEmptyHashDifferently) {
    EXPECT_EQ(hashed_bytes(std::nullopt), "");
    EXPECT_EQ(hashed_bytes(Metadata{}), "\x01");
    EXPECT_EQ(hashed_bytes(Metadata{{{"p", {"b", "a"}}}, {{"k", "v"}}, {"s"}}), "\x01pabkvs");
}

TEST(MetadataTest, RoundTripsAsJsonWithoutEmptyMembers) {
    EXPECT_EQ(metadata_from_json(to_json(samples::metadata())), samples::metadata());
    EXPECT_EQ(to_json(Metadata{}).dump(), "{}");
    EXPECT_EQ(metadata_from_json(nlohmann::ordered_json::object()), Metadata{});
}

}  // namespace
}  // namespace sgw::catalog
