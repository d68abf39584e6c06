#include "routing/claim.hpp"

#include <gtest/gtest.h>

#include "routing/region_answer.hpp"
#include "store/schema/schema.hpp"

namespace sgw::routing {
namespace {

constexpr std::string_view uuid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";

TEST(Claim, StandsInAContextOfItsOwn) {
    EXPECT_EQ(claim_subject().qualified(), ":.schema-gateway:claim");
}

TEST(Claim, NamesItsLog) {
    EXPECT_EQ(claimant(claim_text(uuid)), uuid);
}

TEST(Claim, IsCanonicalText) {
    const auto parsed = schema::parse(schema::Type::avro, claim_text(uuid));
    ASSERT_TRUE(parsed) << parsed.error().reason;
    EXPECT_EQ(parsed.value().canonical_text(), claim_text(uuid));
}

TEST(Claim, IsReadInOtherSpellingsOnceCanonical) {
    const std::string_view spellings[] = {
        R"({ "fields": [], "namespace": "schema_gateway.claim", "type": "record",
             "name": "Log_1b4e28ba_2fa1_11d2_883f_0016d3cca427" })",
        R"({"type":"record","fields":[],
            "name":"schema_gateway.claim.Log_1b4e28ba_2fa1_11d2_883f_0016d3cca427"})",
    };
    for (const auto text : spellings) {
        VersionFact fact;
        fact.text = text;
        const auto content = content_of(fact);
        ASSERT_TRUE(content) << text;
        EXPECT_EQ(claimant(content->text), uuid) << text;
    }
}

TEST(Claim, OtherTextsNameNobody) {
    const std::string whole = claim_text(uuid);
    const std::string texts[] = {
        "",
        R"("string")",
        whole + " ",
        " " + whole,
        whole.substr(0, whole.size() - 1),
        claim_text(""),
        claim_text("x\",\"doc\":\"y"),
        R"({"type":"record","name":"Log_","namespace":"schema_gateway.claim","fields":[]})",
        R"({"type":"record","name":"Log_a","namespace":"schema_gateway.other","fields":[]})",
        R"({"type":"record","name":"Log_","name":"schema_gateway.claim","fields":[]})",
    };
    for (const auto& text : texts) EXPECT_EQ(claimant(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sgw::routing
