#include "base/result.hpp"
#include "expression/functions.hpp"
#include "expression/lexer.hpp"
#include "expression/typing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::expression {
namespace {

using Kind = Formula::Kind;

constexpr std::size_t kLongestText = 4096;
constexpr int kDeepest = 64;

/// How tightly operators bind, from loose to tight.
enum Binding : int { kLoosest, kOr, kAnd, kNot, kCompare, kSum, kProduct, kSign };

struct Operator {
    std::string_view symbol;
    Binding binding;
    Kind kind;
    Formula::Op op = Formula::Op::eq;
};
constexpr std::array<Operator, 14> kOperators = {
    {{"or", kOr, Kind::any_of},
     {"and", kAnd, Kind::all_of},
     {"in", kCompare, Kind::in},
     {"not", kCompare, Kind::negation},  // x not in (…)
     {"==", kCompare, Kind::compare, Formula::Op::eq},
     {"!=", kCompare, Kind::compare, Formula::Op::neq},
     {"<", kCompare, Kind::compare, Formula::Op::lt},
     {"<=", kCompare, Kind::compare, Formula::Op::lte},
     {">", kCompare, Kind::compare, Formula::Op::gt},
     {">=", kCompare, Kind::compare, Formula::Op::gte},
     {"+", kSum, Kind::arithmetic, Formula::Op::add},
     {"-", kSum, Kind::arithmetic, Formula::Op::subtract},
     {"*", kProduct, Kind::arithmetic, Formula::Op::multiply},
     {"/", kProduct, Kind::arithmetic, Formula::Op::divide}}
};

Operator const* operator_of(Token const& token) {
    auto const found = std::ranges::find_if(kOperators, [&](Operator const& each) { return token.is(each.symbol); });
    return found == kOperators.end() ? nullptr : &*found;
}

bool is_word(std::string_view name) {
    static constexpr std::array<std::string_view, 7> kWords = {"and", "or", "not", "in", "true", "false", "null"};
    return std::ranges::find(kWords, name) != kWords.end();
}

std::string shown(Token const& token) {
    return token.kind == Token::Kind::end ? std::string("the end") : fmt::format("`{}`", token.text.substr(0, 40));
}

/// A formula with the height of its tree.
struct Tree {
    Formula formula;
    int height = 1;
};

Tree leaf(Kind kind, Class type, Token const& token) {
    Tree tree;
    tree.formula.kind = kind;
    tree.formula.type = type;
    tree.formula.column = token.column;
    tree.formula.literal = kind == Kind::text ? token.value : std::string(token.text);
    return tree;
}

class Parser {
public:
    Parser(std::string_view text, Names const& names) : lexer_(text), names_(names) { advance(); }

    Result<Formula> whole() {
        KOINE_TRY(auto tree, expression(kLoosest));
        if (token_.kind != Token::Kind::end) return unexpected("an operator", {"and", "or", "in", "not"});
        return std::move(tree.formula);
    }

private:
    void advance() { token_ = lexer_.next(); }

    Problem unexpected(std::string_view expected, std::vector<std::string_view> const& words) const {
        if (token_.kind == Token::Kind::mistake) return mistake_at(token_.column, token_.value);
        auto const near = token_.kind == Token::Kind::name ? model::nearest(token_.text, words) : std::nullopt;
        return mistake_at(
            token_.column, fmt::format("expected {}, found {}{}", expected, shown(token_), near ? fmt::format("; perhaps `{}`", *near) : "")
        );
    }

    Result<void> expect(std::string_view symbol) {
        if (!token_.is(symbol)) return unexpected(fmt::format("`{}`", symbol), {});
        advance();
        return outcome::success();
    }

    /// A node above its operands.
    Result<Tree> above(Formula formula, std::vector<Tree> operands) const {
        Tree tree;
        for (auto& operand : operands) {
            tree.height = std::max(tree.height, operand.height + 1);
            formula.operands.push_back(std::move(operand.formula));
        }
        if (tree.height > kDeepest) return mistake_at(formula.column, fmt::format("formulas are nested at most {} deep", kDeepest));
        KOINE_TRY(give_type(formula));
        tree.formula = std::move(formula);
        return tree;
    }

