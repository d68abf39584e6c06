#include "store/schema/text/java_number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace sgw::schema::text {
namespace {

using boost::multiprecision::cpp_int;

/// A finite, non-zero number as a 53-bit mantissa with its top bit set: value = mantissa *
/// 2^(exponent - 52).
struct Binary {
    std::uint64_t mantissa = 0;
    int exponent = 0;
    int significant_bits = 0;
};

/// Digits d1 d2 .. of 0.d1d2.. * 10^exponent.
struct Decimal {
    std::string digits;
    int exponent = 0;
};

constexpr int mantissa_shift = 52;

int bits_of_power_of_five(int n) {
    // ceil(n * log2(5)) as the JDK's table has it, and its estimate beyond the table of 27 entries.
    constexpr std::array<int, 27> table = {0,  3,  5,  7,  10, 12, 14, 17, 19, 21, 24, 26, 28, 31,
                                           33, 35, 38, 40, 42, 45, 47, 49, 52, 54, 56, 59, 61};
    return n < static_cast<int>(table.size()) ? table[static_cast<std::size_t>(n)] : n * 3;
}

int estimated_decimal_exponent(const Binary& number) {
    constexpr std::uint64_t fraction_mask = (std::uint64_t{1} << mantissa_shift) - 1;
    constexpr std::uint64_t exponent_of_one = std::uint64_t{1023} << mantissa_shift;
    const auto one_to_two =
        std::bit_cast<double>(exponent_of_one | (number.mantissa & fraction_mask));
    const double estimate = (one_to_two - 1.5) * 0.289529654 + 0.176091259 +
                            static_cast<double>(number.exponent) * 0.301029995663981;
    return static_cast<int>(std::floor(estimate));
}

void round_up(Decimal& decimal) {
    std::size_t at = decimal.digits.size();
    while (at > 0 && decimal.digits[at - 1] == '9') decimal.digits[--at] = '0';
    if (at > 0) {
        ++decimal.digits[at - 1];
    } else {
        decimal.digits[0] = '1';
        ++decimal.exponent;
    }
}

/// Whole numbers below 2^63 are printed from their integer value, rounded where the type has no
/// more digits.
Decimal whole_number(const Binary& number) {
    std::uint64_t value = number.exponent >= mantissa_shift
                              ? number.mantissa << (number.exponent - mantissa_shift)
                              : number.mantissa >> (mantissa_shift - number.exponent);
    int dropped = 0;
    const int spare_bits = number.exponent - number.significant_bits - 1;
    if (number.exponent > number.significant_bits && spare_bits > 1) {
        std::uint64_t power = 1;
        for (; power <= (std::uint64_t{1} << spare_bits) / 10; power *= 10) ++dropped;
        const std::uint64_t rest = value % power;
        value /= power;
        if (dropped > 0 && rest >= power / 2) ++value;
    }
    Decimal decimal{std::to_string(value), 0};
    decimal.exponent = static_cast<int>(decimal.digits.size()) + dropped;
    decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
    return decimal;
}

/// Number, scale and half a unit in the last place, all times the same factor: number / scale is in
/// [1, 10).
template <class Int>
struct Scaled {
    Int number;
    Int scale;
    Int half_ulp;
};

enum class Tie { stops, goes_on };

template <class Int>
constexpr bool wraps = std::is_integral_v<Int>;

/// Fixed-width integers wrap as Java's do; the digits depend on it.
template <class Int>
Int times_ten(const Int& value) {
    if constexpr (wraps<Int>) {
        using Unsigned = std::make_unsigned_t<Int>;
        return static_cast<Int>(static_cast<Unsigned>(value) * Unsigned{10});
    } else {
        return value * 10;
    }
}

template <class Int>
Int sum(const Int& a, const Int& b) {
    if constexpr (wraps<Int>) {
        using Unsigned = std::make_unsigned_t<Int>;
        return static_cast<Int>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b));
    } else {
        return a + b;
    }
}

/// Steele and White's digit generation as the JDK before 19 has it: the test of the upper neighbour
/// differs between its fixed-width (a tie goes on) and its unbounded (a tie stops) arithmetic.
template <class Int>
class DigitGenerator {
  public:
    DigitGenerator(Scaled<Int> x, Tie tie)
        : x_(std::move(x)), ten_scales_(times_ten(x_.scale)), tie_(tie) {}

    Decimal generate(int exponent);

  private:
    char next();

    Scaled<Int> x_;
    Int ten_scales_;
    Tie tie_;
    bool low_ = false;   // what is left is within half a unit of the digits so far
    bool high_ = false;  // and of the digits so far, the last one raised
};

template <class Int>
char DigitGenerator<Int>::next() {
    const int digit = static_cast<int>(x_.number / x_.scale);
    x_.number = times_ten<Int>(x_.number % x_.scale);
    x_.half_ulp = times_ten(x_.half_ulp);
    if (x_.half_ulp > 0) {
        const Int upper = sum(x_.number, x_.half_ulp);
        low_ = x_.number < x_.half_ulp;
        high_ = upper > ten_scales_ || (tie_ == Tie::stops && upper == ten_scales_);
    } else {
        low_ = high_ = true;  // it has wrapped: it is larger than anything
    }
    return static_cast<char>('0' + digit);
}

