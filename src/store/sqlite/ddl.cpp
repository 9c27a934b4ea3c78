#include "store/sqlite/ddl.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace koine::store::sqlite {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80; }

/// Where the quoted piece that begins at `start` ends. A doubled closing quote stands for one, except in […].
std::size_t end_of_quoted(std::string_view sql, std::size_t start) {
    char const close = sql[start] == '[' ? ']' : sql[start];
    for (std::size_t i = start + 1; i < sql.size(); ++i) {
        if (sql[i] != close) continue;
        if (close == ']' || i + 1 >= sql.size() || sql[i + 1] != close) return i + 1;
        ++i;
    }
    return sql.size();
}

std::size_t end_of_comment(std::string_view sql, std::size_t start) {
    bool const line = sql[start] == '-';
    auto found = line ? sql.find('\n', start) : sql.find("*/", start + 2);
    if (found == std::string_view::npos) return sql.size();
    return found + (line ? 1 : 2);
}

std::size_t end_of_words(std::string_view sql, std::size_t start) {
    while (start < sql.size() && is_word(sql[start])) ++start;
    return start;
}

using Tokens = std::span<DdlToken const>;

/// The tokens of a parenthesis that opens at `at`, without it, and where the text goes on. All the rest if it never closes.
std::pair<Tokens, std::size_t> inside(Tokens tokens, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t i = at; i < tokens.size(); ++i) {
        if (tokens[i].is('(')) ++depth;
        if (tokens[i].is(')') && --depth == 0) return {tokens.subspan(at + 1, i - at - 1), i + 1};
    }
    return {tokens.subspan(at + 1), tokens.size()};
}

/// Cuts at the commas outside parentheses.
std::vector<Tokens> parts(Tokens tokens) {
    std::vector<Tokens> all;
    std::size_t depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is('(')) ++depth;
        if (tokens[i].is(')') && depth > 0) --depth;
        if (!tokens[i].is(',') || depth > 0) continue;
        all.push_back(tokens.subspan(start, i - start));
        start = i + 1;
    }
    all.push_back(tokens.subspan(start));
    return all;
}

std::vector<std::string> first_names(Tokens list) {
    std::vector<std::string> names;
    for (Tokens part : parts(list))
        if (!part.empty() && part.front().may_be_name()) names.push_back(part.front().name_text());
    return names;
}

/// Reads the constraints of one column or of the table: the same words in both, but for where the columns' names come from.
class ConstraintReader {
public:
    explicit ConstraintReader(TableDdl& table) : table_(table) {}

    void read_column(Tokens definition) { read(definition.subspan(1), {definition.front().name_text()}); }
    void read_table_constraint(Tokens definition) { read(definition, {}); }

    /// Finds out which columns the checks name, now that all are known.
    void resolve_checks(std::vector<std::string> const& columns) {
        for (std::size_t i = 0; i < checks_.size(); ++i) {
            auto& named = table_.checks[i].columns;
            for (DdlToken const& token : checks_[i]) {
                if (!token.may_be_name() || token.kind == DdlToken::Kind::string) continue;
                std::string name = token.name_text();
                auto is_it = [&](std::string const& column) { return same_name(column, name); };
                auto found = std::ranges::find_if(columns, is_it);
                if (found != columns.end() && std::ranges::find(named, *found) == named.end()) named.push_back(*found);
            }
        }
    }

private:
    void read(Tokens tokens, std::vector<std::string> const& column) {
        std::string name;
        for (std::size_t i = 0; i < tokens.size();) {
            auto next_is = [&](char c) { return i + 1 < tokens.size() && tokens[i + 1].is(c); };
            bool const key_follows = i + 1 < tokens.size() && tokens[i + 1].is("KEY");
            if (tokens[i].is("CONSTRAINT") && i + 1 < tokens.size()) {
                name = tokens[i + 1].may_be_name() ? tokens[i + 1].name_text() : std::string();
                i += 2;
            } else if (tokens[i].is("PRIMARY") && key_follows) {
                table_.primary_key = take_key(tokens, i + 2, column, name);
                i += 2;
            } else if (tokens[i].is("UNIQUE")) {
                table_.unique_keys.push_back(take_key(tokens, i + 1, column, name));
                ++i;
            } else if (tokens[i].is("FOREIGN") && key_follows) {
                table_.foreign_keys.push_back(take_key(tokens, i + 2, column, name));
                i = skip_references(tokens, i + 2);
            } else if (tokens[i].is("REFERENCES")) {
                if (!column.empty()) table_.foreign_keys.push_back({std::exchange(name, {}), column});
                i += 2;
            } else if (tokens[i].is("CHECK") && next_is('(')) {
                i = take_check(tokens, i + 1, name);
            } else if (tokens[i].is('(')) {
                i = inside(tokens, i).second;
            } else {
                // A name belongs to the constraint that follows it at once: NOT NULL, DEFAULT, COLLATE use theirs up.
                bool const other = tokens[i].is("NOT") || tokens[i].is("NULL") || tokens[i].is("DEFAULT") || tokens[i].is("COLLATE") ||
                                   tokens[i].is("GENERATED") || tokens[i].is("AS");
                if (other) name.clear();
                ++i;
            }
        }
    }

