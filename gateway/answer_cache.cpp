#include "gateway/answer_cache.hpp"

#include <algorithm>
#include <functional>

namespace sgw::gateway {
namespace {

constexpr std::size_t answer_overhead = 192;     // of the containers, roughly
constexpr std::size_t tag_overhead = 256;        // likewise
constexpr std::size_t max_answers_per_tag = 32;  // a tag is searched linearly

std::size_t bytes_of_tag(const std::string& tag) {
    return tag_overhead + 2 * tag.size();  // in the map and in the order of use
}

}  // namespace

AnswerCache::Shard& AnswerCache::shard_of(const std::string& tag) {
    return shards_[std::hash<std::string>{}(tag) % shard_count];
}

AnswerCache::Shard::Entry AnswerCache::Shard::entry(const std::string& tag) {
    const auto [found, is_new] = tags.try_emplace(tag);
    if (is_new) {
        found->second.recency = recent.insert(recent.begin(), tag);
        found->second.bytes = bytes_of_tag(tag);
        bytes += found->second.bytes;
    }
    return found;
}

void AnswerCache::Shard::add(Entry entry, Kept kept) {
    entry->second.bytes += kept.bytes;
    bytes += kept.bytes;
    entry->second.answers.push_back(std::move(kept));
}

void AnswerCache::Shard::erase_oldest_of(Entry entry) {
    const auto freed = entry->second.answers.front().bytes;
    entry->second.bytes -= freed;
    bytes -= freed;
    entry->second.answers.erase(entry->second.answers.begin());
}

void AnswerCache::Shard::erase(Entry entry) {
    bytes -= entry->second.bytes;
    recent.erase(entry->second.recency);
    tags.erase(entry);
}

void AnswerCache::Shard::erase_down_to(std::size_t most_bytes) {
    while (bytes > most_bytes) erase(tags.find(recent.back()));
}

std::vector<AnswerCache::Kept>::iterator AnswerCache::Tagged::find(std::string_view key) {
    return std::ranges::find_if(answers, [&](const auto& one) { return one.key == key; });
}

std::optional<CachedAnswer> AnswerCache::find(const std::string& tag, std::string_view key) {
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    const auto tagged = shard.tags.find(tag);
    if (tagged == shard.tags.end()) return std::nullopt;
    const auto found = tagged->second.find(key);
    if (found == tagged->second.answers.end()) return std::nullopt;
    shard.recent.splice(shard.recent.begin(), shard.recent, tagged->second.recency);
    return found->answer;
}

void AnswerCache::insert(const std::string& tag,
                         std::string key,
                         std::shared_ptr<const std::string> body,
                         log::Sequence read_at) {
    const auto bytes = key.size() + body->size() + answer_overhead;
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    if (read_at < shard.dropped_at || bytes + bytes_of_tag(tag) > shard_bytes_) return;
    const auto entry = shard.entry(tag);
    auto& answers = entry->second.answers;
    if (entry->second.find(key) != answers.end()) return;
    if (answers.size() >= max_answers_per_tag) shard.erase_oldest_of(entry);
    const auto now = std::chrono::steady_clock::now();
    shard.add(entry, {std::move(key), CachedAnswer{std::move(body), nullptr, now}, bytes});
    shard.erase_down_to(shard_bytes_);
}

void AnswerCache::add_compressed(const std::string& tag,
                                 std::string_view key,
                                 const std::shared_ptr<const std::string>& body,
                                 std::shared_ptr<const std::string> compressed) {
    auto& shard = shard_of(tag);
    const std::lock_guard lock(shard.mutex);
    const auto tagged = shard.tags.find(tag);
    if (tagged == shard.tags.end()) return;
    const auto found = tagged->second.find(key);
    if (found == tagged->second.answers.end()) return;
    auto& answer = found->answer;
    if (answer.body != body || answer.compressed) return;
    const auto added = compressed->size();
    answer.compressed = std::move(compressed);
    found->bytes += added;
    tagged->second.bytes += added;
    shard.bytes += added;
    shard.erase_down_to(shard_bytes_);
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

std::size_t AnswerCache::bytes() const {
    std::size_t total = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        total += shard.bytes;
    }
    return total;
}

}  // namespace sgw::gateway
