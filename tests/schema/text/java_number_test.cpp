#include "store/schema/text/java_number.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sgw::schema::text {
namespace {

TEST(JavaNumber, DoublesPrintAsJdk17Prints) {
    const struct {
        double value;
        const char* text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.001, "0.001"},
        {0.00099, "9.9E-4"},
        {9999999.0, "9999999.0"},
        {1e7, "1.0E7"},
        {1e20, "1.0E20"},
        {4.35, "4.35"},
        {0.1, "0.1"},
        {1e22, "1.0E22"},
        {9007199254740993.0, "9.007199254740992E15"},
        {123456789012345680.0, "1.2345678901234568E17"},
        // More digits, or others, than the shortest ones that JDK 19 and everybody else print.
        {4.611686018427388e18, "4.6116860184273879E18"},
        {1.1036410159953971e18, "1.10364101599539712E18"},
        {2e23, "1.9999999999999998E23"},
        {8.41e21, "8.409999999999999E21"},
        {4.591774807899561e-41, "4.5917748078995606E-41"},
        {4.9e-324, "4.9E-324"},
        {2.2250738585072014e-308, "2.2250738585072014E-308"},
        {1.7976931348623157e308, "1.7976931348623157E308"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN"},
        {std::numeric_limits<double>::infinity(), "Infinity"},
        {-std::numeric_limits<double>::infinity(), "-Infinity"}};
    for (const auto& c : cases) EXPECT_EQ(java_double(c.value), c.text);
}

TEST(JavaNumber, FloatsPrintAsJdk17Prints) {
    const struct {
        float value;
        const char* text;
    } cases[] = {{1.0F, "1.0"},
                 {0.1F, "0.1"},
                 {1e10F, "1.0E10"},
                 {2147483648.0F, "2.14748365E9"},
                 {33554432.0F, "3.3554432E7"},
                 {8.5899346e9F, "8.5899346E9"},
                 {3.4028235e38F, "3.4028235E38"},
                 {1.4e-45F, "1.4E-45"},
                 {1.17549435e-38F, "1.17549435E-38"},
                 {-std::numeric_limits<float>::infinity(), "-Infinity"}};
    for (const auto& c : cases) EXPECT_EQ(java_float(c.value), c.text);
}

TEST(JavaNumber, TextsAreReadAsDoubleValueOfReadsThem) {
    const struct {
        const char* text;
        const char* printed;
    } cases[] = {{"1", "1.0"},
                 {"1.", "1.0"},
                 {".5", "0.5"},
                 {"-.5e3", "-500.0"},
                 {"+7", "7.0"},
                 {" \t3\n", "3.0"},
                 {"0x1p3", "8.0"},
                 {"0x1.8p-3", "0.1875"},
                 {"0xap1f", "20.0"},
                 {"1d", "1.0"},
                 {"1F", "1.0"},
                 {"1e+5", "100000.0"},
                 {"00012", "12.0"},
                 {"NaN", "NaN"},
                 {"+Infinity", "Infinity"},
                 {"-Infinity", "-Infinity"},
                 {"1e400", "Infinity"},
                 {"-1e400", "-Infinity"},
                 {"1e-400", "0.0"},
                 {"0e999999999", "0.0"},
                 {"0.000001e400", "Infinity"},
                 {"1e99999999999999999999", "Infinity"},
                 {"1e-99999999999999999999", "0.0"},
                 {"0x1p400000", "Infinity"},
                 {"0x1p-400000", "0.0"},
                 {"-0", "-0.0"}};
    for (const auto& c : cases) {
        const auto value = parse_java_double(c.text);
        ASSERT_TRUE(value.has_value()) << c.text;
        EXPECT_EQ(java_double(*value), c.printed) << c.text;
    }
}

TEST(JavaNumber, WhatDoubleValueOfRefusesIsRefused) {
    for (const char* text : {"",
                             " ",
                             ".",
                             "e5",
                             "1e",
                             "0x1",
                             "0x",
                             "0x.p1",
                             "1dd",
                             "1fd",
                             "inf",
                             "nan",
                             "Infinityx",
                             "1_0",
                             "1 2",
                             "--1",
                             "\u00A01"}) {
        EXPECT_FALSE(parse_java_double(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace sgw::schema::text
