#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/config/support.hpp"

namespace sgw::config {
namespace {

using test::environment;
using test::problems_of;
using test::TemporaryFile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* one_region = "regions:\n  - name: us\n    urls: [http://us:8081]\n";

TEST(Load, ReadsEveryKey) {
    const std::string text = R"(
gateway:
  region: us
  listen: 0.0.0.0:9081
  admin: "[::1]:9082"
  threads: 4
  health_on_client: true
  access_log: true
  log_level: debug
  shutdown_timeout: 3s
  limits: { header_bytes: 4KiB, body_bytes: 1MiB, bodies_bytes: 2MiB, connections: 7,
            idle_timeout: 1m, request_timeout: 9s }
data_dir: /data
log: { engine: rocksdb }
regions:
  - name: us
    urls: [http://us-1:8081, http://us-2:8082/registry/]
    priority: 5
    manage_mode: false
    auth: { basic: { username: u, password: p } }
    connections: 3
    queue: 0
deploy: { ack: home, ack_timeout: 1s, on_timeout: fail, retry_initial: 50ms, retry_max: 1s }
reads: { policy: catalog, timeout: 1s, try_timeout: 100ms }
health: { interval: 2s, timeout: 200ms, failures: 5, settle: 3s }
ids: { scope: context, floor: 99 }
schemas: { default_compatibility: FULL_TRANSITIVE, avro: { validate_defaults: true } }
)";
    const auto loaded = load_text("c.yaml", text, environment());
    ASSERT_TRUE(loaded.has_value()) << to_line(loaded.error().front());
    const auto& c = loaded.value();
    EXPECT_EQ(c.gateway.region, "us");
    EXPECT_EQ(c.gateway.listen, (Endpoint{"0.0.0.0", 9081}));
    EXPECT_EQ(c.gateway.admin, (Endpoint{"::1", 9082}));
    EXPECT_EQ(c.gateway.threads, 4u);
    EXPECT_TRUE(c.gateway.health_on_client);
    EXPECT_TRUE(c.gateway.access_log);
    EXPECT_EQ(c.gateway.log_level, LogLevel::debug);
    EXPECT_EQ(c.gateway.shutdown_timeout, milliseconds(3000));
    EXPECT_EQ(c.gateway.limits.header_bytes, 4096u);
    EXPECT_EQ(c.gateway.limits.body_bytes, 1u << 20);
    EXPECT_EQ(c.gateway.limits.bodies_bytes, 2u << 20);
    EXPECT_EQ(c.gateway.limits.connections, 7u);
    EXPECT_EQ(c.gateway.limits.idle_timeout, milliseconds(60'000));
    EXPECT_EQ(c.gateway.limits.request_timeout, milliseconds(9000));
    EXPECT_EQ(c.data_dir, "/data");
    ASSERT_EQ(c.regions.size(), 1u);
    EXPECT_EQ(c.regions[0].urls,
              (std::vector{Url{"us-1", 8081, ""}, Url{"us-2", 8082, "/registry"}}));
    EXPECT_EQ(c.regions[0].priority, 5);
    EXPECT_FALSE(c.regions[0].manage_mode);
    EXPECT_EQ(c.regions[0].basic_auth, (BasicAuth{"u", "p"}));
    EXPECT_EQ(c.regions[0].connections, 3u);
    EXPECT_EQ(c.regions[0].queue, 0u);
    EXPECT_EQ(c.deploy.ack, Ack::home);
    EXPECT_EQ(c.deploy.ack_timeout, milliseconds(1000));
    EXPECT_EQ(c.deploy.on_timeout, OnTimeout::fail);
    EXPECT_EQ(c.deploy.retry_initial, milliseconds(50));
    EXPECT_EQ(c.deploy.retry_max, milliseconds(1000));
    EXPECT_EQ(c.reads.policy, ReadPolicy::catalog);
    EXPECT_EQ(c.reads.timeout, milliseconds(1000));
    EXPECT_EQ(c.reads.try_timeout, milliseconds(100));
    EXPECT_EQ(c.health.interval, milliseconds(2000));
    EXPECT_EQ(c.health.timeout, milliseconds(200));
    EXPECT_EQ(c.health.failures, 5u);
    EXPECT_EQ(c.health.settle, milliseconds(3000));
    EXPECT_EQ(c.ids.scope, IdScope::context);
    EXPECT_EQ(c.ids.floor, 99);
    EXPECT_EQ(c.schemas.default_compatibility, "FULL_TRANSITIVE");
    EXPECT_TRUE(c.schemas.avro_validate_defaults);
}

TEST(Load, AnEmptyTextIsTheStandaloneRegistry) {
    const auto loaded = load_text("c.yaml", "# nothing\n", environment());
    ASSERT_TRUE(loaded.has_value());
    EXPECT_EQ(loaded.value().id_scope(), IdScope::context);
    const auto with_region = load_text("c.yaml", one_region, environment());
    ASSERT_TRUE(with_region.has_value());
    EXPECT_EQ(with_region.value().id_scope(), IdScope::global);
}

/// Each text has exactly one problem.
TEST(Load, RefusesWithFileLineAndKey) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"gateway:\n  lisen: 0.0.0.0:8081\n",
         "c.yaml:2: gateway.lisen: unknown key; did you mean \"listen\"?"},
        {"\nregoins: []\n", "c.yaml:2: regoins: unknown key; did you mean \"regions\"?"},
        {"gateway: { limits: { body_byte: 1 } }\n",
         "c.yaml:1: gateway.limits.body_byte: unknown key; did you mean \"body_bytes\"?"},
        {"ids: { elephant: 1 }\n", "c.yaml:1: ids.elephant: unknown key; known are scope, floor"},
        {"placement: []\n",
         "c.yaml:1: placement: is not supported by this release of schema-gateway"},
        {"log: { engine: postgres }\n",
         "c.yaml:1: log.engine: \"postgres\" is not supported by this release of schema-gateway"},
        {"log: { dsn: \"postgresql://u:hunter2@h\" }\n",
         "c.yaml:1: log.dsn: is not supported by this release of schema-gateway"},
        {"log: { engine: rocks }\n",
         "c.yaml:1: log.engine: \"rocks\" is not one of rocksdb, postgres; did you mean "
         "\"rocksdb\"?"},
        {"gateway: 5\n", "c.yaml:1: gateway: expected a mapping, found a single value"},
        {"gateway: []\n", "c.yaml:1: gateway: expected a mapping, found a list"},
        {"gateway:\ndata_dir: x\n",
         "c.yaml:1: gateway: has no value; give it one or leave the key out"},
        {"data_dir: [x]\n", "c.yaml:1: data_dir: expected a text, found a list"},
        {"data_dir: \"\"\n", "c.yaml:1: data_dir: must not be empty"},
        {"data_dir: \"a\\0b\"\n", "c.yaml:1: data_dir: holds a control character"},
        {"regions: {}\n", "c.yaml:1: regions: expected a list, found a mapping"},
        {"regions: [us]\n", "c.yaml:1: regions[0]: expected a mapping, found a single value"},
        {"gateway: { threads: many }\n",
         "c.yaml:1: gateway.threads: \"many\" is not a whole number"},
        {"gateway: { threads: 2.5 }\n", "c.yaml:1: gateway.threads: \"2.5\" is not a whole number"},
        {"gateway: { threads: 0 }\n",
         "c.yaml:1: gateway.threads: \"0\" is out of range: must be from 1 to 256"},
        {"gateway: { threads: -1 }\n",
         "c.yaml:1: gateway.threads: \"-1\" is out of range: must be from 1 to 256"},
        {"ids: { floor: 99999999999999999999 }\n",
         "c.yaml:1: ids.floor: \"99999999999999999999\" is out of range: must be from 0 to "
         "2147483646"},
        {"gateway: { access_log: yes }\n",
         "c.yaml:1: gateway.access_log: \"yes\" is neither true nor false"},
        {"gateway: { shutdown_timeout: 10 }\n",
         "c.yaml:1: gateway.shutdown_timeout: \"10\": expected a duration such as 300ms, 2s, 5m or "
         "1h"},
        {"reads: { timeout: 9h }\n",
         "c.yaml:1: reads.timeout: \"9h\" is out of range: must be from 1ms to 5m"},
        {"gateway: { limits: { body_bytes: 10MB } }\n",
         "c.yaml:1: gateway.limits.body_bytes: \"10MB\": expected a size such as 8KiB, 10MiB, 1GiB "
         "or "
         "a number of bytes"},
        {"gateway: { limits: { body_bytes: 1GiB } }\n",
         "c.yaml:1: gateway.limits.body_bytes: \"1GiB\" is out of range: must be from 1KiB to "
         "256MiB"},
        {"gateway: { listen: 8081 }\n",
         "c.yaml:1: gateway.listen: \"8081\": expected an address and port such as 0.0.0.0:8081 or "
         "[::1]:8081"},
        {"deploy: { ack: mojority }\n",
         "c.yaml:1: deploy.ack: \"mojority\" is not one of none, home, one, majority, all; did you "
         "mean "
         "\"majority\"?"},
        {"schemas: { default_compatibility: backward }\n",
         "c.yaml:1: schemas.default_compatibility: \"backward\" is not one of NONE, BACKWARD, "
         "BACKWARD_TRANSITIVE, FORWARD, FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE; did you mean "
         "\"BACKWARD\"?"},
        {"deploy: { ack: home }\n", "c.yaml:1: deploy.ack: \"home\" needs gateway.region"},
        {"a: 1\na: 2\n", "c.yaml:2: a: given twice, first in line 1"},
        {"- a\n", "c.yaml:1: expected a mapping of keys at the top"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_THAT(problems_of(text), ElementsAre(expected)) << text;
    }
}

TEST(Load, RefusesRegionsWithFileLineAndKey) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"  - urls: [http://x]\n", "c.yaml:2: regions[0].name: is missing"},
        {"  - name: x\n", "c.yaml:2: regions[0].urls: is missing"},
        {"  - name: x\n    urls: []\n", "c.yaml:3: regions[0].urls: needs at least one URL"},
        {"  - name: x\n    urls: http://x\n",
         "c.yaml:3: regions[0].urls: expected a list of URLs, found a single value"},
        {"  - name: x\n    urls: [[a]]\n",
         "c.yaml:3: regions[0].urls[0]: expected a URL, found a list"},
        {"  - name: x\n    urls:\n      - http://x\n      - x:8081\n",
         "c.yaml:5: regions[0].urls[1]: expected a URL like http://registry.example:8081"},
        {"  - name: x\n    urls: [https://x]\n",
         "c.yaml:3: regions[0].urls[0]: https is not supported by this release (TLS comes with a "
         "later "
         "one); use http://"},
        {"  - name: x\n    urls: [http://x]\n  - name: x\n    urls: [http://y]\n",
         "c.yaml:4: regions[1].name: \"x\" is already the name of regions[0]"},
        {"  - name: x\n    urls: [http://X:80]\n  - name: y\n    urls: [http://x/]\n",
         "c.yaml:5: regions[1].urls[0]: the same URL as regions[0].urls[0]"},
        {"  - name: x\n    urls: [http://x]\n    strategy: import\n",
         "c.yaml:4: regions[0].strategy: is not supported by this release of schema-gateway"},
        {"  - name: x\n    urls: [http://x]\n    prioritty: 1\n",
         "c.yaml:4: regions[0].prioritty: unknown key; did you mean \"priority\"?"},
        {"  - name: eu-west\n    urls: [http://x]\ngateway:\n  region: eu_west\n",
         "c.yaml:5: gateway.region: \"eu_west\" names no region; did you mean \"eu-west\"?"},
        {"  - name: eu-west\n    urls: [http://x]\ngateway:\n  region: ${HOME_REGION:-tokyo}\n",
         "c.yaml:5: gateway.region: \"${HOME_REGION:-tokyo}\" names no region; known are eu-west"},
        {"  - name: a b\n    urls: [http://x]\n",
         "c.yaml:2: regions[0].name: \"a b\" is not a region name: 1 to 63 letters, digits, '-', "
         "'_' and '.', first a letter or digit"},
        {"  - name: all\n    urls: [http://x]\n",
         "c.yaml:2: regions[0].name: \"all\" is a reserved word"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_THAT(problems_of("regions:\n" + text), ElementsAre(expected)) << text;
    }
}

