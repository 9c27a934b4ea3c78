#include "script/bytecode.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <tuple>

namespace koine::script {
namespace {

/// Of Lua 5.4 (lopcodes.h), those that matter here.
enum Op : unsigned {
    kMove = 0,
    kLoadK = 3,
    kLoadNil = 8,
    kGetUpvalue = 9,
    kSetUpvalue = 10,
    kGetTabUp = 11,
    kGetTable = 12,
    kGetI = 13,
    kGetField = 14,
    kSetTabUp = 15,
    kSetTable = 16,
    kSetI = 17,
    kSetField = 18,
    kSelf = 20,
    kMmBin = 46,
    kMmBinK = 48,
    kClose = 54,
    kTbc = 55,
    kTest = 66,
    kCall = 68,
    kReturn1 = 72,
    kForLoop = 73,
    kSetList = 78,
    kClosure = 79,
    kVararg = 80,
    kLast = 82
};

struct Instruction {
    std::uint32_t code;
    unsigned op() const { return code & 0x7fU; }
    unsigned a() const { return code >> 7U & 0xffU; }
    unsigned b() const { return code >> 16U & 0xffU; }
    unsigned c() const { return code >> 24U; }
    unsigned bx() const { return code >> 15U; }
    bool k() const { return (code >> 15U & 1U) != 0; }
};

struct Upvalue {
    bool in_stack = false;
    unsigned index = 0;
    std::string name;
};

struct Prototype {
    int first_line = 0;
    int last_line = 0;
    std::vector<Instruction> code;
    std::vector<std::optional<std::string>> constants;  ///< texts only
    std::vector<Upvalue> upvalues;
    std::vector<Prototype> inner;
    std::vector<int> lines;
};

/// Each reader gives zeros once the bytes have ended.
class Undump {
public:
    explicit Undump(std::string_view bytes) : rest_(bytes) {}

    bool header() {
        constexpr std::string_view head("\x1bLua\x54\x00\x19\x93\r\n\x1a\n\x04\x08\x08", 15);
        if (!rest_.starts_with(head)) return false;
        skip(head.size() + 16 + 1);  // an integer and a number to try, how many upvalues
        return true;
    }

    Prototype function() {
        Prototype p;
        text();
        p.first_line = number();
        p.last_line = number();
        skip(3);
        p.code.resize(count(4));
        for (auto& [code] : p.code) code = word();
        p.constants.resize(count(1));
        for (auto& constant : p.constants) read_constant(constant);
        p.upvalues.resize(count(3));
        for (auto& upvalue : p.upvalues) {
            upvalue.in_stack = byte() != 0;
            upvalue.index = byte();
            skip(1);
        }
        p.inner.resize(count(1));
        for (auto& inner : p.inner) inner = function();
        read_lines(p);
        for (auto left = count(3); left > 0; --left) {
            text();
            number();
            number();
        }
        auto const names = count(1);
        for (std::size_t i = 0; i < names; ++i) {
            auto name = text();
            if (i < p.upvalues.size()) p.upvalues[i].name = name.value_or("");
        }
        return p;
    }

    bool good() const { return good_; }

private:
    void skip(std::size_t bytes) {
        good_ = good_ && bytes <= rest_.size();
        rest_.remove_prefix(std::min(bytes, rest_.size()));
    }
    unsigned byte() {
        auto const value = rest_.empty() ? 0U : static_cast<unsigned char>(rest_.front());
        skip(1);
        return value;
    }
    std::uint32_t word() {
        std::uint32_t value = 0;
        if (rest_.size() >= sizeof value) std::memcpy(&value, rest_.data(), sizeof value);
        skip(sizeof value);
        return value;
    }
    std::size_t size() {
        std::size_t value = 0;
        while (good_) {
            auto const next = byte();
            value = value << 7U | (next & 0x7fU);
            if ((next & 0x80U) != 0) break;
        }
        return value;
    }
    int number() { return static_cast<int>(size()); }
    /// @param least: bytes that each takes, so that no more are made than there can be.
    std::size_t count(std::size_t least) {
        auto const value = size();
        good_ = good_ && value <= rest_.size() / least;
        return good_ ? value : 0;
    }
    std::optional<std::string> text() {
        auto const length = size();
        if (length == 0) return std::nullopt;
        std::string value(rest_.substr(0, length - 1));
        skip(length - 1);
        return value;
    }
    void read_constant(std::optional<std::string>& constant) {
        switch (byte()) {
            case 0x03:
            case 0x13: return skip(8);
            case 0x04:
            case 0x14: constant = text(); return;
            default: return;
        }
    }
    void read_lines(Prototype& p) {
        std::vector<int> deltas(count(1));
        for (auto& delta : deltas) delta = static_cast<signed char>(byte());
        std::map<int, int> absolute;
        for (auto left = count(2); left > 0; --left) {
            auto const at = number();
            absolute[at] = number();
        }
        int line = p.first_line;
        for (int i = 0; i < static_cast<int>(deltas.size()); ++i) {
            auto const found = absolute.find(i);
            line = found == absolute.end() ? line + deltas[static_cast<std::size_t>(i)] : found->second;
            p.lines.push_back(line);
        }
    }

    std::string_view rest_;
    bool good_ = true;
};

/// What is known of a register or an upvalue: the environment, or the global name that it holds.
struct Known {
    bool environment = false;
    std::string name;
    std::optional<std::string> text;  ///< a constant
    explicit operator bool() const { return environment || !name.empty(); }
};

class Scan {
public:
    Scan(Findings& findings, std::string const& file) : findings_(findings), file_(file) {}

