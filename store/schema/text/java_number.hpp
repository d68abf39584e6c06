// Numbers in Java's spelling: what Double.toString, Float.toString and Double.valueOf of JDK 17 do.
// Stored texts are hashed, so each digit counts, also where that JDK prints one more than needed.
// Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sgw::schema::text {

/// Double.toString: "1.0", "1.0E20", "NaN", "-Infinity".
std::string java_double(double value);
/// Float.toString.
std::string java_float(float value);

/// The double nearest to a JSON number; too large ones are infinite. Knows NaN, Infinity and
/// -Infinity.
double number_to_double(std::string_view json_number);

/// Double.valueOf(String): blanks around are ignored; decimal or hexadecimal, perhaps with a suffix
/// d or f.
std::optional<double> parse_java_double(std::string_view text);

/// String.trim: without the blanks and control characters on both sides.
std::string_view java_trim(std::string_view text);

}  // namespace sgw::schema::text