TEST(Load, ReportsEveryProblemInTheOrderOfTheFile) {
    EXPECT_THAT(problems_of("reads: { polcy: x }\ngateway: { threads: a }\nx_y_z: 1\n"),
                ElementsAre(HasSubstr("c.yaml:1: reads.polcy"),
                            HasSubstr("c.yaml:2: gateway.threads"),
                            HasSubstr("c.yaml:3: x_y_z")));
    std::string many;
    for (int i = 0; i < 100; ++i) many += "unknown" + std::to_string(i) + ": 1\n";
    EXPECT_EQ(problems_of(many).size(), 51u);
    EXPECT_EQ(problems_of(many).back(), "c.yaml: 50 more");
}

TEST(Load, InterpolatesAnyScalar) {
    const auto variables =
        environment({{"PORT", "9000"}, {"URL", "http://r:1"}, {"PW", "a: [b #'\"$${"}});
    const auto loaded =
        load_text("c.yaml",
                  "gateway:\n  listen: 127.0.0.1:${PORT}\n  threads: ${THREADS:-3}\n"
                  "regions:\n  - name: r\n    urls: [\"${URL}\"]\n    auth:\n"
                  "      basic: { username: u, password: \"${PW}\" }\n",
                  variables);
    ASSERT_TRUE(loaded.has_value()) << to_line(loaded.error().front());
    EXPECT_EQ(loaded.value().gateway.listen.port, 9000);
    EXPECT_EQ(loaded.value().gateway.threads, 3u);
    EXPECT_EQ(loaded.value().regions[0].urls[0], (Url{"r", 1, ""}));
    EXPECT_EQ(loaded.value().regions[0].basic_auth->password, "a: [b #'\"$${");
    EXPECT_THAT(problems_of("data_dir: ${NOWHERE}/x\n"),
                ElementsAre("c.yaml:1: data_dir: the environment variable NOWHERE is not set"));
    EXPECT_THAT(problems_of("gateway: { threads: \"${T}\" }", environment({{"T", "hunter2"}})),
                ElementsAre("c.yaml:1: gateway.threads: \"${T}\" is not a whole number"));
}

