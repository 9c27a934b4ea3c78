#include "script/bytecode.hpp"
#include "script/machine.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace koine::script {
namespace {

struct Closing {
    void operator()(lua_State* lua) const { lua_close(lua); }
};

int append_dump(lua_State* /*lua*/, void const* bytes, std::size_t size, void* to) {
    static_cast<std::string*>(to)->append(static_cast<char const*>(bytes), size);
    return 0;
}

struct Compiling {
    Source const* source;
    std::string* bytecode;
    std::string message;
};

int compile_source(lua_State* lua) {
    auto& job = *static_cast<Compiling*>(lua_touserdata(lua, 1));
    auto const chunk = "@" + job.source->file;
    if (luaL_loadbufferx(lua, job.source->text.data(), job.source->text.size(), chunk.c_str(), "t") != LUA_OK) lua_error(lua);
    lua_dump(lua, append_dump, job.bytecode, 0);
    return 0;
}

std::string name_of(std::string_view file) {
    file.remove_prefix(file.rfind('/') + 1);
    if (file.ends_with(".lua")) file.remove_suffix(4);
    return std::string(file);
}

bool is_name(std::string_view text) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    return !text.empty() && letters.find(text.front()) != std::string_view::npos &&
           std::ranges::all_of(text, [&](char c) { return letters.find(c) != std::string_view::npos || (c >= '0' && c <= '9'); });
}

/// "file:line: what" as a mistake; Lua shortens long names of files, so the line is looked for from the left.
Problem mistake(std::string const& file, std::string_view message) {
    int line = 0;
    if (message.starts_with(file + ":")) {
        message.remove_prefix(file.size() + 1);
        while (!message.empty() && message.front() >= '0' && message.front() <= '9') {
            line = line * 10 + (message.front() - '0');
            message.remove_prefix(1);
        }
        if (message.starts_with(": ")) message.remove_prefix(2);
    }
    return configuration_problem(file, line, 0, message.substr(0, 1000));
}

bool compile_module(Source const& source, Program::Parts& parts, std::vector<Problem>& mistakes) {
    Module module;
    module.name = name_of(source.file);
    module.file = source.file;
    auto const before = mistakes.size();
    if (!is_name(module.name)) mistakes.push_back(configuration_problem(source.file, 0, 0, "'" + module.name + "' can't be a name in Lua"));
    if (std::ranges::find(parts.modules, module.name, &Module::name) != parts.modules.end())
        mistakes.push_back(configuration_problem(source.file, 0, 0, "there are two files called '" + module.name + "'"));
    std::unique_ptr<lua_State, Closing> const lua(luaL_newstate());
    Compiling job{&source, &module.bytecode, {}};
    lua_pushcfunction(lua.get(), compile_source);
    lua_pushlightuserdata(lua.get(), &job);
    if (lua_pcall(lua.get(), 1, 0, 0) != LUA_OK) {
        mistakes.push_back(mistake(source.file, lua_type(lua.get(), -1) == LUA_TSTRING ? lua_tostring(lua.get(), -1) : "no memory"));
        return false;
    }
    auto findings = read_bytecode(module.bytecode, source.file);
    if (!findings) {
        mistakes.push_back(configuration_problem(source.file, 0, 0, findings.error().cause()));
        return false;
    }
    for (auto const& use : findings.value().forbidden)
        mistakes.push_back(configuration_problem(source.file, use.line, 0, use.name + " is not available"));
    parts.uses.insert(parts.uses.end(), findings.value().uses.begin(), findings.value().uses.end());
    module.leakers = std::move(findings.value().leakers);
    module.globals = std::move(findings.value().globals);
    parts.modules.push_back(std::move(module));
    return mistakes.size() == before;
}

/// The first name must be the module's, or somebody's; further ones are checked where all that could stand there is known.
bool is_known(Use const& use, Program::Parts const& parts) {
    auto const first = use.name.substr(0, use.name.find('.'));
    auto const module = std::ranges::find(parts.modules, use.file, &Module::file);
    if (module != parts.modules.end() && std::ranges::find(module->globals, first) != module->globals.end()) return true;
    if (std::ranges::find(parts.environment.globals, first) != parts.environment.globals.end()) return true;
    auto const named = [&](std::string_view name) { return std::ranges::binary_search(parts.names, name); };
    std::string_view name = use.name;
    if (!named(first)) return false;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        auto const table = std::string(name.substr(0, dot)) + ".";
        auto const member = name.substr(0, name.find('.', dot + 1));
        auto const at = std::ranges::lower_bound(parts.names, table);
        bool const open = at == parts.names.end() || !at->starts_with(table);
        if (open || member.ends_with(".?")) return true;
        if (!named(member)) return false;
    }
    return true;
}

}  // namespace

Program::Program(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Program::~Program() = default;

Compiled Program::compile(std::vector<Source> sources, std::vector<HostFunction> hosts, Environment environment, StateLimits limits) {
    Compiled made;
    auto owned = std::make_unique<Parts>();
    auto& parts = *owned;
    parts.hosts = std::move(hosts);
    parts.environment = std::move(environment);
    parts.limits = limits;
    std::ranges::sort(sources, {}, &Source::file);
    for (auto const& source : sources) compile_module(source, parts, made.mistakes);
    if (!made.mistakes.empty()) return made;
    std::shared_ptr<Program const> program(new Program(std::move(owned)));
    Machine machine;
    auto const built = machine.build(program, limits, &parts, &made.mistakes);
    if (!built && made.mistakes.empty()) made.mistakes.push_back(configuration_problem("", 0, 0, built.error().cause()));
    if (!made.mistakes.empty()) return made;
    std::ranges::sort(parts.names);
    parts.names.erase(std::ranges::unique(parts.names).begin(), parts.names.end());
    std::ranges::sort(parts.uses, {}, [](Use const& use) { return std::tie(use.file, use.line, use.name); });
    for (auto& use : parts.uses) use.known = is_known(use, parts);
    made.program = std::move(program);
    return made;
}

std::vector<Function> const& Program::functions() const { return parts_->functions; }
std::vector<HostFunction> const& Program::hosts() const { return parts_->hosts; }
std::vector<Use> const& Program::uses() const { return parts_->uses; }
std::vector<std::string> const& Program::names() const { return parts_->names; }

std::optional<std::size_t> Program::find(std::string_view name) const {
    auto const found = std::ranges::lower_bound(parts_->functions, name, {}, &Function::name);
    if (found == parts_->functions.end() || found->name != name) return std::nullopt;
    return static_cast<std::size_t>(found - parts_->functions.begin());
}

std::optional<HostId> Program::host(std::string_view name) const {
    auto const found = std::ranges::find(parts_->hosts, name, &HostFunction::name);
    if (found == parts_->hosts.end()) return std::nullopt;
    return static_cast<HostId>(found - parts_->hosts.begin());
}

std::vector<Use> Program::unknown() const {
    std::vector<Use> found;
    std::ranges::copy_if(parts_->uses, std::back_inserter(found), [](Use const& use) { return !use.known; });
    return found;
}

std::vector<Use> Program::uses_of(std::string_view name) const {
    auto const dot = name.rfind('.');
    auto const worked_out = dot == std::string_view::npos ? std::string() : std::string(name.substr(0, dot)) + ".?";
    std::vector<Use> found;
    std::ranges::copy_if(parts_->uses, std::back_inserter(found), [&](Use const& use) {
        bool const same = use.name.starts_with(name) && (use.name.size() == name.size() || use.name[name.size()] == '.');
        return same || use.name == worked_out;
    });
    return found;
}

}  // namespace koine::script
