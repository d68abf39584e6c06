#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "store/schema/text/ascii.hpp"
#include "store/schema/text/java_number.hpp"

namespace sgw::schema::text {
namespace {

/// Whether a decimal number that fits no double is too large, not too small.
bool is_huge(std::string_view number) {
    const std::size_t mantissa_end = std::min(number.find_first_of("eE"), number.size());
    const std::string_view mantissa = number.substr(0, mantissa_end);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = mantissa.find_first_not_of("0.");
    if (first == std::string_view::npos) return false;
    const auto magnitude = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    std::string_view digits = number.substr(std::min(mantissa_end + 1, number.size()));
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, exponent).ec == std::errc::result_out_of_range) {
        return !negative;
    }
    return magnitude + (negative ? -exponent : exponent) > 0;
}

/// from_chars for a number without sign or suffix, out of range included.
std::optional<double> parse_unsigned(std::string_view digits, std::chars_format format) {
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value, format);
    if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
    if (result.ec == std::errc::result_out_of_range) {
        const std::size_t exponent = digits.find_first_of("pP");
        const bool huge = format == std::chars_format::hex
                              ? exponent != std::string_view::npos && digits[exponent + 1] != '-'
                              : is_huge(digits);
        return huge ? std::numeric_limits<double>::infinity() : 0.0;
    }
    return value;
}

/// Java wants a digit, and an exponent in hexadecimal form; from_chars takes more (inf, nan) and a
/// '+' in an exponent alike.
bool has_java_form(std::string_view number, bool hexadecimal) {
    const auto is_wanted = [hexadecimal](char c) {
        return is_digit(c) || (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
    };
    const std::size_t mantissa_end =
        std::min(number.find_first_of(hexadecimal ? "pP" : "eE"), number.size());
    const std::string_view mantissa = number.substr(0, mantissa_end);
    if (std::ranges::none_of(mantissa, is_wanted)) return false;
    const bool clean =
        std::ranges::all_of(mantissa, [&](char c) { return c == '.' || is_wanted(c); });
    return clean && (!hexadecimal || mantissa_end < number.size());
}

}  // namespace

double number_to_double(std::string_view json_number) {
    if (json_number == "NaN") return std::numeric_limits<double>::quiet_NaN();
    return parse_java_double(json_number).value_or(0.0);
}

std::optional<double> parse_java_double(std::string_view text) {
    std::string_view number = java_trim(text);
    bool negative = false;
    if (!number.empty() && (number.front() == '-' || number.front() == '+')) {
        negative = number.front() == '-';
        number.remove_prefix(1);
    }
    std::optional<double> value;
    if (number == "NaN") {
        value = std::numeric_limits<double>::quiet_NaN();
    } else if (number == "Infinity") {
        value = std::numeric_limits<double>::infinity();
    } else {
        const bool hexadecimal = number.starts_with("0x") || number.starts_with("0X");
        if (hexadecimal) number.remove_prefix(2);
        if (!number.empty() &&
            std::string_view{"dDfF"}.find(number.back()) != std::string_view::npos &&
            (!hexadecimal || number.find_first_of("pP") != std::string_view::npos)) {
            number.remove_suffix(1);
        }
        if (!has_java_form(number, hexadecimal)) return std::nullopt;
        value = parse_unsigned(number,
                               hexadecimal ? std::chars_format::hex : std::chars_format::general);
    }
    if (value && negative) return -*value;
    return value;
}

std::string_view java_trim(std::string_view text) {
    const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace sgw::schema::text