    static DdlKey take_key(Tokens tokens, std::size_t at, std::vector<std::string> const& column, std::string& name) {
        DdlKey key{std::exchange(name, {}), column};
        if (column.empty() && at < tokens.size() && tokens[at].is('(')) key.columns = first_names(inside(tokens, at).first);
        return key;
    }

    static std::size_t skip_references(Tokens tokens, std::size_t at) {
        if (at < tokens.size() && tokens[at].is('(')) at = inside(tokens, at).second;
        return at < tokens.size() && tokens[at].is("REFERENCES") ? at + 2 : at;
    }

    std::size_t take_check(Tokens tokens, std::size_t at, std::string& name) {
        auto [expression, next] = inside(tokens, at);
        std::string text;
        if (!expression.empty()) {
            char const* begin = expression.front().text.data();
            char const* end = expression.back().text.data() + expression.back().text.size();
            text.assign(begin, end);
        }
        table_.checks.push_back({std::exchange(name, {}), std::move(text), {}});
        checks_.push_back(expression);
        return next;
    }

    TableDdl& table_;
    std::vector<Tokens> checks_;
};

/// True if the definition begins as a table constraint does. `check` and the rest are reserved words, so no column begins so unquoted.
bool is_table_constraint(Tokens definition) {
    for (std::string_view word : {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
        if (definition.front().is(word)) return true;
    return false;
}

/// True where one of the words stands outside parentheses.
bool has_word(Tokens tokens, std::initializer_list<std::string_view> words) {
    std::size_t depth = 0;
    for (DdlToken const& token : tokens) {
        if (token.is('(')) ++depth;
        if (token.is(')') && depth > 0) --depth;
        if (depth == 0 && std::ranges::any_of(words, [&](std::string_view word) { return token.is(word); })) return true;
    }
    return false;
}

std::optional<std::string> plain_source(Tokens query) {
    if (query.empty() || !query.front().is("SELECT") || query.size() < 2 || query[1].is("DISTINCT")) return std::nullopt;
    if (has_word(query, {"GROUP", "HAVING", "JOIN"})) return std::nullopt;
    std::size_t depth = 0;
    std::size_t from = 0;
    for (std::size_t i = 1; i < query.size() && from == 0; ++i) {
        if (query[i].is('(')) ++depth;
        if (query[i].is(')') && depth > 0) --depth;
        if (depth == 0 && query[i].is("FROM")) from = i + 1;
    }
    if (from == 0 || from >= query.size() || !query[from].may_be_name()) return std::nullopt;
    std::string source = query[from].name_text();
    std::size_t next = from + 1;
    if (next + 1 < query.size() && query[next].is('.')) {
        if (!same_name(source, "main") || !query[next + 1].may_be_name()) return std::nullopt;
        source = query[next + 1].name_text();
        next += 2;
    }
    for (; next < query.size() && !query[next].is("WHERE") && !query[next].is("ORDER") && !query[next].is("LIMIT") &&
           !query[next].is("WINDOW");
         ++next)
        if (query[next].kind == DdlToken::Kind::punctuation && !query[next].is(';'))
            return std::nullopt;  // a comma joins, a parenthesis calls
    return source;
}

}  // namespace

bool same_name(std::string_view left, std::string_view right) { return ascii_equal(left, right); }

std::string folded_name(std::string_view name) {
    std::string folded(name);
    std::ranges::transform(folded, folded.begin(), ascii_lower);
    return folded;
}

bool DdlToken::is(std::string_view keyword) const { return kind == Kind::word && same_name(text, keyword); }

std::string DdlToken::name_text() const {
    if (kind != Kind::name && kind != Kind::string) return std::string(text);
    char const close = text.front() == '[' ? ']' : text.front();
    std::string_view body = text.substr(1);
    if (body.ends_with(close)) body.remove_suffix(1);
    std::string plain;
    plain.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        plain += body[i];
        if (close != ']' && body[i] == close && i + 1 < body.size() && body[i + 1] == close) ++i;
    }
    return plain;
}