    /// @return which of the upvalues it assigns to, itself or by a function within: the line, by number.
    std::map<unsigned, int> function(Prototype const& p, std::vector<Known> const& upvalues) {
        std::map<unsigned, Known> registers;
        std::map<unsigned, int> assigned;
        for (std::size_t at = 0; at < p.code.size(); ++at) {
            auto const code = p.code[at];
            int const line = at < p.lines.size() ? p.lines[at] : 0;
            auto const constant = [&](unsigned index) { return index < p.constants.size() ? p.constants[index] : std::nullopt; };
            auto const upvalue = [&](unsigned index) { return index < upvalues.size() ? upvalues[index] : Known{}; };
            auto const held = [&](unsigned index) {
                auto const found = registers.find(index);
                return found == registers.end() ? Known{} : found->second;
            };
            Known made;
            switch (code.op()) {
                case kMove: made = held(code.b()); break;
                case kLoadK: made.text = constant(code.bx()); break;
                case kGetUpvalue: made = upvalue(code.b()); break;
                case kSetUpvalue: assigned.emplace(code.b(), line); continue;
                case kGetTabUp: made = member(upvalue(code.b()), constant(code.c()), line); break;
                case kGetField: made = member(held(code.b()), constant(code.c()), line); break;
                case kSelf:
                    made = member(held(code.b()), code.k() ? constant(code.c()) : held(code.c()).text, line);
                    registers.erase(code.a() + 1);
                    break;
                case kGetTable:
                case kGetI: made = member(held(code.b()), code.op() == kGetTable ? held(code.c()).text : std::nullopt, line); break;
                case kSetTabUp: written(upvalue(code.a()), constant(code.b()), line); continue;
                case kSetField: written(held(code.a()), constant(code.b()), line); continue;
                case kSetTable: written(held(code.a()), held(code.b()).text, line); continue;
                case kTbc: findings_.forbidden.push_back({"<close>", file_, line, false}); continue;
                case kClosure:
                    if (code.bx() < p.inner.size()) closure(p.inner[code.bx()], upvalues, held, assigned);
                    break;
                default:
                    if (writes_nothing(code.op())) continue;
                    if (code.op() == kCall || code.op() == kVararg || code.op() == kLoadNil ||
                        (code.op() >= kForLoop && code.op() < kSetList))
                        registers.erase(registers.lower_bound(code.a()), registers.end());
            }
            registers[code.a()] = std::move(made);
        }
        if (!assigned.empty()) {
            auto const [index, line] = *assigned.begin();
            auto name = index < p.upvalues.size() ? p.upvalues[index].name : std::string();
            findings_.leakers.push_back({p.first_line, p.last_line, line, static_cast<int>(index) + 1, std::move(name)});
        }
        return assigned;
    }

private:
    static bool writes_nothing(unsigned op) {
        return (op >= kSetTabUp && op <= kSetField) || (op >= kMmBin && op <= kMmBinK) || (op >= kClose && op <= kTest) ||
               (op > kCall && op <= kReturn1) || op == kSetList || op > kVararg;
    }

    template <class Held>
    void closure(Prototype const& inner, std::vector<Known> const& upvalues, Held const& held, std::map<unsigned, int>& assigned) {
        std::vector<Known> passed;
        for (auto const& upvalue : inner.upvalues)
            passed.push_back(upvalue.in_stack ? held(upvalue.index) : upvalue.index < upvalues.size() ? upvalues[upvalue.index] : Known{});
        for (auto const& [index, line] : function(inner, passed))
            if (index < inner.upvalues.size() && !inner.upvalues[index].in_stack) assigned.emplace(inner.upvalues[index].index, line);
    }

    Known member(Known const& of, std::optional<std::string> const& name, int line) {
        if (!of) return {};
        auto full = (of.environment ? "" : of.name + ".") + name.value_or("?");
        if (of.environment && !name) return {};
        findings_.uses.push_back({full, file_, line, true});
        return {false, name ? std::move(full) : std::string(), std::nullopt};
    }

    void written(Known const& to, std::optional<std::string> const& name, int line) {
        if (!name) return;
        if (to.environment) findings_.globals.push_back(*name);
        if (*name == "__gc" || *name == "__close" || *name == "__mode") findings_.forbidden.push_back({*name, file_, line, false});
    }

    Findings& findings_;
    std::string const& file_;
};

}  // namespace

Result<Findings> read_bytecode(std::string_view bytecode, std::string const& file) {
    Undump undump(bytecode);
    if (!undump.header()) return Problem(Reason::internal).because("not the bytecode of Lua 5.4");
    auto const main = undump.function();
    if (!undump.good()) return Problem(Reason::internal).because("bytecode that ends early");
    Findings findings;
    Scan(findings, file).function(main, {Known{true, {}, std::nullopt}});
    // A longer name tells all that its beginning tells.
    std::ranges::sort(findings.uses, {}, [](Use const& use) { return std::tie(use.line, use.name); });
    std::vector<Use> told;
    for (auto const& use : findings.uses) {
        bool const shorter = std::ranges::any_of(findings.uses, [&](Use const& other) {
            return other.line == use.line && other.name.size() > use.name.size() && other.name.starts_with(use.name) &&
                   other.name[use.name.size()] == '.';
        });
        if (!shorter && std::ranges::find(told, use) == told.end()) told.push_back(use);
    }
    findings.uses = std::move(told);
    return findings;
}

}  // namespace koine::script
