#include "gateway/cli/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace sgw::gateway::cli {
namespace {

using testing::HasSubstr;

Command parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "schema-gateway");
    arguments.push_back(nullptr);
    return parse_command_line(static_cast<int>(arguments.size() - 1), arguments.data());
}

TEST(Cli, ReadsTheCommands) {
    EXPECT_EQ(std::get<Serve>(parse({"serve"})).config, std::nullopt);
    EXPECT_EQ(std::get<Serve>(parse({"serve", "--config", "a.yaml"})).config, "a.yaml");
    EXPECT_EQ(std::get<Serve>(parse({"serve", "--config=a b.yaml"})).config, "a b.yaml");
    EXPECT_EQ(std::get<Serve>(parse({"serve", "a.yaml"})).config, "a.yaml");
    EXPECT_EQ(std::get<CheckConfig>(parse({"check-config", "a.yaml"})).config, "a.yaml");
    EXPECT_EQ(std::get<CheckConfig>(parse({"check-config", "--config", "a.yaml"})).config,
              "a.yaml");
    EXPECT_EQ(std::get<CheckConfig>(parse({"check-config"})).config, std::nullopt);
    EXPECT_EQ(std::get<RebuildView>(parse({"rebuild-view"})).config, std::nullopt);
    EXPECT_EQ(std::get<RebuildView>(parse({"rebuild-view", "--config", "a"})).config, "a");
}

TEST(Cli, PrintsHelpAndVersionOnStdout) {
    const auto version = std::get<ExitNow>(parse({"--version"}));
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.stdout_text,
                testing::MatchesRegex("schema-gateway [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    const auto help = std::get<ExitNow>(parse({"--help"}));
    EXPECT_EQ(help.code, 0);
    for (const auto* word :
         {"serve", "check-config", "rebuild-view", "SCHEMA_GATEWAY_CONFIG", "Exit codes"}) {
        EXPECT_THAT(help.stdout_text, HasSubstr(word));
    }
    EXPECT_EQ(help.stderr_text, "");
    const auto serve_help = std::get<ExitNow>(parse({"serve", "--help"}));
    EXPECT_EQ(serve_help.code, 0);
    EXPECT_THAT(serve_help.stdout_text, HasSubstr("--config"));
}

TEST(Cli, PrintsHelpWhenNothingIsAsked) {
    const auto exit = std::get<ExitNow>(parse({}));
    EXPECT_EQ(exit.code, 2);
    EXPECT_THAT(exit.stderr_text, HasSubstr("check-config"));
}

TEST(Cli, RefusesInOneLine) {
    const std::vector<std::vector<const char*>> cases{
        {"srve"},
        {"serve", "a", "extra"},
        {"serve", "--confg", "x"},
        {"serve", "--config"},
        {"serve", "--config", "a", "--config", "b"},
        {"serve", "check-config", "x"},
        {"check-config", "a", "b"},
        {"--config", "x"},
    };
    for (const auto& arguments : cases) {
        const auto command = parse(arguments);
        ASSERT_TRUE(std::holds_alternative<ExitNow>(command)) << arguments.front();
        const auto& exit = std::get<ExitNow>(command);
        EXPECT_EQ(exit.code, 2);
        EXPECT_EQ(exit.stdout_text, "");
        EXPECT_TRUE(exit.stderr_text.starts_with("schema-gateway: ")) << exit.stderr_text;
        EXPECT_EQ(std::count(exit.stderr_text.begin(), exit.stderr_text.end(), '\n'), 1)
            << exit.stderr_text;
    }
}

}  // namespace
}  // namespace sgw::gateway::cli