    Result<Tree> expression(int loosest) {
        if (++depth_ > kDeepest) return mistake_at(token_.column, fmt::format("formulas are nested at most {} deep", kDeepest));
        KOINE_TRY(auto tree, operand());
        for (auto const* each = operator_of(token_); each != nullptr && each->binding >= loosest; each = operator_of(token_)) {
            KOINE_TRY(auto next, behind(std::move(tree), *each));
            tree = std::move(next);
            auto const* following = operator_of(token_);
            if (each->binding == kCompare && following != nullptr && following->binding == kCompare)
                return mistake_at(token_.column, "comparisons are not chained: join them with `and`");
        }
        --depth_;
        return tree;
    }

    /// What an operator makes of the tree before it.
    Result<Tree> behind(Tree left, Operator const& found) {
        Formula formula;
        formula.kind = found.kind;
        formula.op = found.op;
        formula.column = token_.column;
        advance();
        if (found.kind == Kind::negation) {
            KOINE_TRY(expect("in"));
            KOINE_TRY(auto inner, list(std::move(left), formula.column));
            return above(std::move(formula), one(std::move(inner)));
        }
        if (found.kind == Kind::in) return list(std::move(left), formula.column);
        KOINE_TRY(auto right, expression(found.binding + 1));
        bool const joins = found.kind == Kind::all_of || found.kind == Kind::any_of;
        if (joins && left.formula.kind == found.kind) return joined(std::move(left), std::move(right));
        return above(std::move(formula), two(std::move(left), std::move(right)));
    }

    /// One more operand of an `and` or `or`.
    Result<Tree> joined(Tree left, Tree right) const {
        left.height = std::max(left.height, right.height + 1);
        left.formula.operands.push_back(std::move(right.formula));
        if (left.height > kDeepest) return mistake_at(left.formula.column, fmt::format("formulas are nested at most {} deep", kDeepest));
        KOINE_TRY(give_type(left.formula));
        return left;
    }

    Result<Tree> list(Tree left, int column) {
        Formula formula;
        formula.kind = Kind::in;
        formula.column = column;
        KOINE_TRY(expect("("));
        std::vector<Tree> operands;
        operands.push_back(std::move(left));
        KOINE_TRY(arguments(operands));
        if (operands.size() == 1) return mistake_at(column, "`in ()` holds of nothing: give it values");
        return above(std::move(formula), std::move(operands));
    }

    /// Expressions up to the closing bracket.
    Result<void> arguments(std::vector<Tree>& into) {
        if (token_.is(")")) {
            advance();
            return outcome::success();
        }
        while (true) {
            KOINE_TRY(auto each, expression(kLoosest));
            into.push_back(std::move(each));
            if (!token_.is(",")) break;
            advance();
        }
        if (!token_.is(")")) return unexpected("`,` or `)`", {"and", "or", "in"});
        advance();
        return outcome::success();
    }

    Result<Tree> operand() {
        auto const token = token_;
        if (token.is("(")) {
            advance();
            KOINE_TRY(auto inner, expression(kLoosest));
            KOINE_TRY(expect(")"));
            return inner;
        }
        if (token.is("-")) return negative();
        if (token.is("not")) {
            advance();
            Formula formula;
            formula.kind = Kind::negation;
            formula.column = token.column;
            KOINE_TRY(auto inner, expression(kNot));
            return above(std::move(formula), one(std::move(inner)));
        }
        if (token.kind == Token::Kind::number || token.kind == Token::Kind::text) {
            advance();
            bool const number = token.kind == Token::Kind::number;
            return leaf(number ? Kind::number : Kind::text, number ? Class::number : Class::text, token);
        }
        if (token.kind != Token::Kind::name) return unexpected("a value", {});
        return named(token);
    }

