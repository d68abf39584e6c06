#include "store/json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sgw {
namespace {

using nlohmann::ordered_json;

/// What the library's own builder does, but for members: it looks each key up among all those
/// before it, one by one.
class TreeBuilder final : public nlohmann::json_sax<ordered_json> {
  public:
    explicit TreeBuilder(std::size_t max_values) : values_left_(max_values) {}

    ordered_json take() { return std::move(root_); }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; }  // not in text
    bool start_object(std::size_t) override { return open(ordered_json::object()); }
    bool start_array(std::size_t) override { return open(ordered_json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

    bool key(string_t& name) override {
        auto& level = levels_.back();
        auto& members = level.container->get_ref<ordered_json::object_t&>();
        const auto [known, is_new] = level.index.try_emplace(name, members.size());
        if (is_new) {
            static_cast<Members&>(members).emplace_back(std::move(name), nullptr);
        }
        level.member = known->second;
        return true;
    }

  private:
    using Members = ordered_json::object_t::Container;

    struct Level {
        ordered_json* container;
        std::unordered_map<std::string, std::size_t> index;  // of the members of an object
        std::size_t member = 0;                              // the one whose value comes next
    };

    bool add(ordered_json value) { return place(std::move(value)) != nullptr; }

    bool open(ordered_json empty) {
        auto* const container = place(std::move(empty));
        if (container != nullptr) levels_.push_back({container, {}, 0});
        return container != nullptr;
    }

    bool close() {
        levels_.pop_back();
        return true;
    }

    /// Where the value is now; nothing when it is one too many.
    ordered_json* place(ordered_json value) {
        if (values_left_ == 0) return nullptr;
        --values_left_;
        auto& target = next_place();
        target = std::move(value);
        return &target;
    }

    ordered_json& next_place() {
        if (levels_.empty()) return root_;
        auto& level = levels_.back();
        if (level.container->is_array()) {
            level.container->push_back(nullptr);
            return level.container->back();
        }
        auto& members = level.container->get_ref<ordered_json::object_t&>();
        return static_cast<Members&>(members)[level.member].second;
    }

    std::size_t values_left_;
    ordered_json root_;
    std::vector<Level> levels_;
};

}  // namespace

bool nests_at_most(std::string_view text, std::size_t max_depth) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_depth) return false;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return true;
}

std::optional<ordered_json> parse_json(std::string_view text, const JsonLimits& limits) {
    // A NUL is nowhere allowed, but the parser takes it for the end of the text.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    if (!nests_at_most(text, limits.depth)) return std::nullopt;
    TreeBuilder builder(limits.values);
    if (!ordered_json::sax_parse(text, &builder)) return std::nullopt;
    return builder.take();
}

std::optional<std::int32_t> int32_of(const ordered_json& value) {
    if (!value.is_number_integer()) return std::nullopt;
    constexpr auto most = std::numeric_limits<std::int32_t>::max();
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > std::uint64_t{most}) return std::nullopt;
        return static_cast<std::int32_t>(number);
    }
    const auto number = value.get<std::int64_t>();
    if (number < std::numeric_limits<std::int32_t>::min() || number > most) return std::nullopt;
    return static_cast<std::int32_t>(number);
}

const ordered_json* member(const ordered_json& object, std::string_view key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace sgw