std::vector<DdlToken> tokenize_ddl(std::string_view sql) {
    using enum DdlToken::Kind;
    std::vector<DdlToken> tokens;
    std::size_t i = 0;
    while (i < sql.size()) {
        char const c = sql[i];
        bool const comment = sql.substr(i, 2) == "--" || sql.substr(i, 2) == "/*";
        std::size_t end = i + 1;
        if (is_blank(c)) {
            i = end;
            continue;
        }
        if (comment) {
            i = end_of_comment(sql, i);
            continue;
        }
        auto kind = punctuation;
        if (c == '\'' || c == '"' || c == '`' || c == '[') {
            kind = c == '\'' ? string : name;
            end = end_of_quoted(sql, i);
        } else if ((c == 'x' || c == 'X') && i + 1 < sql.size() && sql[i + 1] == '\'') {
            kind = number;
            end = end_of_quoted(sql, i + 1);
        } else if (is_ascii_digit(c) || (c == '.' && i + 1 < sql.size() && is_ascii_digit(sql[i + 1]))) {
            kind = number;
            end = end_of_words(sql, i + 1);
        } else if (is_word(c)) {
            kind = word;
            end = end_of_words(sql, i);
        }
        tokens.push_back({kind, sql.substr(i, end - i)});
        i = end;
    }
    return tokens;
}

TableDdl parse_create_table(std::string_view sql) {
    TableDdl table;
    std::vector<DdlToken> const all = tokenize_ddl(sql);
    Tokens const tokens(all);
    auto open = std::ranges::find_if(tokens, [](DdlToken const& token) { return token.is('('); });
    if (open == tokens.end()) return table;
    ConstraintReader reader(table);
    std::vector<std::string> columns;
    for (Tokens definition : parts(inside(tokens, static_cast<std::size_t>(open - tokens.begin())).first)) {
        if (definition.empty()) continue;
        if (is_table_constraint(definition)) {
            reader.read_table_constraint(definition);
        } else if (definition.front().may_be_name()) {
            columns.push_back(definition.front().name_text());
            reader.read_column(definition);
        }
    }
    reader.resolve_checks(columns);
    return table;
}

std::string virtual_table_module(std::string_view sql) {
    std::vector<DdlToken> const tokens = tokenize_ddl(sql);
    auto found = std::ranges::find_if(tokens, [](DdlToken const& token) { return token.is("USING"); });
    if (found == tokens.end() || ++found == tokens.end() || !found->may_be_name()) return {};
    std::string module = found->name_text();
    std::ranges::transform(module, module.begin(), ascii_lower);
    return module;
}

bool has_virtual_table_option(std::string_view sql, std::string_view option) {
    auto const tokens = tokenize_ddl(sql);
    auto const given = [&](DdlToken const& word, DdlToken const& next) { return word.is(option) && next.is('='); };
    return std::ranges::adjacent_find(tokens, given) != tokens.end();
}

ViewDdl parse_create_view(std::string_view sql) {
    ViewDdl view;
    std::vector<DdlToken> const all = tokenize_ddl(sql);
    Tokens const tokens(all);
    // A view may be named `as` only in quotes, so that the first bare AS begins the query.
    auto as = std::ranges::find_if(tokens, [](DdlToken const& token) { return token.is("AS"); });
    if (as == tokens.end()) {
        view.compound = true;
        return view;
    }
    Tokens const query = tokens.subspan(static_cast<std::size_t>(as - tokens.begin()) + 1);
    for (DdlToken const& token : query) {
        if (token.is("UNION") || token.is("INTERSECT") || token.is("EXCEPT") || token.is("VALUES")) view.compound = true;
        if (token.may_be_name()) view.names.push_back(token.name_text());
    }
    if (!view.compound) view.plain_source = plain_source(query);
    view.ordered = has_word(query, {"ORDER", "LIMIT", "WINDOW", "OVER"});
    return view;
}

}  // namespace koine::store::sqlite
