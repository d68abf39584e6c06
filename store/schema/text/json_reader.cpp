#include "store/schema/text/json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "store/schema/text/ascii.hpp"
#include "store/schema/text/utf8.hpp"

namespace sgw::schema::text {
namespace {

constexpr std::size_t max_number_length = 1000;  // as the registry's parser
constexpr std::size_t few_members = 16;

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

class Reader {
  public:
    Reader(std::string_view source, JsonDocument& document, std::size_t max_depth)
        : text_(source), document_(document), max_depth_(max_depth) {}

    bool skip_blanks();
    bool read_value(JsonValue& out);

    bool at_end() const { return at_ == text_.size(); }
    std::size_t position() const { return at_; }
    const JsonError& error() const { return error_; }

  private:
    bool read_array(JsonValue& out);
    bool read_object(JsonValue& out);
    bool read_member(std::size_t scratch_begin);
    bool read_string(std::string_view& out);
    bool read_escape(std::string& out);
    bool read_hex4(std::uint32_t& unit);
    bool read_unicode_escape(std::string& out);
    bool read_number(JsonValue& out);
    bool skip_digits(const char* what);
    bool read_word(std::string_view word, JsonValue value, JsonValue& out);
    bool skip_comment();
    bool enter();
    void drop_repeated_keys(std::size_t begin);

    bool fail(JsonError::Kind kind, std::string what);
    bool fail(std::string what);

    std::string_view text_;
    JsonDocument& document_;
    std::size_t max_depth_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::vector<JsonValue> items_;     // of the arrays that are open, innermost last
    std::vector<JsonMember> members_;  // of the objects that are open, innermost last
    JsonError error_;
};

bool Reader::fail(JsonError::Kind kind, std::string what) {
    const std::string_view before = text_.substr(0, at_);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    error_.kind = kind;
    error_.what = std::move(what);
    error_.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
    error_.column = at_ - line_start + 1;
    return false;
}

bool Reader::fail(std::string what) {
    if (at_end()) return fail(JsonError::Kind::end_of_input, "Unexpected end-of-input");
    return fail(JsonError::Kind::syntax, std::move(what));
}

bool Reader::skip_comment() {
    if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
        return true;
    }
    if (text_.substr(at_).starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
        return end != std::string_view::npos || fail("");
    }
    return fail("Unexpected character '/'");
}

bool Reader::skip_blanks() {
    while (!at_end()) {
        const char c = text_[at_];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++at_;
        } else if (c != '/') {
            break;
        } else if (!skip_comment()) {
            return false;
        }
    }
    return true;
}

bool Reader::read_value(JsonValue& out) {
    if (at_end()) return fail("");
    switch (text_[at_]) {
        case '{':
            return read_object(out);
        case '[':
            return read_array(out);
        case '"': {
            std::string_view content;
            if (!read_string(content)) return false;
            out = JsonValue::string(content);
            return true;
        }
        case 't':
            return read_word("true", JsonValue::boolean(true), out);
        case 'f':
            return read_word("false", JsonValue::boolean(false), out);
        case 'n':
            return read_word("null", {}, out);
        default:
            return read_number(out);
    }
}

bool Reader::enter() {
    if (depth_ < max_depth_) {
        ++depth_;
        ++at_;
        return true;
    }
    return fail(JsonError::Kind::limit, nesting_too_deep(max_depth_));
}

bool Reader::read_array(JsonValue& out) {
    if (!enter()) return false;
    const std::size_t begin = items_.size();
    if (!skip_blanks()) return false;
    bool more = at_end() || text_[at_] != ']';
    while (more) {
        JsonValue item;
        if (!skip_blanks() || !read_value(item) || !skip_blanks()) return false;
        items_.push_back(item);
        if (at_end() || (text_[at_] != ',' && text_[at_] != ']')) {
            return fail("Unexpected character: was expecting comma to separate Array entries");
        }
        more = text_[at_] == ',';
        if (more) ++at_;
    }
    ++at_;
    --depth_;
    out = JsonValue::array(document_.keep(std::span<const JsonValue>{items_}.subspan(begin)));
    items_.resize(begin);
    return true;
}