template <class Int>
Decimal DigitGenerator<Int>::generate(int exponent) {
    Decimal decimal;
    const char first = next();
    if (first == '0' && !high_) {
        --exponent;
    } else {
        decimal.digits.push_back(first);
    }
    // The E form always has a digit after the point, so the first one alone never ends it.
    if (exponent < -3 || exponent >= 8) low_ = high_ = false;
    while (!low_ && !high_) decimal.digits.push_back(next());
    decimal.exponent = exponent + 1;

    if (high_) {
        const Int minus_ten_scales = -ten_scales_;
        const Int over_half = sum<Int>(sum(x_.number, x_.number), minus_ten_scales);
        const bool odd = ((decimal.digits.back() - '0') & 1) != 0;
        if (!low_ || over_half > 0 || (over_half == 0 && odd)) round_up(decimal);
    }
    return decimal;
}

cpp_int power_of_five(int n) {
    return boost::multiprecision::pow(cpp_int{5}, static_cast<unsigned>(n));
}

template <class Int>
Scaled<Int> narrow(const Scaled<cpp_int>& x) {
    return {static_cast<Int>(x.number), static_cast<Int>(x.scale), static_cast<Int>(x.half_ulp)};
}

Decimal fractional_number(const Binary& number, int fraction_bits, int tiny_bits) {
    const int exponent = estimated_decimal_exponent(number);
    const int number_fives = std::max(0, -exponent);
    const int scale_fives = std::max(0, exponent);
    int number_twos = number_fives + tiny_bits + number.exponent;
    int scale_twos = scale_fives + tiny_bits;
    int ulp_twos = number_twos - number.significant_bits;
    number_twos -= fraction_bits - 1;
    const int common = std::min(number_twos, scale_twos);
    number_twos -= common;
    scale_twos -= common;
    ulp_twos -= common;
    if (fraction_bits == 1) --ulp_twos;  // below a power of two the neighbour is half as far away
    if (ulp_twos < 0) {
        number_twos -= ulp_twos;
        scale_twos -= ulp_twos;
        ulp_twos = 0;
    }
    const std::uint64_t bits = number.mantissa >> std::countr_zero(number.mantissa);
    const Scaled<cpp_int> x = {(cpp_int{bits} * power_of_five(number_fives)) << number_twos,
                               power_of_five(scale_fives) << scale_twos,
                               power_of_five(number_fives) << ulp_twos};
    const int number_size = fraction_bits + number_twos + bits_of_power_of_five(number_fives);
    const int scale_size = scale_twos + 1 + bits_of_power_of_five(scale_fives + 1);
    if (number_size < 32 && scale_size < 32) {
        return DigitGenerator(narrow<std::int32_t>(x), Tie::goes_on).generate(exponent);
    }
    if (number_size < 64 && scale_size < 64) {
        return DigitGenerator(narrow<std::int64_t>(x), Tie::goes_on).generate(exponent);
    }
    return DigitGenerator(x, Tie::stops).generate(exponent);
}

Decimal to_decimal(const Binary& number) {
    const int fraction_bits = mantissa_shift + 1 - std::countr_zero(number.mantissa);
    const int tiny_bits = std::max(0, fraction_bits - number.exponent - 1);
    const bool small = number.exponent <= 62 && number.exponent >= -21;
    if (small && tiny_bits == 0 && fraction_bits < 64) return whole_number(number);
    return fractional_number(number, fraction_bits, tiny_bits);
}

std::string spell(const Decimal& decimal, bool negative) {
    std::string out = negative ? "-" : "";
    const std::string& digits = decimal.digits;
    const int exponent = decimal.exponent;
    if (exponent > 0 && exponent < 8) {
        const auto whole = static_cast<std::size_t>(exponent);
        out += digits.substr(0, whole);
        if (digits.size() < whole) out.append(whole - digits.size(), '0');
        out += digits.size() > whole ? "." + digits.substr(whole) : ".0";
    } else if (exponent <= 0 && exponent > -3) {
        out += "0.";
        out.append(static_cast<std::size_t>(-exponent), '0');
        out += digits;
    } else {
        out += digits[0];
        out += '.';
        out += digits.size() > 1 ? digits.substr(1) : "0";
        out += 'E';
        out += std::to_string(exponent - 1);
    }
    return out;
}

/// Splits the bits of an IEEE number; the mantissa of any width is aligned to that of a double.
Binary to_binary(std::uint64_t fraction, int biased_exponent, int bias, int width) {
    Binary number;
    if (biased_exponent == 0) {
        const int shift = std::countl_zero(fraction) - (63 - width);
        number.significant_bits = 64 - std::countl_zero(fraction);
        number.mantissa = fraction << shift;
        number.exponent = 1 - shift - bias;
    } else {
        number.significant_bits = width + 1;
        number.mantissa = fraction | (std::uint64_t{1} << width);
        number.exponent = biased_exponent - bias;
    }
    number.mantissa <<= mantissa_shift - width;
    return number;
}

template <class Float>
std::optional<std::string> spell_special(Float value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
    return std::nullopt;
}

}  // namespace

std::string java_double(double value) {
    if (auto special = spell_special(value)) return *special;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto fraction = bits & ((std::uint64_t{1} << 52) - 1);
    const auto exponent = static_cast<int>((bits >> 52) & 0x7FF);
    return spell(to_decimal(to_binary(fraction, exponent, 1023, 52)), value < 0);
}

std::string java_float(float value) {
    if (auto special = spell_special(value)) return *special;
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto fraction = std::uint64_t{bits & ((1U << 23) - 1)};
    const auto exponent = static_cast<int>((bits >> 23) & 0xFF);
    return spell(to_decimal(to_binary(fraction, exponent, 127, 23)), value < 0);
}

}  // namespace sgw::schema::text
