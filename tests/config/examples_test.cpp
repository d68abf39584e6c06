#include <gtest/gtest.h>

#include <filesystem>

#include "tests/config/support.hpp"

namespace sgw::config {
namespace {

std::string file_text(const std::string& path) {
    std::ifstream stream(std::string(SGW_SOURCE_DIR) + "/" + path);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// As a user would load it; the secret files that it names stand on the user's machine only.
Result<Config> load_shown(const std::string& path, std::string text) {
    const test::TemporaryFile secret("secret\n");
    const std::string directory = "/run/secrets/";
    const auto at = text.find(directory);
    if (at != std::string::npos) {
        const auto end = text.find_first_of(" }\n", at);
        text.replace(at, end - at, secret.path());
    }
    return load_text(path,
                     text,
                     test::environment({{"US_WEST_PASSWORD", "secret"},
                                        {"REGISTRY_URL", "http://registry.example:8081"},
                                        {"REGISTRY_USER", "user"},
                                        {"REGISTRY_PASSWORD", "secret"}}));
}

Result<Config> load_example(const std::string& name) {
    const auto path = "config/examples/" + name;
    return load_shown(path, file_text(path));
}

TEST(Examples, TheReadmesLoadsToo) {
    const auto page = file_text("README.md");
    const std::string_view opening = "```yaml\n";
    const auto begin = page.find(opening);
    ASSERT_NE(begin, std::string::npos);
    const auto first = begin + opening.size();
    const auto loaded =
        load_shown("README.md", page.substr(first, page.find("```", first) - first));
    ASSERT_TRUE(loaded.has_value()) << to_line(loaded.error().front());
    EXPECT_EQ(loaded.value().regions.size(), 2u);
}

TEST(Examples, AllLoad) {
    int count = 0;
    const auto folder = std::string(SGW_SOURCE_DIR) + "/config/examples";
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const auto loaded = load_example(file.path().filename().string());
        EXPECT_TRUE(loaded.has_value()) << to_line(loaded.error().front());
        ++count;
    }
    EXPECT_GE(count, 4);
}

TEST(Examples, SayWhatTheyPromise) {
    EXPECT_TRUE(load_example("standalone.yaml").value().regions.empty());
    const auto three = load_example("three-regions.yaml").value();
    EXPECT_EQ(three.regions.size(), 3u);
    EXPECT_EQ(three.deploy.ack, Ack::home);
    EXPECT_EQ(three.regions[0].basic_auth->password, "secret");
    EXPECT_EQ(three.regions[1].basic_auth->password, "secret");
    EXPECT_EQ(load_example("inline-container.yaml").value().gateway.listen,
              (Endpoint{"0.0.0.0", 8081}));
    EXPECT_EQ(load_example("rate-limited.yaml").value().reads.policy, ReadPolicy::catalog);
}

}  // namespace
}  // namespace sgw::config
