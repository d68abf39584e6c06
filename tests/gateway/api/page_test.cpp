#include "gateway/api/page.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "tests/gateway/calls.hpp"

namespace sgw::gateway::api {
namespace {

/// The page of 0..9 as digits, or the error's code.
std::string page(http::QueryParameters query) {
    SomeCall some;
    some.query = std::move(query);
    std::vector<int> all(10);
    std::iota(all.begin(), all.end(), 0);
    const auto found = page_of(some.call(), std::move(all));
    if (!found) return "error " + std::to_string(found.error().code);
    std::string digits;
    for (const int one : found.value()) digits += std::to_string(one);
    return digits;
}

TEST(Page, OffsetAndLimit) {
    struct Row {
        http::QueryParameters query;
        std::string_view expected;
    };
    const Row rows[] = {
        {{}, "0123456789"},
        {{{"limit", "3"}}, "012"},
        {{{"offset", "3"}}, "3456789"},
        {{{"offset", "3"}, {"limit", "3"}}, "345"},
        {{{"offset", "8"}, {"limit", "3"}}, "89"},
        {{{"offset", "9"}, {"limit", "1"}}, "9"},
        {{{"offset", "10"}}, ""},
        {{{"offset", "2147483647"}, {"limit", "2147483647"}}, ""},
        {{{"limit", "2147483647"}}, "0123456789"},
        {{{"offset", "1"}, {"limit", "2147483647"}}, "123456789"},
        {{{"limit", "0"}}, "0123456789"},
        {{{"limit", "-1"}}, "0123456789"},
        {{{"limit", "-2147483648"}}, "0123456789"},
        {{{"limit", ""}, {"offset", ""}}, "0123456789"},
        {{{"limit", "+2"}}, "01"},
        {{{"limit", "2"}, {"limit", "5"}}, "01"},
        {{{"offset", "-1"}}, "error 400"},
        {{{"offset", "x"}}, "error 404"},
        {{{"limit", "x"}}, "error 404"},
        {{{"limit", "1.5"}}, "error 404"},
        {{{"limit", "2147483648"}}, "error 404"},
    };
    for (const auto& row : rows) {
        std::string label;
        for (const auto& [name, value] : row.query) label.append(name).append("=").append(value);
        EXPECT_EQ(page(row.query), row.expected) << label;
    }
}

TEST(Page, OfNothing) {
    SomeCall some;
    some.query = {{"offset", "5"}, {"limit", "5"}};
    EXPECT_TRUE(page_of(some.call(), std::vector<int>{}).value().empty());
}

}  // namespace
}  // namespace sgw::gateway::api