    Result<Tree> negative() {
        Formula formula;
        formula.kind = Kind::arithmetic;
        formula.op = Formula::Op::subtract;
        formula.column = token_.column;
        advance();
        bool const literal = token_.kind == Token::Kind::number;
        KOINE_TRY(auto inner, expression(kSign));
        if (literal) {
            inner.formula.literal.insert(0, 1, '-');
            inner.formula.column = formula.column;
            return inner;
        }
        Tree zero;
        zero.formula.kind = Kind::number;
        zero.formula.type = Class::number;
        zero.formula.literal = "0";
        zero.formula.column = formula.column;
        return above(std::move(formula), two(std::move(zero), std::move(inner)));
    }

    Result<Tree> named(Token const& token) {
        if (token.text == "true" || token.text == "false" || token.text == "null") {
            advance();
            return leaf(token.text == "null" ? Kind::null : Kind::boolean, token.text == "null" ? Class::any : Class::boolean, token);
        }
        if (is_word(token.text)) return unexpected("a value", {});
        advance();
        return token_.is("(") ? function(token) : path(token);
    }

    Result<Tree> path(Token const& token) const {
        Tree tree;
        auto& formula = tree.formula;
        formula.kind = Kind::path;
        formula.column = token.column;
        formula.path = token.text;
        if (formula.path.starts_with("outer.")) {
            if (relation_.empty()) return mistake_at(token.column, "`outer` is the row around a condition in exists(…) or count(…)");
            formula.outer = true;
            formula.path.erase(0, std::string_view("outer.").size());
        }
        auto const type = names_(formula.outer ? std::string_view() : std::string_view(relation_), formula.path);
        if (!type) {
            auto const near = model::nearest(token.text, {"true", "false", "null"});
            return mistake_at(
                token.column, fmt::format("there is no field `{}`{}", token.text, near ? fmt::format("; perhaps `{}`", *near) : "")
            );
        }
        formula.type = *type;
        return tree;
    }

    Result<Tree> function(Token const& token) {
        auto const found = function_named(token.text);
        if (!found) {
            std::vector<std::string_view> all;
            for (auto const& signature : signatures()) all.push_back(signature.name);
            auto const near = model::nearest(token.text, all);
            return mistake_at(
                token.column, fmt::format("there is no function `{}`{}", token.text, near ? fmt::format("; perhaps `{}`", *near) : "")
            );
        }
        advance();
        Formula formula;
        formula.kind = Kind::call;
        formula.function = *found;
        formula.column = token.column;
        if (*found == Function::exists || *found == Function::count) return of_relation(std::move(formula));
        std::vector<Tree> operands;
        KOINE_TRY(arguments(operands));
        return above(std::move(formula), std::move(operands));
    }

    /// exists(relation, condition): the names of the condition are the relation's.
    Result<Tree> of_relation(Formula formula) {
        if (!relation_.empty())
            return mistake_at(formula.column, fmt::format("`{}` cannot stand in the condition of another", to_string(formula.function)));
        if (token_.kind != Token::Kind::name || is_word(token_.text)) return unexpected("the name of a relation", {});
        formula.relation = token_.text;
        advance();
        std::vector<Tree> operands;
        if (token_.is(",")) {
            advance();
            relation_ = formula.relation;
            KOINE_TRY(auto condition, expression(kLoosest));
            relation_.clear();
            operands.push_back(std::move(condition));
        }
        KOINE_TRY(expect(")"));
        return above(std::move(formula), std::move(operands));
    }

    static std::vector<Tree> one(Tree tree) {
        std::vector<Tree> trees;
        trees.push_back(std::move(tree));
        return trees;
    }
    static std::vector<Tree> two(Tree left, Tree right) {
        auto trees = one(std::move(left));
        trees.push_back(std::move(right));
        return trees;
    }

    Lexer lexer_;
    Names const& names_;
    Token token_;
    std::string relation_;  ///< whose condition is being read; empty: none's
    int depth_ = 0;
};

}  // namespace

Result<Formula> parse(std::string_view text, Names const& names) {
    if (text.size() > kLongestText) return mistake_at(1, fmt::format("a formula has at most {} bytes", kLongestText));
    return Parser(text, names).whole();
}

}  // namespace koine::expression
