// Rendered answers that may be given again, in memory, bounded. Every answer hangs on a tag (a
// subject, an id); the catalog's change feed drops a tag before the change is acknowledged, so
// nobody reads what they have just replaced. All calls from any thread; each takes one short lock
// of one shard.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/log/log.hpp"
#include "store/types.hpp"

namespace sgw::gateway {

struct CachedAnswer {
    std::shared_ptr<const std::string> body;
    std::shared_ptr<const std::string> compressed;  // as gzip; missing until somebody wanted it
    std::chrono::steady_clock::time_point since;
};

class AnswerCache {
  public:
    explicit AnswerCache(std::size_t max_bytes) : shard_bytes_(max_bytes / shard_count) {}

    static std::string tag(const Subject& subject) { return "s" + subject.qualified(); }
    static std::string tag(const Context& context, SchemaId id) {
        return "i" + context.name + "/" + std::to_string(id.value);
    }

    std::optional<CachedAnswer> find(const std::string& tag, std::string_view key);

    /// `read_at`: the sequence of the snapshot that the answer was made from. Ignored when
    /// something was dropped since, as the answer may be the one that was meant.
    void insert(const std::string& tag,
                std::string key,
                std::shared_ptr<const std::string> body,
                log::Sequence read_at);

    /// Keeps `body` compressed, beside it. Ignored when that body is not kept any more, or has it.
    void add_compressed(const std::string& tag,
                        std::string_view key,
                        const std::shared_ptr<const std::string>& body,
                        std::shared_ptr<const std::string> compressed);

    /// The change at `sequence` made answers under this tag void.
    void drop(const std::string& tag, log::Sequence sequence);
    void drop_all(log::Sequence sequence);

    /// About what all of it takes.
    std::size_t bytes() const;

  private:
    // Few, as a shard's part has to hold the largest answers, those to the largest schemas.
    static constexpr std::size_t shard_count = 4;

    struct Kept {
        std::string key;
        CachedAnswer answer;
        std::size_t bytes = 0;
    };
    struct Tagged {
        std::vector<Kept> answers;  // the oldest first

        std::vector<Kept>::iterator find(std::string_view key);

        std::list<std::string>::iterator recency;
        std::size_t bytes = 0;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<std::string, Tagged> tags;
        std::list<std::string> recent;  // tags, the latest used first
        std::size_t bytes = 0;
        log::Sequence dropped_at = 0;

        using Entry = std::unordered_map<std::string, Tagged>::iterator;
        Entry entry(const std::string& tag);
        void add(Entry entry, Kept kept);
        void erase_oldest_of(Entry entry);
        void erase(Entry entry);
        void erase_down_to(std::size_t most_bytes);
    };

    Shard& shard_of(const std::string& tag);

    std::size_t shard_bytes_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace sgw::gateway
