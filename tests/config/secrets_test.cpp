#include "config/secrets.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/config/support.hpp"

namespace sgw::config {
namespace {

using test::environment;
using test::TemporaryFile;

TEST(Secrets, InterpolatesVariables) {
    const auto variables = environment({{"A", "x"}, {"EMPTY", ""}, {"NESTED", "${A}"}});
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"plain $5 }", "plain $5 }"},
        {"${A}", "x"},
        {"1${A}2${A}3", "1x2x3"},
        {"${EMPTY}", ""},
        {"${EMPTY:-d}", "d"},
        {"${MISSING:-d e:-f}", "d e:-f"},
        {"${MISSING:-}", ""},
        {"${NESTED}", "${A}"},
        {"$${A}", "${A}"},
        {"a$$b$${A}${A}", "a$$b${A}x"},
    };
    for (const auto& [text, expected] : cases) {
        const auto value = interpolate(text, variables);
        ASSERT_TRUE(value.has_value()) << text << ": " << value.error().message;
        EXPECT_EQ(value.value(), expected) << text;
    }
}

TEST(Secrets, NamesTheVariableThatIsNotSet) {
    EXPECT_EQ(interpolate("a ${NOT_THERE} b", environment()).error().message,
              "the environment variable NOT_THERE is not set");
}

TEST(Secrets, RefusesAnExpressionItDoesNotKnow) {
    for (const std::string text :
         {"${", "${A", "${}", "${A B}", "${1A}", "${A-b}", "${A:b}", "${:-x}"}) {
        EXPECT_FALSE(interpolate(text, environment({{"A", "x"}})).has_value()) << text;
    }
}

TEST(Secrets, ReadsTheProcessEnvironment) {
    EXPECT_TRUE(process_environment()("PATH").has_value());
    EXPECT_FALSE(process_environment()("SGW_SURELY_NOT_SET").has_value());
}

TEST(Secrets, ReadsAFileWithoutItsTrailingLineEnd) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"secret", "secret"},
        {"secret\n", "secret"},
        {"secret\r\n", "secret"},
        {" spaced ", " spaced "},
    };
    for (const auto& [content, expected] : cases) {
        EXPECT_EQ(read_secret_file(TemporaryFile(content).path()).value(), expected);
    }
}

TEST(Secrets, RefusesAFileThatHoldsNoSecret) {
    EXPECT_EQ(read_secret_file(TemporaryFile("\n").path()).error().message, "the file is empty");
    EXPECT_EQ(read_secret_file(TemporaryFile(std::string(70'000, 'a')).path()).error().message,
              "the file is larger than 64 KiB");
    EXPECT_EQ(read_secret_file(TemporaryFile("a\n\n").path()).error().message,
              "the file must hold one line without control characters");
    EXPECT_EQ(read_secret_file("/nonexistent/x").error().message,
              "the file /nonexistent/x cannot be read");
    EXPECT_EQ(read_secret_file("/").error().message, "the file / cannot be read");
}

}  // namespace
}  // namespace sgw::config
