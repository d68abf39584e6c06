#include "gateway/api/java_order.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "store/schema/text/utf8.hpp"

namespace sgw::gateway::api {
namespace {

/// The UTF-16 hash of java.lang.String, over UTF-8.
std::uint32_t java_hash(std::string_view utf8) {
    std::uint32_t hash = 0;
    const auto add = [&](std::uint32_t unit) { hash = hash * 31 + unit; };
    for (std::size_t at = 0; at < utf8.size();) {
        const auto point = schema::text::next_code_point(utf8, at);
        if (point < 0x10000) {
            add(point);
            continue;
        }
        const auto [high, low] = schema::text::surrogates_of(point);
        add(high);
        add(low);
    }
    return hash;
}

std::uint32_t bucket_count(std::size_t entries) {
    std::uint32_t buckets = 16;
    while (static_cast<double>(entries) > buckets * 0.75) buckets *= 2;
    return buckets;
}

}  // namespace

void sort_as_java_hash_map(std::vector<catalog::VersionRecord>& holders) {
    std::set<std::string> subjects;
    for (const auto& holder : holders) subjects.insert(holder.what.subject.qualified());
    const auto buckets = bucket_count(subjects.size());
    std::ranges::stable_sort(holders, {}, [&](const catalog::VersionRecord& holder) {
        const auto hash = java_hash(holder.what.subject.qualified());
        return (hash ^ (hash >> 16U)) & (buckets - 1);
    });
}

}  // namespace sgw::gateway::api
