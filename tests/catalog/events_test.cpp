#include "store/catalog/events.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

/// At least one event of every kind and every value that an event can hold.
std::vector<Event> sample_events() {
    std::vector<Event> all;
    for (const auto& subject : samples::subjects()) {
        if (subject.name == "\xff") continue;  // no UTF-8: see AsLogged
        for (const auto number : samples::numbers) {
            all.push_back(VersionAdded{subject, Version{number}, SchemaId{number}});
            all.push_back(VersionAdded{subject, {1}, {2}, SchemaId{number}});
        }
        all.push_back(ConfigDeleted{subject});
        all.push_back(ModeDeleted{subject});
        for (const auto mode : samples::modes) all.push_back(ModeSet{subject, mode});
        for (const auto& config : samples::configs()) all.push_back(ConfigSet{subject, config});
        for (const auto& content : samples::contents()) {
            all.push_back(SchemaCreated{subject.context, SchemaId{0}, content});
        }
        for (const auto state : all_deployment_states) {
            all.push_back(DeploymentChanged{RegionName{"eu-west"},
                                            {subject, {1}},
                                            state,
                                            state_name(state) == "failed" ? "why" : ""});
        }
    }
    all.push_back(RegionClaimed{RegionName{"\xc3\xa4"}});
    all.push_back(ClaimDoubted{RegionName{"\xc3\xa4"}});
    return all;
}

TEST(Events, EachRoundTripsAlone) {
    for (const auto& event : sample_events()) {
        const auto decoded = decode(encode({event}));
        ASSERT_TRUE(decoded) << decoded.error().reason;
        EXPECT_EQ(decoded.value(), Events{event});
    }
}

TEST(Events, AnEntryKeepsOrder) {
    const auto all = sample_events();
    const auto decoded = decode(encode(all));
    ASSERT_TRUE(decoded) << decoded.error().reason;
    EXPECT_EQ(decoded.value(), all);
    EXPECT_EQ(decode(encode({})).value(), Events{});
}

TEST(Events, SampleHasEveryKind) {
    std::vector<bool> seen(std::variant_size_v<Event>);
    for (const auto& event : sample_events()) seen[event.index()] = true;
    EXPECT_EQ(std::ranges::count(seen, false), 0);
}

/// The log's first entries decide what all later releases must read: this text may not change.
TEST(Events, TheTextOfAnEntryIsFixed) {
    const Subject subject{Context{".a"}, "s"};
    const Events events{
        SchemaCreated{Context{".a"}, {5}, {schema::Type::avro, "\"int\"", {{"n", "s", 2}}, {}, ""}},
        VersionAdded{subject, {2}, {5}},
        VersionAdded{subject, {1}, {5}, SchemaId{4}},
        DeploymentChanged{RegionName{"eu"}, {subject, {2}}, DeploymentState::failed, "no"},
        ModeSet{subject, Mode::import_mode},
        RegionClaimed{RegionName{"eu"}},
        ClaimDoubted{RegionName{"eu"}}};
    const std::string text =
        R"({"format":1,"events":[)"
        R"({"event":"schema_created","context":".a","id":5,"content":{"type":"AVRO","text":"\"int\"",)"
        R"("references":[{"name":"n","subject":"s","version":2}]}},)"
        R"({"event":"version_added","context":".a","subject":"s","version":2,"id":5},)"
        R"({"event":"version_added","context":".a","subject":"s","version":1,"id":5,"replaces":4},)"
        R"({"event":"deployment_changed","context":".a","subject":"s","version":2,"region":"eu",)"
        R"("state":"failed","reason":"no"},)"
        R"({"event":"mode_set","context":".a","subject":"s","mode":"IMPORT"},)"
        R"({"event":"region_claimed","region":"eu"},)"
        R"({"event":"claim_doubted","region":"eu"}]})";
    EXPECT_EQ(encode(events), text);
    EXPECT_EQ(decode(text).value(), events);
}

TEST(Events, WhatIsNotOursIsRefused) {
    const auto version = [](const std::string& id) {
        return R"({"format":1,"events":[{"event":"version_added","context":".","subject":"s",)"
               R"("version":1,"id":)" +
               id + "}]}";
    };
    EXPECT_TRUE(decode(version("1")));
    const std::vector<std::string> bodies{
        "",
        "{}",
        "[]",
        "null",
        R"({"format":2,"events":[]})",
        R"({"format":0,"events":[]})",
        R"({"format":"1","events":[]})",
        R"({"events":[]})",
        R"({"format":1})",
        R"({"format":1,"events":{}})",
        R"({"format":1,"events":[]} x)",
        R"({"format":1,"events":[{"event":"unheard_of"}]})",
        R"({"format":1,"events":[{"event":"mode_set","context":".","subject":"s","mode":"X"}]})",
        R"({"format":1,"events":[{"event":"config_set","context":".","subject":"s",)"
        R"("config":{"compatibility":"X"}}]})",
        R"({"format":1,"events":[{"event":"config_set","context":".","subject":"s",)"
        R"("config":{"compatibilityPolicy":"X"}}]})",
        version("2147483648"),
        version("-2147483649"),
        version("18446744073709551615"),
        version("1e400"),
        version("1.5"),
        version("\"1\""),
        version("null"),
        std::string(100000, '['),
        R"({"format":1,"events":)" + std::string(100000, '[') + std::string(100000, ']') + "}",
    };
    for (const auto& body : bodies) {
        EXPECT_FALSE(decode(body)) << body.substr(0, 200);
    }
    EXPECT_NE(decode(R"({"format":2,"events":[]})").error().reason.find("newer"),
              std::string::npos);
}

TEST(Events, DamageNeverCrashes) {
    std::mt19937 random(7);
    const auto all = sample_events();
    for (int round = 0; round < 3000; ++round) {
        auto body = encode({all[random() % all.size()], all[random() % all.size()]});
        for (auto changes = random() % 4; changes-- > 0;) {
            const auto at = random() % body.size();
            if (random() % 2 == 0) {
                body[at] = static_cast<char>(random());
            } else {
                body.erase(at, 1 + random() % 9);
            }
            if (body.empty()) break;
        }
        if (const auto decoded = decode(body)) encode(decoded.value());
    }
}

TEST(Events, AsLoggedIsWhatAReaderOfTheLogSees) {
    const auto all = sample_events();
    EXPECT_EQ(as_logged(all).events, all);
    const DeploymentChanged garbled{
        RegionName{"eu"}, {Subject{Context{}, "s"}, {1}}, DeploymentState::failed, "\xff bad"};
    const auto logged = as_logged({garbled});
    EXPECT_EQ(decode(logged.body).value(), logged.events);
    EXPECT_NE(std::get<DeploymentChanged>(logged.events.front()).reason, garbled.reason);
}

}  // namespace
}  // namespace sgw::catalog
