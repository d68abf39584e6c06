#include "gateway/api/java_order.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/schema/golden_file.hpp"

namespace sgw::gateway::api {
namespace {

std::vector<std::string> sorted_names(const std::vector<std::string>& names) {
    std::vector<catalog::VersionRecord> holders;
    for (const auto& name : names) {
        holders.push_back({{Subject::parse(name), Version{1}}, SchemaId{7}, 0, false});
    }
    sort_as_java_hash_map(holders);
    std::vector<std::string> sorted;
    for (const auto& holder : holders) sorted.push_back(holder.what.subject.qualified());
    return sorted;
}

TEST(JavaHashMap, EqualBucketsKeepTheirOrder) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(sorted_names({"BB", "Aa"}), (Names{"BB", "Aa"}));  // equal hashes
    EXPECT_EQ(sorted_names({"Aa", "BB"}), (Names{"Aa", "BB"}));
    EXPECT_EQ(sorted_names({}), Names{});
}

TEST(JavaHashMap, GrowsWithTheNumberOfSubjects) {
    std::vector<std::string> names;  // single letters hash to their code: 97..
    for (char letter = 'a'; letter < 'a' + 12; ++letter) names.emplace_back(1, letter);
    auto sorted = sorted_names(names);
    EXPECT_EQ(sorted.front(), "a");  // 97 % 16 == 1
    names.emplace_back("A");         // the 13th: 32 buckets, and 65 % 32 == 97 % 32
    names.emplace_back(" ");         // 32 % 32 == 0
    sorted = sorted_names(names);
    EXPECT_EQ(sorted[0], " ");
    EXPECT_EQ(sorted[1], "a");
    EXPECT_EQ(sorted[2], "A");
}

TEST(JavaHashMap, HashesUtf16) {
    // hash("😀") = 0xd83d * 31 + 0xde00 = 0x1a9c63: 0x1a ^ 0x9c63 -> bucket 9; "j" is 106 -> bucket
    // 10
    using Names = std::vector<std::string>;
    EXPECT_EQ(sorted_names({"j", "😀"}), (Names{"😀", "j"}));
}

TEST(JavaHashMap, GivesTheRecordedOrder) {
    const std::string prefix = "/subjects/";
    int compared = 0;
    for (const auto& conversation : tests::read_golden_file("exchanges.jsonl.xz")) {
        if (conversation.at("id") != "exchange-0349") continue;
        std::set<std::string> names;
        for (const auto& exchange : conversation.at("exchanges")) {
            const auto path = exchange.at("request").at("path").get<std::string>();
            if (exchange.at("request").at("method") == "POST") {
                const auto rest = path.substr(prefix.size());
                names.insert(rest.substr(0, rest.find('/')));
            }
            if (path != "/schemas/ids/1/subjects") continue;
            const auto answer =
                nlohmann::json::parse(exchange.at("response").at("body").get<std::string>());
            EXPECT_EQ(sorted_names({names.begin(), names.end()}),
                      answer.get<std::vector<std::string>>());
            ++compared;
        }
    }
    EXPECT_GE(compared, 1);
}

}  // namespace
}  // namespace sgw::gateway::api
