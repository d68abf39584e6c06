#include "gateway/cli/check_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/config/support.hpp"

namespace sgw::gateway::cli {
namespace {

using config::test::environment;
using config::test::TemporaryFile;
using testing::HasSubstr;

TEST(CheckConfig, SaysOkAndWhatItFound) {
    const TemporaryFile file(R"(
gateway: { region: us, listen: 0.0.0.0:8081 }
regions:
  - name: us
    urls: [http://us-1:8081, http://us-2:8081/r]
    priority: 10
    auth: { basic: { username: key, password: hunter2 } }
  - name: eu
    urls: [http://eu]
    manage_mode: false
)");
    const auto exit = check_config({file.path()}, environment());
    EXPECT_EQ(exit.code, 0);
    EXPECT_EQ(exit.stdout_text,
              file.path() +
                  ": ok\n"
                  "clients: 0.0.0.0:8081, admin: 127.0.0.1:8082\n"
                  "data: ./schema-gateway-data\n"
                  "regions: 2\n"
                  "  us, priority 10: http://us-1:8081 http://us-2:8081/r, basic auth, home\n"
                  "  eu, priority 100: http://eu:80, mode not managed\n");
    EXPECT_EQ(exit.stderr_text, "");
}

TEST(CheckConfig, PrintsOneLinePerProblem) {
    const TemporaryFile file("gateway: { lisen: x }\nreads: { timeout: 1 }\n");
    const auto exit = check_config({file.path()}, environment());
    EXPECT_EQ(exit.code, 2);
    EXPECT_EQ(exit.stdout_text, "");
    EXPECT_EQ(exit.stderr_text,
              file.path() + ":1: gateway.lisen: unknown key; did you mean \"listen\"?\n" +
                  file.path() +
                  ":2: reads.timeout: \"1\": expected a duration such as 300ms, 2s, 5m or 1h\n");
}

TEST(CheckConfig, ChecksTheInlineTextWithoutAFile) {
    auto exit = check_config({}, environment({{"SCHEMA_GATEWAY_CONFIG", "data_dir: /d\n"}}));
    EXPECT_EQ(exit.code, 0);
    EXPECT_THAT(exit.stdout_text, HasSubstr("SCHEMA_GATEWAY_CONFIG: ok\n"));
    EXPECT_THAT(exit.stdout_text, HasSubstr("regions: none, a standalone registry\n"));
    exit = check_config({}, environment());
    EXPECT_EQ(exit.code, 2);
    EXPECT_THAT(exit.stderr_text, HasSubstr("nothing to check"));
}

TEST(CheckConfig, SaysThatAFileCannotBeRead) {
    const auto exit = check_config({"/nonexistent/a.yaml"}, environment());
    EXPECT_EQ(exit.code, 2);
    EXPECT_EQ(exit.stderr_text, "/nonexistent/a.yaml: cannot be read: No such file or directory\n");
}

}  // namespace
}  // namespace sgw::gateway::cli