std::string with_basic(const std::string& basic) {
    return std::string(one_region) + "    auth: { basic: " + basic + " }\n";
}

TEST(Load, ReadsAPasswordFromItsFile) {
    const TemporaryFile file("hunter2\n");
    const auto text = with_basic("{ username: u, password_file: " + file.path() + " }");
    const auto loaded = load_text("c.yaml", text, environment());
    ASSERT_TRUE(loaded.has_value()) << to_line(loaded.error().front());
    EXPECT_EQ(loaded.value().regions[0].basic_auth, (BasicAuth{"u", "hunter2"}));
}

TEST(Load, RefusesIncompleteCredentials) {
    const std::string at = "c.yaml:4: regions[0].auth";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"{ password: p }", at + ".basic.username: is missing"},
        {"{ username: u }", at + ".basic.password: is missing"},
        {"{ username: \"u:v\", password: p }", at + ".basic.username: must not hold a colon"},
        {"{ username: u, password: p, password_file: f }",
         at + ".basic.password_file: give either password or password_file, not both"},
        {"{ username: u, password_file: /nonexistent/f }",
         at + ".basic.password_file: the file /nonexistent/f cannot be read"},
        {"{ username: u, password: \"\" }", at + ".basic.password: must not be empty"},
        {"{ username: u, password: \"a\\nb\" }", at + ".basic.password: holds a control character"},
    };
    for (const auto& [basic, expected] : cases) {
        EXPECT_THAT(problems_of(with_basic(basic)), ElementsAre(expected)) << basic;
    }
    EXPECT_THAT(problems_of(std::string(one_region) + "    auth: {}\n"),
                ElementsAre(at + ".basic: is missing"));
}

