#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace koine {
namespace {

TEST(Decimal, IsReadAsItIsWritten) {
    struct Case {
        std::string_view text;
        std::string_view want;  ///< sign whole|fraction|exponent; empty: none
    };
    std::vector<Case> const cases = {
        {"12.50", "12|50|0"},
        {"-4", "-4||0"},
        {"+4.", "4||0"},
        {".5", "|5|0"},
        {"-.5", "-|5|0"},
        {"1e3", "1||3"},
        {"1.5E+03", "1|5|3"},
        {"1e-999999999", "1||-999999999"},
        {"000", "000||0"},
        {"", ""},
        {".", ""},
        {"-", ""},
        {"+-1", ""},
        {"--1", ""},
        {"1..2", ""},
        {"1.2.3", ""},
        {"1,5", ""},
        {" 1", ""},
        {"1 ", ""},
        {"1e", ""},
        {"1e+", ""},
        {"1e+-3", ""},
        {"1e1234567890", ""},
        {"1e3x", ""},
        {"e3", ""},
        {"0x1", ""},
        {"NaN", ""},
        {"Infinity", ""},
        {"\xd9\xa1", ""},
    };
    for (auto const& [text, want] : cases) {
        SCOPED_TRACE(text);
        std::string got;
        if (auto const number = parse_decimal(text))
            got = (number->negative ? "-" : "") + std::string(number->whole) + "|" + std::string(number->fraction) + "|" +
                  std::to_string(number->exponent);
        EXPECT_EQ(got, want);
    }
    EXPECT_TRUE(parse_decimal(std::string(100'000, '7')));
}

TEST(Decimal, ComparesByValueHoweverItIsWritten) {
    auto const long_one = "1" + std::string(5000, '0');
    // Ascending; those of one line are equivalent.
    std::vector<std::vector<std::string>> const lines = {
        {"-" + long_one, "-1e5000"},
        {"-18.0", "-18", "-018.000", "-1.8e1"},
        {"-4.2", "-4.20"},
        {"-4.1999999999999999999999999"},
        {"-0.001"},
        {"0", "-0", "0.00", "+0", ".0", "0.", "0e9", "-0e-9"},
        {"1e-999999999"},
        {"0.00000000000000000000000000000000001"},
        {"0.05", ".05", "5e-2"},
        {"0.5"},
        {"1", "1.0", "1.00", "10e-1", "0.1e1"},
        {"4.2", "4.20"},
        {"4.2000000000000000000000000000000000000001"},
        {"9.99"},
        {"10"},
        {"18.0"},
        {"100"},
        {"9007199254740992"},
        {"9007199254740993"},
        {"9007199254740993.0000000000001"},
        {long_one, "1e5000", long_one + ".0"},
        {long_one + ".1"},
        {"1e999999999"},
    };
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (std::size_t j = 0; j < lines.size(); ++j)
            for (auto const& left : lines[i])
                for (auto const& right : lines[j])
                    EXPECT_EQ(compare(*parse_decimal(left), *parse_decimal(right)), i <=> j) << left << " and " << right;
}

/// Against whole numbers of ten-thousandths, which those of few digits are.
TEST(Decimal, AgreesWithWholeNumbersOnSmallOnes) {
    std::mt19937 random(20261122);
    auto const made = [&](std::string& text) {
        auto const units = static_cast<int>(random() % 2'000'001) - 1'000'000;
        auto digits = std::to_string(std::abs(units));
        if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
        text = (units < 0 ? "-" : "") + std::string(random() % 3, '0') + digits;
        text.insert(text.size() - 4, ".");
        text.append(random() % 3, '0');
        return units;
    };
    for (int round = 0; round < 50'000; ++round) {
        std::string left;
        std::string right;
        auto const one = made(left);
        auto const other = made(right);
        ASSERT_EQ(compare(*parse_decimal(left), *parse_decimal(right)), one <=> other) << left << " and " << right;
    }
}

}  // namespace
}  // namespace koine
