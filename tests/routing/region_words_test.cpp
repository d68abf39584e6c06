#include "routing/region_words.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sgw::routing {
namespace {

TEST(RegionWords, EndBeforeWhatMayBeASchema) {
    struct Row {
        std::string text;
        std::string words;
    };
    const Row rows[] = {
        {"", ""},
        {"Leader not known.", "Leader not known."},
        {R"(Invalid schema {subject=s,schema={"type":"secret"}})", "Invalid schema ..."},
        {R"(incompatible, details: [{errorType:'X'}])", "incompatible, details: ..."},
        {std::string(200, 'x'), std::string(200, 'x')},
        {std::string(201, 'x'), std::string(200, 'x') + "..."},
        {std::string(199, 'x') + "\xC3\xA4", std::string(199, 'x') + "..."},
        {std::string(1'000'000, 'x'), std::string(200, 'x') + "..."},
    };
    for (const auto& row : rows) EXPECT_EQ(region_words(row.text), row.words);
}

TEST(RegionWords, EndBetweenCharacters) {
    for (std::size_t lead = 195; lead < 200; ++lead) {
        std::string text(lead, 'x');
        for (int i = 0; i < 10; ++i) text += "😀";
        const auto words = region_words(text);
        ASSERT_TRUE(words.ends_with("..."));
        const auto kept = words.substr(0, words.size() - 3);
        EXPECT_GE(kept.size(), 195U);
        EXPECT_TRUE(text.starts_with(kept));
        EXPECT_NO_THROW(nlohmann::json(words).dump()) << lead;
    }
}

}  // namespace
}  // namespace sgw::routing