TEST(Load, NeverShowsASecret) {
    const auto variables = environment({{"PW", "hunter2"}});
    const TemporaryFile secret("hunter2\nhunter2");
    for (const std::string& text :
         {with_basic("{ username: u, password: [hunter2] }"),
          with_basic("{ username: u, password: p,hunter2 }"),
          with_basic("{ username: u, password: {hunter2: 1} }"),
          with_basic("{ username: \"hunter2:\", password: p }"),
          with_basic("{ username: u, password: \"hunter2${PW\" }"),
          with_basic("{ username: u, password: \"hunter2\\n\" }"),
          with_basic("{ username: u, password_file: " + secret.path() + " }"),
          with_basic("{ username: u, password: *hunter2 }"),
          std::string("regions: [ { name: \"${PW}!\", urls: [\"http://x:${PW}\"] } ]"),
          std::string("regions: [ { name: \"${PW}!\", urls: [\"http://x\"] } ]"),
          std::string("regions: [ { name: a, urls: [\"http://u:hunter2@x\"] } ]"),
          std::string("regions: [ { name: a, urls: [\"http://x?key=hunter2\"] } ]"),
          std::string("reads: { timeout: \"${PW}\", policy: \"${PW}\" }"),
          std::string("gateway: { region: \"${PW}\" }"),
          std::string("gateway: { listen: \"${PW}\", access_log: \"${PW}\" }")}) {
        const auto problems = problems_of(text, variables);
        EXPECT_THAT(problems, testing::Not(IsEmpty())) << text;
        EXPECT_THAT(problems, testing::Each(testing::Not(HasSubstr("hunter2")))) << text;
    }
}

