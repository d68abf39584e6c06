#include "store/catalog/records.hpp"

#include <gtest/gtest.h>

#include <random>

#include "store/catalog/keys.hpp"
#include "tests/catalog/printing.hpp"
#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

TEST(Records, ContentAndConfigRoundTrip) {
    for (const auto& content : samples::contents()) {
        EXPECT_EQ(records::decode_content(records::encode(content)), content);
    }
    for (const auto& config : samples::configs()) {
        EXPECT_EQ(records::decode_config(records::encode(config)), config);
    }
}

TEST(Records, VersionsAndIdsRoundTrip) {
    const Subject subject{Context{".a"}, "s"};
    std::vector<SchemaId> ids;
    for (const auto number : samples::numbers) {
        ids.push_back(SchemaId{number});
        EXPECT_EQ(records::decode_ids(records::encode(ids)), ids);
        for (const std::int64_t time :
             {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 50U}) {
            for (const bool deleted : {false, true}) {
                const VersionRecord record{
                    {subject, Version{number}}, SchemaId{number}, time, deleted};
                EXPECT_EQ(records::decode_version(record.what, records::encode(record)), record);
            }
        }
    }
}

TEST(Records, DeploymentsRoundTrip) {
    for (const auto& subject : samples::subjects()) {
        for (const auto state : all_deployment_states) {
            Deployment deployment{
                {subject, {7}}, RegionName{"eu"}, state, "said: no\n\xc3\xa4", 1ULL << 40U, -5, 6};
            deployment.was_there = subject.name.empty();
            const auto key = keys::deployment(deployment.what, deployment.region);
            EXPECT_EQ(records::decode_deployment(key, records::encode(deployment)), deployment);
        }
    }
}

/// Damaged bytes are either read as something or reported in the one way that callers expect.
template <class Decode>
void expect_no_surprise(const std::string& sound, const Decode& decode) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size <= sound.size(); ++size) {
        auto bytes = sound.substr(0, size);
        for (int round = 0; round < 4; ++round) {
            try {
                decode(bytes);
            } catch (const ViewUnreadable&) {
            }
            if (!bytes.empty()) bytes[random() % bytes.size()] = static_cast<char>(random());
        }
    }
}

TEST(Records, DamageIsViewUnreadable) {
    const Subject subject{Context{}, "s"};
    const SubjectVersion what{subject, {1}};
    const Deployment deployment{
        what, RegionName{"eu"}, DeploymentState::conflict, "reason", 1, 2, 3};
    expect_no_surprise(records::encode(samples::contents()[2]),
                       [](const std::string& bytes) { records::decode_content(bytes); });
    expect_no_surprise(records::encode(samples::configs()[1]),
                       [](const std::string& bytes) { records::decode_config(bytes); });
    expect_no_surprise(records::encode(VersionRecord{what, {1}, 2, false}),
                       [&](const std::string& bytes) { records::decode_version(what, bytes); });
    expect_no_surprise(records::encode(deployment), [&](const std::string& bytes) {
        records::decode_deployment(keys::deployment(what, deployment.region), bytes);
    });
    EXPECT_THROW(records::decode_content("{"), ViewUnreadable);
    EXPECT_THROW(records::decode_version(what, "123"), ViewUnreadable);
    EXPECT_THROW(records::decode_ids("12345"), ViewUnreadable);
    auto bad_state = records::encode(deployment);
    bad_state[24] = '\x63';
    EXPECT_THROW(records::decode_deployment(keys::deployment(what, deployment.region), bad_state),
                 ViewUnreadable);
}

}  // namespace
}  // namespace sgw::catalog
