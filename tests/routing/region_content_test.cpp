// What a region holds, as contents that compare with the catalog's.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "routing/region_answer.hpp"
namespace sgw::routing {
namespace {

VersionFact fact_with(std::string text) {
    VersionFact fact;
    fact.subject = "s";
    fact.version = Version{1};
    fact.id = SchemaId{1};
    fact.text = std::move(text);
    return fact;
}

TEST(ContentOf, IsCanonical) {
    const auto content = content_of(fact_with(R"( { "type" : "string" } )"));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->text, "\"string\"");
    EXPECT_EQ(content->metadata, std::nullopt);
}

TEST(ContentOf, NothingForWhatIsNoSchema) {
    EXPECT_FALSE(content_of(fact_with("")));
    EXPECT_FALSE(content_of(fact_with("{")));
    EXPECT_FALSE(content_of(fact_with(R"({"type":"nosuch"})")));
    EXPECT_FALSE(content_of(fact_with(std::string(100'000, '['))));
    auto unknown_type = fact_with("\"int\"");
    unknown_type.type = "THRIFT";
    EXPECT_FALSE(content_of(unknown_type));
}

struct MetadataRow {
    std::optional<catalog::Metadata> told;
    std::optional<catalog::Metadata> wanted;
    std::optional<catalog::Metadata> expected;
};

TEST(ContentOf, TakesOffTheVersionThatRegistriesAdd) {
    const auto properties = [](std::map<std::string, std::string> values) {
        return catalog::Metadata{{}, std::move(values), {}};
    };
    const auto added = properties({{"confluent:version", "1"}});
    const auto owned = properties({{"owner", "me"}});
    const auto owned_and_added = properties({{"owner", "me"}, {"confluent:version", "1"}});
    const auto empty = catalog::Metadata{};
    const MetadataRow rows[] = {
        {std::nullopt, std::nullopt, std::nullopt},
        {added, std::nullopt, std::nullopt},
        {added, empty, empty},
        {added, owned, empty},
        {added, added, added},
        {owned, std::nullopt, owned},
        {owned_and_added, owned, owned},
        {owned_and_added, owned_and_added, owned_and_added},
        {std::nullopt, owned, std::nullopt},
        {empty, empty, empty},
    };
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        auto fact = fact_with("\"int\"");
        fact.metadata = rows[i].told;
        const auto content = content_of(fact, rows[i].wanted);
        ASSERT_TRUE(content);
        EXPECT_EQ(content->metadata, rows[i].expected) << "row " << i;
    }
}

TEST(ContentTold, KeepsTheVersionWhereTheGuidCountsItIn) {
    const catalog::Metadata with{{}, {{"confluent:version", "1"}, {"owner", "me"}}, {}};
    const catalog::Metadata without{{}, {{"owner", "me"}}, {}};
    const auto guid_with = [](const catalog::Metadata& metadata) {
        const catalog::Content content{schema::Type::avro, "\"int\"", {}, metadata, ""};
        return catalog::fingerprint(content).guid();
    };
    struct Row {
        std::string guid;
        catalog::Metadata expected;
    };
    const Row rows[] = {
        {"", without},
        {guid_with(with), with},
        {guid_with(without), without},
        {"4dc2ae6e-a1a1-4c13-8d0a-4b6f8f7f1a10", without},
    };
    for (const auto& row : rows) {
        auto fact = fact_with("\"int\"");
        fact.metadata = with;
        fact.guid = row.guid;
        const auto content = content_told(fact);
        ASSERT_TRUE(content);
        EXPECT_EQ(content->metadata, row.expected) << row.guid;
    }
    EXPECT_FALSE(content_told(fact_with("{")));
}

}  // namespace
}  // namespace sgw::routing