TEST(Load, ReadsAFile) {
    const TemporaryFile file(one_region);
    EXPECT_TRUE(load_file(file.path(), environment()).has_value());
    const auto missing = load_file("/nonexistent/c.yaml", environment());
    EXPECT_EQ(to_line(missing.error().front()),
              "/nonexistent/c.yaml: cannot be read: No such file or directory");
    EXPECT_EQ(to_line(load_file("/", environment()).error().front()), "/: is a directory");
    const TemporaryFile large(std::string(2 * max_text_bytes, '#'));
    EXPECT_THAT(to_line(load_file(large.path(), environment()).error().front()),
                HasSubstr("larger than 1 MiB"));
}

TEST(Load, PrefersTheFileThenTheVariableThenTheDefaults) {
    const TemporaryFile file("data_dir: file\n");
    const auto variables = environment({{"SCHEMA_GATEWAY_CONFIG", "data_dir: inline\n"}});
    EXPECT_EQ(load(file.path(), variables).value().data_dir, "file");
    EXPECT_EQ(load(std::nullopt, variables).value().data_dir, "inline");
    EXPECT_EQ(load(std::nullopt, environment()).value().data_dir, Config{}.data_dir);
}

TEST(Load, NamesTheVariableInProblemsOfAnInlineText) {
    const auto load_inline = [](const std::string& text) {
        const auto loaded = load(std::nullopt, environment({{"SCHEMA_GATEWAY_CONFIG", text}}));
        return to_line(loaded.error().front());
    };
    EXPECT_EQ(load_inline("data_dri: x\n"),
              "SCHEMA_GATEWAY_CONFIG:1: data_dri: unknown key; did you mean \"data_dir\"?");
    EXPECT_EQ(load_inline(" \n"),
              "SCHEMA_GATEWAY_CONFIG: is empty; unset it or put a configuration into it");
}

/// Cuts, doubles, swaps and overwrites pieces of the text.
std::string mutated(std::string text, std::mt19937& random) {
    const auto pick = [&](std::size_t bound) { return random() % std::max<std::size_t>(bound, 1); };
    static const std::string pieces = ":-{}[]\"'&*!|>#%@`,?\n\t \\~$\xff\xc3";
    for (auto edits = 1 + pick(6); edits > 0; --edits) {
        const auto at = pick(text.size());
        switch (pick(4)) {
            case 0:
                text.erase(at, pick(20));
                break;
            case 1:
                text.insert(at, text.substr(pick(text.size()), pick(60)));
                break;
            case 2:
                text.insert(at, 1, pieces[pick(pieces.size())]);
                break;
            default:
                if (!text.empty()) text[at] = static_cast<char>(pick(256));
        }
    }
    return text;
}

TEST(Load, AnswersAnyTextWithAConfigOrProblems) {
    std::ifstream stream(std::string(SGW_SOURCE_DIR) + "/config/examples/three-regions.yaml");
    const std::string example((std::istreambuf_iterator<char>(stream)), {});
    ASSERT_FALSE(example.empty());
    std::mt19937 random(20260101);  // NOLINT: the same texts in every run
    for (int i = 0; i < 3000; ++i) {
        const auto text = mutated(example, random);
        const auto loaded =
            load_text("c.yaml", text, environment({{"US_WEST_PASSWORD", "hunter2"}}));
        if (loaded) continue;
        ASSERT_FALSE(loaded.error().empty()) << text;
        for (const auto& problem : loaded.error()) {
            const auto line = to_line(problem);
            EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << text;
            EXPECT_EQ(line.find("hunter2"), std::string::npos) << text;
            EXPECT_LE(problem.line, std::count(text.begin(), text.end(), '\n') + 1) << line << "\n"
                                                                                    << text;
        }
    }
}

}  // namespace
}  // namespace sgw::config
