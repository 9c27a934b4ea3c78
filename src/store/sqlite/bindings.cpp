#include "store/sqlite/bindings.hpp"

#include "store/sqlite/functions.hpp"

#include <re2/re2.h>

#include <limits>

namespace koine::store::sqlite {
namespace {

using query::Cell;

std::int64_t count_of(Cell const& cell, std::int64_t otherwise) {
    return cell.kind() == Cell::Kind::integer && cell.integer() >= 0 ? cell.integer() : otherwise;
}

bool is_compiled(BindForm form) {
    return form == BindForm::list || form == BindForm::pattern || form == BindForm::regex || form == BindForm::iregex ||
           form == BindForm::path;
}

bool is_pair(BindForm form) {
    return form == BindForm::number_or_text || form == BindForm::order_value || form == BindForm::order_above ||
           form == BindForm::order_below;
}

std::size_t length_of(Cell const& cell) { return cell.kind() == Cell::Kind::text ? cell.view().size() : 0; }

Problem too_long() {
    return Problem(Reason::limit_exceeded).with("limit", "bytes of a pattern").with("maximum", std::int64_t{kMaxPatternBytes});
}

}  // namespace

int bind_cell(sqlite3_stmt* statement, int index, Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return sqlite3_bind_null(statement, index);
        case Cell::Kind::integer: return sqlite3_bind_int64(statement, index, cell.integer());
        case Cell::Kind::real: return sqlite3_bind_double(statement, index, cell.real());
        case Cell::Kind::text: {
            auto text = cell.view();
            return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        case Cell::Kind::blob: {
            auto bytes = cell.view();
            return sqlite3_bind_blob64(statement, index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
        }
    }
    return SQLITE_MISUSE;
}

Result<Bindings> Bindings::make(RenderedPlan const& plan, std::span<query::Argument const> arguments) {
    Bindings made;
    made.arguments_ = arguments;
    for (auto const* statements : {&plan.steps, &plan.total}) {
        for (auto const& statement : *statements) {
            for (auto const& bind : statement.binds) {
                if (bind.form == BindForm::keys || bind.form == BindForm::given) continue;
                std::size_t needed = bind.slot + (is_pair(bind.form) ? 2U : 1U);
                if (needed > arguments.size()) return Problem(Reason::internal).because("fewer arguments than slots");
                if (bind.form == BindForm::glob && length_of(arguments[bind.slot].scalar) > kMaxPatternBytes) return too_long();
                if (is_compiled(bind.form) && !made.compiled(bind)) {
                    KOINE_TRY(made.add(bind));
                }
            }
        }
    }
    return made;
}

Result<void> Bindings::add(Bind const& bind) {
    auto made = std::make_unique<Compiled>();
    made->bind = bind;
    auto const& argument = arguments_[bind.slot];
    auto text = argument.scalar.kind() == Cell::Kind::text ? argument.scalar.view() : std::string_view();
    switch (bind.form) {
        case BindForm::list: made->list = argument.list; break;
        case BindForm::pattern:
            if (text.size() > kMaxPatternBytes) return too_long();
            made->pattern = std::make_unique<LikePattern>(text);
            break;
        case BindForm::regex:
        case BindForm::iregex: {
            KOINE_TRY(made->regex, compile_regex(text, bind.form == BindForm::iregex));
            break;
        }
        default: {
            auto path = parse_json_path(text);
            if (!path) return Problem(Reason::internal).because("a JSON path that is not an array of keys and indexes");
            made->path = std::make_unique<JsonPath>(*std::move(path));
        }
    }
    compiled_.push_back(std::move(made));
    return outcome::success();
}

Bindings::Compiled const* Bindings::compiled(Bind const& bind) const {
    for (auto const& entry : compiled_)
        if (entry->bind == bind) return entry.get();
    return nullptr;
}

int Bindings::bind_pointer(sqlite3_stmt* statement, int index, Bind const& bind) const {
    auto const* found = compiled(bind);
    if (!found) return SQLITE_MISUSE;
    auto give = [&](void const* thing, char const* type) {
        return sqlite3_bind_pointer(statement, index, const_cast<void*>(thing), type, nullptr);
    };
    if (found->pattern) return give(found->pattern.get(), kPatternPointer);
    if (found->regex) return give(found->regex.get(), kRegexPointer);
    if (found->path) return give(found->path.get(), kPathPointer);
    return give(&found->list, kListPointer);
}

int Bindings::bind_one(sqlite3_stmt* statement, int index, Bind const& bind, KeyList const* keys) const {
    if (bind.form == BindForm::given) return SQLITE_OK;
    if (bind.form == BindForm::keys) return sqlite3_bind_pointer(statement, index, const_cast<KeyList*>(keys), kKeysPointer, nullptr);
    auto const& value = arguments_[bind.slot].scalar;
    auto second = [&]() -> Cell const& { return arguments_[bind.slot + 1].scalar; };
    switch (bind.form) {
        case BindForm::value:
        case BindForm::glob: return bind_cell(statement, index, value);
        case BindForm::limit: return sqlite3_bind_int64(statement, index, count_of(value, std::numeric_limits<std::int64_t>::max()));
        case BindForm::offset: return sqlite3_bind_int64(statement, index, count_of(value, 0));
        case BindForm::number_or_text:
        case BindForm::order_value: return bind_cell(statement, index, second().is_null() ? value : second());
        case BindForm::order_above: return bind_cell(statement, index, second().is_null() ? Cell::blob({}) : Cell::text({}));
        case BindForm::order_below:
            return bind_cell(statement, index, second().is_null() ? Cell::text({}) : Cell::of(-std::numeric_limits<double>::infinity()));
        default: return bind_pointer(statement, index, bind);
    }
}

int Bindings::bind(sqlite3_stmt* statement, Rendered const& rendered, KeyList const* keys) const {
    for (std::size_t i = 0; i < rendered.binds.size(); ++i) {
        int rc = bind_one(statement, static_cast<int>(i + 1), rendered.binds[i], keys);
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

}  // namespace koine::store::sqlite
