#include "store/catalog/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/catalog/samples.hpp"

namespace sgw::catalog {
namespace {

const RegionName region{"eu-west"};

TEST(Keys, NumbersRoundTripAndSortAsNumbers) {
    std::string before;
    for (const auto number : samples::numbers) {
        const auto bytes = keys::number(number);
        EXPECT_EQ(keys::to_int32(bytes), number);
        EXPECT_LT(before, bytes) << number;
        before = bytes;
    }
    before.clear();
    for (const std::uint64_t number : {0ULL, 1ULL, 255ULL, 256ULL, 1ULL << 63U, ~0ULL}) {
        const auto bytes = keys::number(number);
        EXPECT_EQ(keys::to_uint64(bytes), number);
        EXPECT_LT(before, bytes) << number;
        before = bytes;
    }
}

TEST(Keys, SubjectsAndVersionsComeBackOutOfEveryKey) {
    for (const auto& subject : samples::subjects()) {
        EXPECT_EQ(keys::subject_of_key(keys::config(subject)), subject);
        EXPECT_EQ(keys::subject_of_key(keys::mode(subject)), subject);
        for (const auto number : samples::numbers) {
            const SubjectVersion what{subject, Version{number}};
            const SchemaId id{number};
            const auto version = keys::version(subject, what.version);
            const auto deployment = keys::deployment(what, region);
            EXPECT_EQ(keys::subject_of_key(version), subject);
            EXPECT_EQ(keys::what_of_holder_key(keys::holder(subject.context, id, what)), what);
            EXPECT_EQ(keys::what_of_deployment_key(deployment), what);
            EXPECT_EQ(keys::region_of_deployment_key(deployment), region);
            EXPECT_EQ(keys::what_of_work_key(keys::work(region, 1ULL << 40U, what)), what);
        }
    }
}

/// The keys that a scan of `prefix` would find among `all`.
std::vector<std::string> under(const std::set<std::string>& all, const std::string& prefix) {
    std::vector<std::string> found;
    std::ranges::copy_if(all, std::back_inserter(found), [&](const std::string& key) {
        return key.starts_with(prefix);
    });
    return found;
}

TEST(Keys, APrefixFindsNothingOfAnotherSubjectContextOrRegion) {
    std::set<std::string> versions;
    std::set<std::string> deployments;
    std::set<std::string> work;
    for (const auto& subject : samples::subjects()) {
        for (const auto number : samples::numbers) {
            const SubjectVersion what{subject, Version{number}};
            versions.insert(keys::version(subject, what.version));
            for (const auto* name : {"eu", "eu-west", "us"}) {
                deployments.insert(keys::deployment(what, RegionName{name}));
                work.insert(keys::work(RegionName{name}, 7, what));
            }
        }
    }
    const auto in_all = samples::subjects().size();
    const auto numbers = samples::numbers.size();
    for (const auto& subject : samples::subjects()) {
        EXPECT_EQ(under(versions, keys::versions(subject)).size(), numbers);
        EXPECT_EQ(under(versions, keys::context_versions(subject.context)).size(),
                  numbers * in_all / 5);
        EXPECT_EQ(under(deployments, keys::deployments(subject)).size(), numbers * 3);
        EXPECT_EQ(under(deployments, keys::deployments(SubjectVersion{subject, {1}})).size(), 3U);
    }
    EXPECT_EQ(under(work, keys::work(RegionName{"eu"})).size(), numbers * in_all);
    EXPECT_EQ(under(versions, std::string(keys::all_versions)).size(), numbers * in_all);
}

TEST(Keys, VersionsOfASubjectSortAsNumbersAndWorkAsPlanned) {
    const Subject subject{Context{}, "s"};
    for (std::size_t i = 1; i < samples::numbers.size(); ++i) {
        EXPECT_LT(keys::version(subject, Version{samples::numbers[i - 1]}),
                  keys::version(subject, Version{samples::numbers[i]}));
    }
    EXPECT_LT(keys::work(region, 255, {Subject{Context{}, "z"}, {9}}),
              keys::work(region, 256, {Subject{Context{}, "a"}, {1}}));
}

TEST(Keys, ContentOfAnotherTypeTextReferenceOrMetadataHasAnotherKey) {
    std::set<std::string> all;
    for (const auto& content : samples::contents()) all.insert(keys::content(Context{}, content));
    EXPECT_EQ(all.size(), samples::contents().size());
    EXPECT_NE(keys::content(Context{".a"}, Content{}), keys::content(Context{}, Content{}));
}

}  // namespace
}  // namespace sgw::catalog