bool Reader::read_member(std::size_t scratch_begin) {
    if (!skip_blanks()) return false;
    if (at_end() || text_[at_] != '"') {
        return fail("Unexpected character: was expecting double-quote to start field name");
    }
    JsonMember member;
    if (!read_string(member.key) || !skip_blanks()) return false;
    if (at_end() || text_[at_] != ':') {
        return fail("Unexpected character: was expecting a colon to separate field name and value");
    }
    ++at_;
    if (!skip_blanks() || !read_value(member.value) || !skip_blanks()) return false;
    if (members_.size() - scratch_begin < few_members) {
        for (std::size_t i = scratch_begin; i < members_.size(); ++i) {
            if (members_[i].key != member.key) continue;
            members_[i].value = member.value;
            return true;
        }
    }
    members_.push_back(member);
    return true;
}

bool Reader::read_object(JsonValue& out) {
    if (!enter()) return false;
    const std::size_t begin = members_.size();
    if (!skip_blanks()) return false;
    bool more = at_end() || text_[at_] != '}';
    while (more) {
        if (!read_member(begin)) return false;
        if (at_end() || (text_[at_] != ',' && text_[at_] != '}')) {
            return fail("Unexpected character: was expecting comma to separate Object entries");
        }
        more = text_[at_] == ',';
        if (more) ++at_;
    }
    ++at_;
    --depth_;
    if (members_.size() - begin > few_members) drop_repeated_keys(begin);
    out = JsonValue::object(document_.keep(std::span<const JsonMember>{members_}.subspan(begin)));
    members_.resize(begin);
    return true;
}

/// Sorting, not hashing: the keys come from outside and may be made to collide.
void Reader::drop_repeated_keys(std::size_t begin) {
    const std::span<JsonMember> members = std::span{members_}.subspan(begin);
    std::vector<std::uint32_t> order(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return members[i].key; });

    std::vector<bool> dropped(members.size(), false);
    std::size_t first = 0;
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (members[order[i]].key == members[order[first]].key) {
            members[order[first]].value = members[order[i]].value;
            dropped[order[i]] = true;
        } else {
            first = i;
        }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!dropped[i]) members[kept++] = members[i];
    }
    members_.resize(begin + kept);
}

bool Reader::read_string(std::string_view& out) {
    const std::size_t begin = ++at_;
    const auto find_special = [this] {
        while (!at_end() && text_[at_] != '"' && text_[at_] != '\\' &&
               static_cast<unsigned char>(text_[at_]) >= ' ') {
            ++at_;
        }
    };
    find_special();
    if (!at_end() && text_[at_] == '"') {
        out = text_.substr(begin, at_++ - begin);
        return true;
    }
    std::string content{text_.substr(begin, at_ - begin)};
    while (!at_end() && text_[at_] == '\\') {
        if (!read_escape(content)) return false;
        const std::size_t from = at_;
        find_special();
        content.append(text_.substr(from, at_ - from));
    }
    if (at_end()) return fail("");
    if (text_[at_] != '"')
        return fail("Illegal unquoted character: has to be escaped using backslash");
    ++at_;
    out = document_.keep(content);
    return true;
}

bool Reader::read_escape(std::string& out) {
    ++at_;
    if (at_end()) return fail("");
    constexpr std::string_view escapes = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (text_[at_] == 'u') return read_unicode_escape(out);
    const std::size_t index = escapes.find(text_[at_]);
    if (index == std::string_view::npos) return fail("Unrecognized character escape");
    out.push_back(meanings[index]);
    ++at_;
    return true;
}

