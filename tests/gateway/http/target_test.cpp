#include "gateway/http/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sgw::gateway::http {
namespace {

using Texts = std::vector<std::string>;

Texts decoded(std::string_view target) {
    const auto read = read_target(target);
    if (!read) {
        return {"!", std::string(read.error().reason)};
    }
    Texts result;
    for (const auto& segment : read.value().segments) {
        result.push_back(segment.decoded);
    }
    return result;
}

TEST(Target, SplitsBeforeItDecodes) {
    EXPECT_EQ(decoded("/"), Texts{});
    EXPECT_EQ(decoded("/subjects"), Texts{"subjects"});
    EXPECT_EQ(decoded("/subjects/"), Texts{"subjects"});
    EXPECT_EQ(decoded("/subjects/a%2Fb/versions"), (Texts{"subjects", "a/b", "versions"}));
    EXPECT_EQ(decoded("/subjects/a%2fb%252F%3B%3F%23%25/x"),
              (Texts{"subjects", "a/b%2F;?#%", "x"}));
    EXPECT_EQ(decoded("/a+b/%2B/%20"), (Texts{"a+b", "+", " "}));
    EXPECT_EQ(decoded("/%C3%A9/%E6%97%A5/%F0%9F%98%80"), (Texts{"é", "日", "😀"}));
    EXPECT_EQ(decoded("/:.c%3As/@,*!$&'()=~"), (Texts{":.c:s", "@,*!$&'()=~"}));
    EXPECT_EQ(decoded("/subjects/a;b=c/versions;x=1"), (Texts{"subjects", "a", "versions"}));
}

TEST(Target, LeavesLiteralDotsToTheRoutes) {
    EXPECT_EQ(decoded("/subjects/../versions"), (Texts{"subjects", "..", "versions"}));
    EXPECT_EQ(decoded("/./x"), (Texts{".", "x"}));
    EXPECT_EQ(decoded("/%2Ec/.%20"), (Texts{".c", ". "}));
    EXPECT_EQ(decoded("/%2e%2e%2e"), Texts{"..."});
}

TEST(Target, KeepsTheSegmentsAsSent) {
    const auto target = read_target("/s%75bjects/a;x").value();
    EXPECT_EQ(target.segments[0].raw, "s%75bjects");
    EXPECT_EQ(target.segments[0].decoded, "subjects");
    EXPECT_EQ(target.segments[1].raw, "a");
}

struct Refused {
    const char* target;
    const char* reason;
};

class RefusedTarget : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedTarget, HasItsReason) {
    const auto read = read_target(GetParam().target);
    ASSERT_FALSE(read) << GetParam().target;
    EXPECT_EQ(read.error(), (Rejection{400, GetParam().reason})) << GetParam().target;
}

INSTANTIATE_TEST_SUITE_P(Table,
                         RefusedTarget,
                         ::testing::Values(Refused{"//", "Ambiguous URI empty segment"},
                                           Refused{"//subjects", "Ambiguous URI empty segment"},
                                           Refused{"/a//b", "Ambiguous URI empty segment"},
                                           Refused{"/a//", "Ambiguous URI empty segment"},
                                           Refused{"/a/;x/b", "Ambiguous URI empty segment"},
                                           Refused{"/%2e", "Ambiguous URI path segment"},
                                           Refused{"/%2e%2E/x", "Ambiguous URI path segment"},
                                           Refused{"/.%2e", "Ambiguous URI path segment"},
                                           Refused{"/..;a/x", "Ambiguous URI path parameter"},
                                           Refused{"/%5C", "Suspicious Path Character"},
                                           Refused{"/a%01", "Suspicious Path Character"},
                                           Refused{"/%1F", "Suspicious Path Character"},
                                           Refused{"/%09", "Suspicious Path Character"},
                                           Refused{"/%7F", "Suspicious Path Character"},
                                           Refused{"/%00", "Bad Request"},
                                           Refused{"/%ZZ", "Bad Request"},
                                           Refused{"/a%", "Bad Request"},
                                           Refused{"/a%2", "Bad Request"},
                                           Refused{"/%FF", "Bad UTF-8 encoding"},
                                           Refused{"/%C3", "Bad UTF-8 encoding"},
                                           Refused{"/%C3%28", "Bad UTF-8 encoding"},
                                           Refused{"/%C0%AF", "Bad UTF-8 encoding"},
                                           Refused{"/%E0%80%AF", "Bad UTF-8 encoding"},
                                           Refused{"/%ED%A0%80", "Bad UTF-8 encoding"},
                                           Refused{"/%F4%90%80%80", "Bad UTF-8 encoding"},
                                           Refused{"/%F0%80%80%80", "Bad UTF-8 encoding"},
                                           Refused{"/%F5%80%80%80", "Bad UTF-8 encoding"},
                                           Refused{"/\xC3\xA9", "Illegal Path Character"},
                                           Refused{"/a b", "Illegal Path Character"},
                                           Refused{"/a\"b", "Illegal Path Character"},
                                           Refused{"/a\\b", "Illegal Path Character"},
                                           Refused{"/{a}", "Illegal Path Character"},
                                           Refused{"x", "Bad Request"},
                                           Refused{"", "Bad Request"},
                                           Refused{"/?a=%Z", "Bad Request"},
                                           Refused{"/?%FF", "Bad UTF-8 encoding"}));

TEST(Target, ReadsTheQuery) {
    const auto query = [](std::string_view text) {
        return read_target("/x" + std::string(text)).value().query;
    };
    EXPECT_EQ(query(""), QueryParameters{});
    EXPECT_EQ(query("?"), QueryParameters{});
    EXPECT_EQ(query("?a=1&b"), (QueryParameters{{"a", "1"}, {"b", ""}}));
    EXPECT_EQ(query("?a=1&a=2&&c="), (QueryParameters{{"a", "1"}, {"a", "2"}, {"c", ""}}));
    EXPECT_EQ(query("?a=b+c%2B&d%20e=f=g"), (QueryParameters{{"a", "b c+"}, {"d e", "f=g"}}));
    EXPECT_EQ(query("?p=:*:&x=/y?z;w"), (QueryParameters{{"p", ":*:"}, {"x", "/y?z;w"}}));
    EXPECT_EQ(query("?=v"), (QueryParameters{{"", "v"}}));
}

}  // namespace
}  // namespace sgw::gateway::http
