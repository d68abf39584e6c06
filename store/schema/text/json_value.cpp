#include "store/schema/text/json_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "store/schema/text/java_number.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::text {
namespace {

template <class T>
std::span<const T> copy_into(std::pmr::memory_resource& memory, std::span<const T> source) {
    if (source.empty()) return {};
    void* target = memory.allocate(source.size_bytes(), alignof(T));
    std::memcpy(target, source.data(), source.size_bytes());
    return {static_cast<const T*>(target), source.size()};
}

bool equal_reals(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return a == b && std::signbit(a) == std::signbit(b);
}

bool equal_integers(const JsonValue& a, const JsonValue& b) {
    const auto left = a.as_int64();
    const auto right = b.as_int64();
    return left && right ? *left == *right : a.text() == b.text();
}

}  // namespace

JsonValue JsonValue::boolean(bool value) {
    return {JsonKind::boolean, value ? 1U : 0U, nullptr};
}
JsonValue JsonValue::string(std::string_view text) {
    return {JsonKind::string, text.size(), text.data()};
}
JsonValue JsonValue::integer(std::string_view text) {
    return {JsonKind::integer, text.size(), text.data()};
}
JsonValue JsonValue::real(std::string_view text) {
    return {JsonKind::real, text.size(), text.data()};
}
JsonValue JsonValue::array(std::span<const JsonValue> items) {
    return {JsonKind::array, items.size(), items.data()};
}
JsonValue JsonValue::object(std::span<const JsonMember> members) {
    return {JsonKind::object, members.size(), members.data()};
}

std::string_view JsonValue::text() const {
    const bool has_text = is(JsonKind::string) || is(JsonKind::integer) || is(JsonKind::real);
    return has_text ? std::string_view{static_cast<const char*>(data_), size_} : std::string_view{};
}

std::span<const JsonValue> JsonValue::items() const {
    if (!is(JsonKind::array)) return {};
    return {static_cast<const JsonValue*>(data_), size_};
}

std::span<const JsonMember> JsonValue::members() const {
    if (!is(JsonKind::object)) return {};
    return {static_cast<const JsonMember*>(data_), size_};
}

const JsonValue* JsonValue::find(std::string_view key) const {
    for (const JsonMember& member : members()) {
        if (member.key == key) return &member.value;
    }
    return nullptr;
}

std::optional<std::int64_t> JsonValue::as_int64() const {
    if (!is(JsonKind::integer)) return std::nullopt;
    const std::string_view digits = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{}) return std::nullopt;
    return value;
}

double JsonValue::as_double() const {
    return is(JsonKind::integer) || is(JsonKind::real) ? number_to_double(text()) : 0.0;
}

JsonDocument::JsonDocument() : memory_(std::make_unique<std::pmr::monotonic_buffer_resource>()) {}

std::string_view JsonDocument::keep(std::string_view text) {
    const auto kept = copy_into<char>(*memory_, {text.data(), text.size()});
    return {kept.data(), kept.size()};
}

std::span<const JsonValue> JsonDocument::keep(std::span<const JsonValue> items) {
    return copy_into(*memory_, items);
}

std::span<const JsonMember> JsonDocument::keep(std::span<const JsonMember> members) {
    return copy_into(*memory_, members);
}

bool equal(const JsonValue& a, const JsonValue& b) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case JsonKind::null:
            return true;
        case JsonKind::boolean:
            return a.as_bool() == b.as_bool();
        case JsonKind::integer:
            return equal_integers(a, b);
        case JsonKind::real:
            return equal_reals(a.as_double(), b.as_double());
        case JsonKind::string:
            return a.text() == b.text();
        case JsonKind::array:
            return std::ranges::equal(a.items(), b.items(), equal);
        case JsonKind::object:
            return equal_members(a.members(), b.members());
    }
    return false;
}

bool equal_members(std::span<const JsonMember> a, std::span<const JsonMember> b) {
    if (a.size() != b.size()) return false;
    if (a.empty()) return true;
    const auto left = sorted_by_key(a);
    const auto right = sorted_by_key(b);
    return std::ranges::equal(left, right, [](const JsonMember& x, const JsonMember& y) {
        return x.key == y.key && equal(x.value, y.value);
    });
}

std::vector<JsonMember> sorted_by_key(std::span<const JsonMember> members) {
    std::vector<JsonMember> sorted(members.begin(), members.end());
    std::ranges::sort(sorted, Utf16Less{}, &JsonMember::key);
    return sorted;
}

}  // namespace sgw::schema::text
