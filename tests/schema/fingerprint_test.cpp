#include <gtest/gtest.h>

#include "store/schema/schema.hpp"

namespace sgw::schema {
namespace {

using References = std::vector<Reference>;

TEST(Fingerprint, GuidIsTheMd5OfTheText) {
    EXPECT_EQ(fingerprint("", {}).guid(), "d41d8cd9-8f00-b204-e980-0998ecf8427e");
    EXPECT_EQ(fingerprint("\"null\"", {}).guid(), "9b41ef67-651c-1848-8a8b-08bb67c75699");
}

TEST(Fingerprint, ReferencesCountAsTheyAreWritten) {
    const Reference plain{"n", "s", 1};
    const Reference qualified{"n", ":.ctx:s", 1};
    const Reference newer{"n", "s", 2};
    const auto of = [](const References& references) { return fingerprint("x", references); };
    EXPECT_EQ(of({plain}), of({plain}));
    EXPECT_NE(of({plain}), of({}));
    EXPECT_NE(of({plain}), of({qualified}));
    EXPECT_NE(of({plain}), of({newer}));
    EXPECT_NE(of({plain, newer}), of({newer, plain}));
}

TEST(Fingerprint, AReferenceIsNameSubjectAndBigEndianVersion) {
    EXPECT_EQ(fingerprint("x", References{{"n", "s", 258}}),
              fingerprint(std::string("xns\0\0\1\2", 7), {}));
    EXPECT_EQ(fingerprint("x", {}, "m"), fingerprint("xm", {}));
}

TEST(NormalizedReferences, AreSortedAndDistinct) {
    const References given = {
        {"b", "s", 1}, {"a", "t", 2}, {"a", "s", 3}, {"a", "t", 1}, {"b", "s", 1}};
    const References expected = {{"a", "s", 3}, {"a", "t", 1}, {"a", "t", 2}, {"b", "s", 1}};
    EXPECT_EQ(normalized_references(given), expected);
}

}  // namespace
}  // namespace sgw::schema
