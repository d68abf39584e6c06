// A read-only JSON tree that keeps what other trees lose: the text of numbers and the order of
// keys.
//
// Values are sixteen bytes and point into the Document that was read; they live as long as it does.
// Pure, any thread. Never changes a value and never converts a number unless asked to.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sgw::schema::text {

enum class JsonKind : std::uint8_t { null, boolean, integer, real, string, array, object };

struct JsonMember;

class JsonValue {
  public:
    JsonValue() = default;
    static JsonValue boolean(bool value);
    static JsonValue string(std::string_view text);
    static JsonValue integer(std::string_view text);
    /// `text` is a JSON number, or one of NaN, Infinity, -Infinity.
    static JsonValue real(std::string_view text);
    static JsonValue array(std::span<const JsonValue> items);
    static JsonValue object(std::span<const JsonMember> members);

    JsonKind kind() const { return kind_; }
    bool is(JsonKind kind) const { return kind_ == kind; }

    bool as_bool() const { return size_ != 0; }
    /// Of a string its content, of a number its spelling, else empty.
    std::string_view text() const;
    std::span<const JsonValue> items() const;
    std::span<const JsonMember> members() const;

    /// The member of that name; null for none and for what is no object.
    const JsonValue* find(std::string_view key) const;

    /// The integer, when it is one and fits.
    std::optional<std::int64_t> as_int64() const;
    /// Of an integer or a real the nearest double; 0 for anything else.
    double as_double() const;

  private:
    JsonValue(JsonKind kind, std::size_t size, const void* data)
        : kind_(kind), size_(static_cast<std::uint32_t>(size)), data_(data) {}

    JsonKind kind_ = JsonKind::null;
    std::uint32_t size_ = 0;
    const void* data_ = nullptr;
};

struct JsonMember {
    std::string_view key;
    JsonValue value;
};

/// Owns the memory of a tree.
class JsonDocument {
  public:
    JsonDocument();

    const JsonValue& root() const { return root_; }
    void set_root(JsonValue root) { root_ = root; }

    /// A copy of `text` that lives as long as the document.
    std::string_view keep(std::string_view text);
    std::span<const JsonValue> keep(std::span<const JsonValue> items);
    std::span<const JsonMember> keep(std::span<const JsonMember> members);

  private:
    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_;
    JsonValue root_;
};

/// Equality of content: the order of keys does not matter, the size of numbers does (1 is not 1.0).
bool equal(const JsonValue& a, const JsonValue& b);
bool equal_members(std::span<const JsonMember> a, std::span<const JsonMember> b);

/// Members in the order in which Java sorts strings (UTF-16 code units).
std::vector<JsonMember> sorted_by_key(std::span<const JsonMember> members);

}  // namespace sgw::schema::text
