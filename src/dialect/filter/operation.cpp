#include "dialect/filter/operation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace koine::dialect {
namespace {

using query::Operator;
using query::Quantifier;

enum class Form : std::uint8_t { value, quantifiable, text_search, list, truth };

struct Word {
    std::string_view word;
    Operator op;
    Form form;
};

constexpr std::array kWords = {
    Word{"eq", Operator::eq, Form::quantifiable},
    Word{"in", Operator::in, Form::list},
    Word{"is", Operator::is_null, Form::truth},
    Word{"gt", Operator::gt, Form::quantifiable},
    Word{"gte", Operator::gte, Form::quantifiable},
    Word{"lt", Operator::lt, Form::quantifiable},
    Word{"lte", Operator::lte, Form::quantifiable},
    Word{"neq", Operator::neq, Form::value},
    Word{"like", Operator::like, Form::quantifiable},
    Word{"ilike", Operator::ilike, Form::quantifiable},
    Word{"match", Operator::match, Form::quantifiable},
    Word{"imatch", Operator::imatch, Form::quantifiable},
    Word{"isdistinct", Operator::is_distinct, Form::value},
    Word{"cs", Operator::contains, Form::value},
    Word{"cd", Operator::contained, Form::value},
    Word{"ov", Operator::overlaps, Form::value},
    Word{"sl", Operator::strictly_left, Form::value},
    Word{"sr", Operator::strictly_right, Form::value},
    Word{"nxr", Operator::not_right_of, Form::value},
    Word{"nxl", Operator::not_left_of, Form::value},
    Word{"adj", Operator::adjacent, Form::value},
    Word{"fts", Operator::text_query, Form::text_search},
    Word{"plfts", Operator::plain_text, Form::text_search},
    Word{"phfts", Operator::phrase_text, Form::text_search},
    Word{"wfts", Operator::web_text, Form::text_search},
};

struct Truth {
    std::string_view word;
    Operator op;
};

constexpr std::array kTruths = {
    Truth{"null", Operator::is_null},
    Truth{"true", Operator::is_true},
    Truth{"false", Operator::is_false},
    Truth{"unknown", Operator::is_unknown},
    Truth{"not_null", Operator::is_not_null},
};

constexpr std::string_view kDelimiterExpected = "delimiter (.)";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::size_t common_prefix(std::string_view text, std::string_view word) {
    std::size_t size = 0;
    while (size < text.size() && size < word.size() && lower(text[size]) == word[size]) ++size;
    return size;
}

Result<Word const*> scan_word(Scanner& scanner, bool negated) {
    auto const rest = scanner.rest();
    std::size_t size = 0;
    while (size < rest.size() && rest[size] >= 'a' && rest[size] <= 'z') ++size;
    auto const found = std::ranges::find(kWords, rest.substr(0, size), &Word::word);
    if (found == kWords.end()) return scanner.unexpected(negated ? "operator (eq, gt, ...)" : "\"not\" or operator (eq, gt, ...)");
    scanner.advance(size);
    return &*found;
}

Result<Operator> scan_truth(Scanner& scanner) {
    std::size_t furthest = 0;
    for (auto const& truth : kTruths) {
        auto const size = common_prefix(scanner.rest(), truth.word);
        if (size == truth.word.size()) {
            scanner.advance(size);
            return truth.op;
        }
        // The position that the original tells is that of the four words it began with.
        if (truth.op != Operator::is_not_null) furthest = std::max(furthest, size);
    }
    scanner.advance(furthest);
    return scanner.unexpected("isVal: (null, not_null, true, false, unknown)");
}

Result<std::vector<std::string>> scan_list(Scanner& scanner, std::size_t max_list) {
    scanner.skip_blanks();
    KOINE_TRY(scanner.expect('(', "\"(\""));
    scanner.skip_blanks();
    std::vector<std::string> items;
    do {
        if (items.size() == max_list) return exceeds("items of a list", max_list);
        if (auto quoted = scan_quoted_item(scanner))
            items.push_back(std::move(*quoted));
        else
            items.emplace_back(scanner.take_until(",)"));
    } while (scanner.accept(','));
    KOINE_TRY(scanner.expect(')', "\",\" or \")\""));
    if (items.size() == 1 && items[0].empty()) items.clear();
    return items;
}

/// `{…}` without braces inside; nothing and no step otherwise.
std::string_view scan_braces(Scanner& scanner) {
    auto const rest = scanner.rest();
    if (!rest.starts_with('{')) return {};
    auto const end = rest.find_first_of("{}", 1);
    if (end == std::string_view::npos || rest[end] != '}') return {};
    scanner.advance(end + 1);
    return rest.substr(0, end + 1);
}

std::string scan_value(Scanner& scanner, Place place) {
    if (place == Place::alone) return std::string(scanner.take_rest());
    if (auto quoted = scan_quoted_item(scanner)) return std::move(*quoted);
    if (auto const braces = scan_braces(scanner); !braces.empty()) return std::string(braces);
    return std::string(scanner.take_until(",)"));
}

Quantifier scan_quantifier(Scanner& scanner) {
    if (scanner.accept("(any)")) return Quantifier::any;
    return scanner.accept("(all)") ? Quantifier::all : Quantifier::none;
}

Result<void> scan_text_search(Scanner& scanner, query::Condition& condition) {
    if (!scanner.accept('(')) return outcome::success();
    KOINE_TRY(condition.config, scan_identifier(scanner, "name of a text search configuration"));
    return scanner.expect(')', "\")\"");
}

}  // namespace

std::string operator_words() {
    std::string words;
    for (auto const& word : kWords) {
        // No type of the model is a range or a search document.
        if (word.form == Form::text_search || (word.op >= Operator::overlaps && word.op <= Operator::adjacent)) continue;
        words.append(words.empty() ? "" : ", ").append(word.word);
        if (word.form == Form::list) words += ".(a,b)";
        if (word.form != Form::truth) continue;
        char separator = '.';
        for (auto const& truth : kTruths) {
            words.append(1, separator).append(truth.word);
            separator = '|';
        }
    }
    return words;
}

Result<void> scan_operation(Scanner& scanner, Place place, std::size_t max_list, query::Filter& filter) {
    auto& condition = filter.condition;
    filter.negated = scanner.accept("not.");
    KOINE_TRY(auto const* word, scan_word(scanner, filter.negated));
    condition.op = word->op;
    if (word->form == Form::quantifiable) condition.quantifier = scan_quantifier(scanner);
    if (word->form == Form::text_search) {
        KOINE_TRY(scan_text_search(scanner, condition));
    }
    KOINE_TRY(scanner.expect('.', kDelimiterExpected));

    if (word->form == Form::list) {
        KOINE_TRY(condition.values, scan_list(scanner, max_list));
        if (place == Place::alone) scanner.skip_blanks();
    } else if (word->form == Form::truth) {
        KOINE_TRY(condition.op, scan_truth(scanner));
    } else {
        auto value = scan_value(scanner, place);
        if (condition.op == Operator::like || condition.op == Operator::ilike) std::ranges::replace(value, '*', '%');
        if (condition.quantifier == Quantifier::none) {
            condition.values.push_back(std::move(value));
        } else {
            KOINE_TRY(condition.values, parse_array_literal(value, max_list));
        }
    }
    if (place == Place::alone) return scanner.expect_end(kEnd);
    return outcome::success();
}

}  // namespace koine::dialect
