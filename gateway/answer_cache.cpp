#include "gateway/answer_cache.hpp"

#include <algorithm>
#include <functional>

namespace sgw::gateway {
namespace {

constexpr std::size_t answer_overhead = 160;     // of the containers, roughly
constexpr std::size_t max_answers_per_tag = 32;  // a tag is searched linearly

}  // namespace

AnswerCache::Shard& AnswerCache::shard_of(const std::string& tag) {
    return shards_[std::hash<std::string>{}(tag) % shard_count];
}

void AnswerCache::Shard::erase(std::unordered_map<std::string, Tagged>::iterator tagged) {
    bytes -= tagged->second.bytes;
    recent.erase(tagged->second.recency);
    tags.erase(tagged);
}

std::optional<CachedAnswer> AnswerCache::find(const std::string& tag, std::string_view key) {
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    const auto tagged = shard.tags.find(tag);
    if (tagged != shard.tags.end()) {
        const auto& answers = tagged->second.answers;
        const auto found =
            std::ranges::find_if(answers, [&](const auto& one) { return one.first == key; });
        if (found != answers.end()) {
            ++shard.hits;
            shard.recent.splice(shard.recent.begin(), shard.recent, tagged->second.recency);
            return found->second;
        }
    }
    ++shard.misses;
    return std::nullopt;
}

void AnswerCache::insert(const std::string& tag,
                         std::string key,
                         std::shared_ptr<const std::string> body,
                         log::Sequence read_at) {
    const auto bytes = key.size() + body->size() + answer_overhead;
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    if (read_at < shard.dropped_at || bytes > shard_bytes_) return;
    auto [tagged, is_new] = shard.tags.try_emplace(tag);
    if (is_new) {
        tagged->second.recency = shard.recent.insert(shard.recent.begin(), tag);
    }
    auto& answers = tagged->second.answers;
    const auto same = [&](const auto& one) { return one.first == key; };
    if (answers.size() >= max_answers_per_tag || std::ranges::any_of(answers, same)) return;
    answers.emplace_back(std::move(key),
                         CachedAnswer{std::move(body), std::chrono::steady_clock::now()});
    tagged->second.bytes += bytes;
    shard.bytes += bytes;
    while (shard.bytes > shard_bytes_) shard.erase(shard.tags.find(shard.recent.back()));
}

void AnswerCache::drop(const std::string& tag, log::Sequence sequence) {
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    shard.dropped_at = std::max(shard.dropped_at, sequence);
    if (const auto tagged = shard.tags.find(tag); tagged != shard.tags.end()) shard.erase(tagged);
}

void AnswerCache::drop_all(log::Sequence sequence) {
    for (auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.dropped_at = std::max(shard.dropped_at, sequence);
        shard.tags.clear();
        shard.recent.clear();
        shard.bytes = 0;
    }
}

AnswerCache::Stats AnswerCache::stats() const {
    Stats total;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        total.hits += shard.hits;
        total.misses += shard.misses;
        total.bytes += shard.bytes;
    }
    return total;
}

}  // namespace sgw::gateway
