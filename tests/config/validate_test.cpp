#include "config/validate.hpp"

#include <gtest/gtest.h>

namespace sgw::config {
namespace {

Region region(const std::string& name, const std::string& host, std::uint16_t port = 8081) {
    Region result;
    result.name = name;
    result.urls = {Url{host, port, ""}};
    return result;
}

Config with_regions(std::vector<Region> regions) {
    Config config;
    config.regions = std::move(regions);
    return config;
}

std::vector<std::string> keys_of(const Config& config) {
    std::vector<std::string> keys;
    for (const auto& finding : validate(config)) keys.push_back(finding.key);
    return keys;
}

using Keys = std::vector<std::string>;

TEST(Validate, TakesTheDefaults) {
    EXPECT_EQ(keys_of(Config{}), Keys{});
}

TEST(Validate, WantsUniqueRegionNamesAndUrls) {
    auto config = with_regions({region("a", "x"), region("b", "y"), region("a", "x")});
    EXPECT_EQ(keys_of(config), (Keys{"regions[2].name", "regions[2].urls[0]"}));
    config = with_regions({region("a", "x")});
    config.regions[0].urls.push_back(config.regions[0].urls[0]);
    EXPECT_EQ(keys_of(config), Keys{"regions[0].urls[1]"});
    config.regions[0].urls.clear();
    EXPECT_EQ(keys_of(config), Keys{"regions[0].urls"});
}

TEST(Validate, WantsProperRegionNames) {
    for (const std::string name : {"", "-a", "a b", "a/b", "a\nb", "catalog", "all", "\xc3\xa9"}) {
        EXPECT_EQ(keys_of(with_regions({region(name, "x")})), Keys{"regions[0].name"}) << name;
    }
    EXPECT_EQ(keys_of(with_regions({region(std::string(64, 'a'), "x")})), Keys{"regions[0].name"});
    for (const std::string name : {"a", "us-west", "US_1.a", "9"}) {
        EXPECT_EQ(keys_of(with_regions({region(name, "x")})), Keys{}) << name;
    }
}

TEST(Validate, WantsTheHomeRegionToExist) {
    auto config = with_regions({region("us-west", "x"), region("eu-west", "y")});
    config.gateway.region = "eu-wset";
    const auto findings = validate(config);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(
        findings[0],
        (Finding{"gateway.region", "names no region", "eu-west", Finding::Begins::with_value}));
    config.gateway.region = "eu-west";
    EXPECT_EQ(keys_of(config), Keys{});
    config.regions.clear();
    EXPECT_EQ(keys_of(config), Keys{"gateway.region"});
}

TEST(Validate, WantsAHomeForTheHomeAcknowledgement) {
    auto config = with_regions({region("a", "x")});
    config.deploy.ack = Ack::home;
    EXPECT_EQ(keys_of(config), Keys{"deploy.ack"});
    config.gateway.region = "a";
    EXPECT_EQ(keys_of(config), Keys{});
}

TEST(Validate, RefusesTwoListenersOnOnePort) {
    Config config;
    config.gateway.listen = {"0.0.0.0", 8082};
    EXPECT_EQ(keys_of(config), Keys{"gateway.admin"});
    config.gateway.listen = {"127.0.0.2", 8082};
    EXPECT_EQ(keys_of(config), Keys{});
    config.gateway.listen = config.gateway.admin = {"127.0.0.1", 0};
    EXPECT_EQ(keys_of(config), Keys{});
}

TEST(Validate, RefusesTheGatewayAsItsOwnRegion) {
    auto config = with_regions({region("a", "localhost", 8081)});
    EXPECT_EQ(keys_of(config), Keys{"regions[0].urls[0]"});
    config.gateway.listen = {"0.0.0.0", 8081};
    EXPECT_EQ(keys_of(config), Keys{"regions[0].urls[0]"});
    config.regions[0].urls[0] = Url{"10.0.0.1", 8081, ""};
    EXPECT_EQ(keys_of(config), Keys{});
    config.gateway.listen = {"10.0.0.1", 8081};
    EXPECT_EQ(keys_of(config), Keys{"regions[0].urls[0]"});
}

TEST(Validate, WantsRoomForOneBodyOfEveryAllowedSize) {
    Config config;
    config.gateway.limits.bodies_bytes = config.gateway.limits.body_bytes;
    EXPECT_EQ(keys_of(config), Keys{});
    ++config.gateway.limits.body_bytes;
    EXPECT_EQ(keys_of(config), Keys{"gateway.limits.body_bytes"});
}

TEST(Validate, WantsTimesThatFitIntoEachOther) {
    Config config;
    config.deploy.retry_max = milliseconds(99);
    config.reads.timeout = milliseconds(299);
    const auto findings = validate(config);
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(
        findings[0],
        (Finding{"deploy.retry_initial", "(100ms) is more than deploy.retry_max (99ms)", ""}));
    EXPECT_EQ(findings[1],
              (Finding{"reads.try_timeout", "(300ms) is more than reads.timeout (299ms)", ""}));
}

}  // namespace
}  // namespace sgw::config