bool Reader::read_hex4(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = at_end() ? -1 : hex_value(text_[at_]);
        if (digit < 0) return fail("expected a hex-digit for character escape sequence");
        unit = unit * 16 + static_cast<std::uint32_t>(digit);
        ++at_;
    }
    return true;
}

/// Half a surrogate pair is no character: it could be stored, but never be sent again.
bool Reader::read_unicode_escape(std::string& out) {
    ++at_;
    std::uint32_t unit = 0;
    if (!read_hex4(unit)) return false;
    if (unit >= 0xD800 && unit < 0xE000) {
        std::uint32_t low = 0;
        if (unit >= 0xDC00 || !text_.substr(at_).starts_with("\\u")) {
            return fail("Broken surrogate pair");
        }
        at_ += 2;
        if (!read_hex4(low)) return false;
        if (low < 0xDC00 || low >= 0xE000) return fail("Broken surrogate pair");
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_code_point(out, unit);
    return true;
}

bool Reader::skip_digits(const char* what) {
    if (at_end() || !is_digit(text_[at_])) return fail(what);
    while (!at_end() && is_digit(text_[at_])) ++at_;
    return true;
}

bool Reader::read_number(JsonValue& out) {
    const std::size_t begin = at_;
    if (text_[at_] != '-' && !is_digit(text_[at_])) {
        return fail(
            "Unexpected character: expected a valid value (JSON String, Number, Array, Object "
            "or token 'null', 'true' or 'false')");
    }
    if (text_[at_] == '-') ++at_;
    if (text_.substr(at_).starts_with('0')) {
        ++at_;
        if (!at_end() && is_digit(text_[at_])) {
            return fail("Invalid numeric value: Leading zeroes not allowed");
        }
    } else if (!skip_digits("Invalid numeric value: minus not followed by a digit")) {
        return false;
    }
    bool real = false;
    if (!at_end() && text_[at_] == '.') {
        real = true;
        ++at_;
        if (!skip_digits("Invalid numeric value: Decimal point not followed by a digit"))
            return false;
    }
    if (!at_end() && (text_[at_] == 'e' || text_[at_] == 'E')) {
        real = true;
        ++at_;
        if (!at_end() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
        if (!skip_digits("Invalid numeric value: Exponent indicator not followed by a digit")) {
            return false;
        }
    }
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (number.size() > max_number_length) {
        return fail(JsonError::Kind::limit,
                    "Number value length (" + std::to_string(number.size()) +
                        ") exceeds the maximum allowed (" + std::to_string(max_number_length) +
                        ")");
    }
    out = real ? JsonValue::real(number) : JsonValue::integer(number);
    return true;
}

bool Reader::read_word(std::string_view word, JsonValue value, JsonValue& out) {
    const auto is_name_part = [](char c) {
        return is_digit(c) || c == '_' || is_letter(c) || static_cast<unsigned char>(c) >= 0x80;
    };
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word) || (rest.size() > word.size() && is_name_part(rest[word.size()]))) {
        return fail(JsonError::Kind::syntax, "Unrecognized token");
    }
    at_ += word.size();
    out = value;
    return true;
}

}  // namespace

std::string nesting_too_deep(std::size_t max_depth) {
    return "Document nesting depth (" + std::to_string(max_depth + 1) +
           ") exceeds the maximum allowed (" + std::to_string(max_depth) + ")";
}

ResultOr<JsonText, JsonError> read_json(std::string_view text, std::size_t max_depth) {
    if (!is_valid_utf8(text)) return JsonError{JsonError::Kind::syntax, "Invalid UTF-8"};
    JsonText result;
    Reader reader(result.document.keep(text), result.document, max_depth);
    if (!reader.skip_blanks()) return reader.error();
    result.is_blank = reader.at_end();
    if (!result.is_blank) {
        JsonValue root;
        if (!reader.read_value(root)) return reader.error();
        result.document.set_root(root);
    }
    result.trailing = text.substr(reader.position());
    return result;
}

}  // namespace sgw::schema::text
