#include "gateway/answer_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace sgw::gateway {
namespace {

constexpr std::size_t plenty = 16U << 20U;

std::shared_ptr<const std::string> body_of(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

std::string found(AnswerCache& cache, const std::string& tag, std::string_view key) {
    const auto answer = cache.find(tag, key);
    return answer ? *answer->body : "-";
}

TEST(AnswerCache, TagsTellSubjectsIdsAndContextsApart) {
    const auto plain = AnswerCache::tag(Subject{Context{}, "7"});
    const auto named = AnswerCache::tag(Subject{Context{".c"}, "7"});
    const auto id = AnswerCache::tag(Context{}, SchemaId{7});
    const auto named_id = AnswerCache::tag(Context{".c"}, SchemaId{7});
    const std::set<std::string> tags{plain, named, id, named_id};
    EXPECT_EQ(tags.size(), 4U);
}

TEST(AnswerCache, FindsWhatWasInserted) {
    AnswerCache cache(plenty);
    EXPECT_EQ(found(cache, "t", "k"), "-");
    cache.insert("t", "k", body_of("one"), 1);
    cache.insert("t", "l", body_of("two"), 1);
    cache.insert("u", "k", body_of("three"), 1);
    EXPECT_EQ(found(cache, "t", "k"), "one");
    EXPECT_EQ(found(cache, "t", "l"), "two");
    EXPECT_EQ(found(cache, "u", "k"), "three");
    EXPECT_EQ(found(cache, "u", "l"), "-");
    EXPECT_GT(cache.bytes(), 11U);
}

TEST(AnswerCache, KeepsTheFirstOfTwoEqualKeys) {
    AnswerCache cache(plenty);
    cache.insert("t", "k", body_of("one"), 1);
    const auto before = cache.bytes();
    cache.insert("t", "k", body_of("other"), 1);
    EXPECT_EQ(found(cache, "t", "k"), "one");
    EXPECT_EQ(cache.bytes(), before);
}

TEST(AnswerCache, DropsATagWithAllItsAnswers) {
    AnswerCache cache(plenty);
    cache.insert("t", "k", body_of("one"), 1);
    cache.insert("t", "l", body_of("two"), 1);
    cache.insert("u", "k", body_of("three"), 1);
    cache.drop("t", 2);
    EXPECT_EQ(found(cache, "t", "k"), "-");
    EXPECT_EQ(found(cache, "t", "l"), "-");
    EXPECT_EQ(found(cache, "u", "k"), "three");
    cache.drop("u", 3);
    cache.drop("nosuch", 4);
    EXPECT_EQ(cache.bytes(), 0U);
}

// A reader took its snapshot, the change was committed and the tag dropped, and only then the
// reader comes with its answer: the old one.
TEST(AnswerCache, RefusesWhatWasReadBeforeTheDrop) {
    AnswerCache cache(plenty);
    cache.drop("t", 5);
    cache.insert("t", "k", body_of("of 4"), 4);
    EXPECT_EQ(found(cache, "t", "k"), "-");
    cache.insert("t", "k", body_of("of 5"), 5);
    EXPECT_EQ(found(cache, "t", "k"), "of 5");
    cache.drop("t", 3);  // an older drop that comes late drops, but does not forget the younger one
    cache.insert("t", "k", body_of("of 4"), 4);
    EXPECT_EQ(found(cache, "t", "k"), "-");
}

TEST(AnswerCache, DropAllDropsAllAndRefusesWhatIsOlder) {
    AnswerCache cache(plenty);
    for (int i = 0; i < 100; ++i) cache.insert("t" + std::to_string(i), "k", body_of("x"), 1);
    cache.drop_all(7);
    EXPECT_EQ(cache.bytes(), 0U);
    for (int i = 0; i < 100; ++i) {
        const auto tag = "t" + std::to_string(i);
        cache.insert(tag, "k", body_of("old"), 6);
        EXPECT_EQ(found(cache, tag, "k"), "-");
        cache.insert(tag, "k", body_of("new"), 7);
        EXPECT_EQ(found(cache, tag, "k"), "new");
    }
}

TEST(AnswerCache, StaysWithinItsMemory) {
    constexpr std::size_t bound = 256U << 10U;
    AnswerCache cache(bound);
    std::mt19937 generator(3);
    for (int i = 0; i < 20'000; ++i) {
        const auto tag = std::string(generator() % 300, 't') + std::to_string(generator() % 500);
        const auto key = std::to_string(generator() % 50);
        cache.insert(tag, key, body_of(std::string(generator() % 2'000, 'x')), 1);
        ASSERT_LE(cache.bytes(), bound);
    }
    EXPECT_GT(cache.bytes(), bound / 2);
    cache.drop_all(2);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(AnswerCache, LongTagsCountToo) {
    AnswerCache cache(4U << 10U);  // 1 KiB a shard
    cache.insert(std::string(2'000, 't'), "k", body_of("x"), 1);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(AnswerCache, WhatIsTooLargeIsNotKeptAndCostsNothing) {
    AnswerCache cache(4U << 10U);
    cache.insert("t", "k", body_of("small"), 1);
    const auto before = cache.bytes();
    cache.insert("t", "large", body_of(std::string(2'000, 'x')), 1);
    cache.insert("t", std::string(2'000, 'l'), body_of("x"), 1);
    EXPECT_EQ(found(cache, "t", "k"), "small");
    EXPECT_EQ(cache.bytes(), before);
}

TEST(AnswerCache, LetsGoOfWhatWasNotUsedForLongest) {
    AnswerCache cache(plenty);
    // Many tags of one shard cannot be chosen from outside, so one tag is kept warm under pressure.
    AnswerCache small(4U * 8U << 10U);
    small.insert("warm", "k", body_of("warm"), 1);
    for (int i = 0; i < 5'000; ++i) {
        small.insert("cold" + std::to_string(i), "k", body_of(std::string(500, 'x')), 1);
        ASSERT_EQ(found(small, "warm", "k"), "warm") << i;
    }
    EXPECT_EQ(found(small, "cold0", "k"), "-");
    EXPECT_NE(found(small, "cold4999", "k"), "-");
}

// Whoever asks for one thing in many spellings must not keep the usual one out.
TEST(AnswerCache, ATagMakesRoomForNewAnswers) {
    AnswerCache cache(plenty);
    for (int i = 0; i < 1'000; ++i) cache.insert("t", std::to_string(i), body_of("x"), 1);
    const auto full = cache.bytes();
    cache.insert("t", "k", body_of("usual"), 1);
    EXPECT_EQ(found(cache, "t", "k"), "usual");
    EXPECT_EQ(found(cache, "t", "0"), "-");
    EXPECT_LT(cache.bytes(), full + 100);
}

TEST(AnswerCache, KeepsTheCompressedBodyBesideItsBody) {
    AnswerCache cache(plenty);
    const auto body = body_of("one");
    cache.insert("t", "k", body, 1);
    EXPECT_EQ(cache.find("t", "k")->compressed, nullptr);
    const auto before = cache.bytes();
    const auto packed = body_of(std::string(300, 'z'));
    cache.add_compressed("t", "k", body, packed);
    EXPECT_EQ(cache.find("t", "k")->compressed, packed);
    EXPECT_EQ(cache.bytes(), before + 300);
    cache.add_compressed("t", "k", body, body_of("again"));
    EXPECT_EQ(cache.find("t", "k")->compressed, packed);
    cache.drop("t", 2);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(AnswerCache, TakesNoCompressedBodyForAnotherBody) {
    AnswerCache cache(plenty);
    const auto old = body_of("old");
    cache.insert("t", "k", old, 1);
    cache.drop("t", 2);
    cache.add_compressed("t", "k", old, body_of("packed"));
    EXPECT_EQ(cache.bytes(), 0U);
    cache.insert("t", "k", body_of("new"), 2);
    cache.add_compressed("t", "k", old, body_of("packed"));
    cache.add_compressed("t", "l", old, body_of("packed"));
    EXPECT_EQ(cache.find("t", "k")->compressed, nullptr);
}

TEST(AnswerCache, StaysWithinItsBoundWithCompressedBodies) {
    AnswerCache cache(4U * 8U << 10U);
    const auto body = body_of(std::string(4'000, 'x'));
    cache.insert("t", "k", body, 1);
    cache.add_compressed("t", "k", body, body_of(std::string(5'000, 'z')));
    EXPECT_EQ(found(cache, "t", "k"), "-");
    EXPECT_EQ(cache.bytes(), 0U);
}

// The largest schemas, 10 MiB by default, with what they compress to.
TEST(AnswerCache, HoldsTheLargestAnswers) {
    AnswerCache cache(64U << 20U);
    const auto body = body_of(std::string(10U << 20U, 'x'));
    cache.insert("t", "k", body, 1);
    cache.add_compressed("t", "k", body, body_of(std::string(5U << 20U, 'z')));
    const auto kept = cache.find("t", "k");
    ASSERT_TRUE(kept);
    EXPECT_NE(kept->compressed, nullptr);
}

TEST(AnswerCache, AnswersOutliveTheirEntry) {
    AnswerCache cache(plenty);
    cache.insert("t", "k", body_of("kept"), 1);
    const auto answer = cache.find("t", "k");
    cache.drop_all(2);
    EXPECT_EQ(*answer->body, "kept");
}

// The catalog counts up; a writer drops the tag after each change, readers insert what they read.
// Nobody may find an answer that is older than a drop that has returned.
TEST(AnswerCache, NobodyFindsWhatWasDropped) {
    AnswerCache cache(64U << 10U);
    std::atomic<log::Sequence> visible{0};
    std::atomic<log::Sequence> dropped{0};
    std::atomic<bool> stop{false};
    std::atomic<int> stale{0};
    const auto read = [&](unsigned seed) {
        std::mt19937 generator(seed);
        while (!stop) {
            const auto promised = dropped.load();
            if (const auto answer = cache.find("t", "k")) {
                if (std::stoull(*answer->body) < promised) ++stale;
            } else {
                const auto snapshot = visible.load();
                if (generator() % 2 == 0) std::this_thread::yield();
                cache.insert("t", "k", body_of(std::to_string(snapshot)), snapshot);
            }
            const auto other = "o" + std::to_string(generator() % 100);
            if (!cache.find(other, "k")) {
                cache.insert(other, "k", body_of(std::string(100, 'x')), visible.load());
            }
        }
    };
    std::vector<std::thread> readers;
    for (unsigned i = 0; i < 3; ++i) readers.emplace_back(read, i);
    for (log::Sequence sequence = 1; sequence <= 3'000; ++sequence) {
        visible = sequence;
        if (sequence % 100 == 0) {
            cache.drop_all(sequence);
        } else {
            cache.drop("t", sequence);
        }
        dropped = sequence;
        cache.bytes();
    }
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(stale, 0);
    EXPECT_LE(cache.bytes(), 64U << 10U);
}

}  // namespace
}  // namespace sgw::gateway
