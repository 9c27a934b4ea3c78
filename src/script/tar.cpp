#include "script/codec.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace koine::script {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kMostExtra = 64UL << 10U;  ///< bytes of one pax header
constexpr std::int64_t kLastTime = 253'402'300'799;
constexpr std::int64_t kMostOctal = 077777777777;
constexpr std::uint32_t kModes = 07777;

/// A header, by the places of its fields.
struct Field {
    std::size_t at, size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUser{108, 8};
constexpr Field kGroup{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kSum{148, 8};
constexpr std::size_t kType = 156;
constexpr std::size_t kMagic = 257;
constexpr Field kPrefix{345, 155};

Problem wrong(std::string_view why) { return Problem(Reason::operation_failed).because(why); }

std::size_t padded(std::size_t size) { return (size + kBlock - 1) / kBlock * kBlock; }

/// A relative path that stays below where it begins, of visible parts.
bool is_name(std::string_view name) {
    if (name.empty() || name.size() > kLongestName || name.front() == '/' || name.find('\0') != std::string_view::npos) return false;
    for (auto rest = name; !rest.empty();) {
        auto const part = rest.substr(0, rest.find('/'));
        if (part == "..") return false;
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    return true;
}

std::string_view text_in(std::string_view header, Field field) {
    auto const text = header.substr(field.at, field.size);
    return text.substr(0, text.find('\0'));
}

/// Octal with blanks or zero bytes around it, or GNU's base 256 where that is no negative number.
std::optional<std::int64_t> number_in(std::string_view header, Field field) {
    auto text = header.substr(field.at, field.size);
    if (static_cast<unsigned char>(text.front()) == 0x80) {
        std::int64_t number = 0;
        for (char const c : text.substr(1)) {
            if (number > (INT64_MAX >> 8U)) return std::nullopt;
            number = number << 8U | static_cast<unsigned char>(c);
        }
        return number;
    }
    text = text.substr(0, text.find('\0'));
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    std::int64_t number = 0;
    if (text.empty()) return number;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number, 8);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

std::int64_t sum_of(std::string_view header) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) sum += i >= kSum.at && i < kSum.at + kSum.size ? ' ' : static_cast<unsigned char>(header[i]);
    return sum;
}

/// What the headers before a file say of it.
struct Extra {
    std::optional<std::string> name;
    std::optional<std::int64_t> size, mtime;
};

/// "LENGTH key=value\n", again and again. @return false: it is something else, or tells of holes in a file.
bool read_pax(std::string_view text, Extra& out) {
    while (!text.empty()) {
        std::size_t length = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), length);
        auto const digits = static_cast<std::size_t>(read.ptr - text.data());
        if (read.ec != std::errc() || length > text.size() || length < digits + 3 || text[digits] != ' ' || text[length - 1] != '\n')
            return false;
        auto const record = text.substr(digits + 1, length - digits - 2);
        text.remove_prefix(length);
        auto const equals = record.find('=');
        if (equals == std::string_view::npos) return false;
        auto const key = record.substr(0, equals);
        auto const value = record.substr(equals + 1);
        if (key.starts_with("GNU.sparse.")) return false;
        if (key == "path") out.name = std::string(value);
        if (key != "size" && key != "mtime") continue;
        std::int64_t number = 0;
        auto const end = value.data() + value.size();
        auto const got = std::from_chars(value.data(), end, number);
        bool const whole = got.ptr == end || (key == "mtime" && *got.ptr == '.');
        if (got.ec != std::errc() || !whole) return false;
        (key == "size" ? out.size : out.mtime) = number;
    }
    return true;
}

class Reading {
public:
    explicit Reading(std::string_view bytes) : rest_(bytes) {}

    Result<std::vector<TarFile>> run() {
        if (rest_.empty()) return wrong("no tar: it is empty");
        std::vector<TarFile> files;
        Extra extra;
        while (rest_.size() >= kBlock) {
            auto const header = rest_.substr(0, kBlock);
            if (header.find_first_not_of('\0') == std::string_view::npos) return files;
            rest_.remove_prefix(kBlock);
            if (number_in(header, kSum) != sum_of(header)) return wrong("no tar, or a damaged one: a header's sum is wrong");
            if (++headers_ > 3 * kMostFiles) return wrong("tar of too many files");
            KOINE_TRY(entry(header, extra, files));
        }
        return rest_.empty() ? Result<std::vector<TarFile>>(std::move(files)) : wrong("tar that ends within a header");
    }

private:
    Result<void> entry(std::string_view header, Extra& extra, std::vector<TarFile>& files) {
        char const type = header[kType];
        bool const tells = type == 'x' || type == 'L' || type == 'g' || type == 'K';
        auto const size = extra.size && !tells ? extra.size : number_in(header, kSize);
        if (!size || *size < 0 || static_cast<std::uint64_t>(*size) > rest_.size()) return wrong("tar that ends within a file");
        auto const bytes = rest_.substr(0, static_cast<std::size_t>(*size));
        rest_.remove_prefix(std::min(padded(bytes.size()), rest_.size()));
        if (tells) return told(type, bytes, extra);
        auto const now = std::exchange(extra, {});
        bool const folder = type == '5';
        if (!folder && type != '0' && type != '\0' && type != '7') return outcome::success();
        if (files.size() == kMostFiles) return wrong("tar of too many files");
        TarFile file;
        file.name = now.name ? *now.name : name_in(header);
        if (folder && !file.name.empty() && !file.name.ends_with('/')) file.name += '/';
        if (!is_name(file.name)) return wrong("tar with a name that leads elsewhere");
        if (!folder && file.name.ends_with('/')) return wrong("tar with a file that is called as a folder");
        auto const mode = number_in(header, kMode);
        auto const mtime = now.mtime ? now.mtime : number_in(header, kTime);
        if (!mode || !mtime || *mtime > kLastTime || *mtime < -kLastTime) return wrong("tar with a number that is none");
        file.mode = static_cast<std::uint32_t>(*mode) & kModes;
        file.mtime = *mtime;
        if (!folder) file.text = std::string(bytes);
        files.push_back(std::move(file));
        return outcome::success();
    }

    static Result<void> told(char type, std::string_view bytes, Extra& extra) {
        if (bytes.size() > kMostExtra) return wrong("tar with a header that is too long");
        if (type == 'L') extra.name = std::string(bytes.substr(0, bytes.find('\0')));
        if (type == 'x' && !read_pax(bytes, extra)) return wrong("tar with a pax header that can't be read");
        return outcome::success();
    }

    static std::string name_in(std::string_view header) {
        std::string name(text_in(header, kName));
        bool const posix = header.substr(kMagic, 6) == std::string_view("ustar\0", 6);
        auto const prefix = posix ? text_in(header, kPrefix) : std::string_view();
        return prefix.empty() ? name : std::string(prefix) + "/" + name;
    }

    std::string_view rest_;
    std::size_t headers_ = 0;
};

void put(std::string& header, std::size_t at, std::string_view text) { header.replace(at, text.size(), text); }

void put_octal(std::string& header, Field field, std::int64_t number) {
    std::string digits(field.size - 1, '0');
    for (auto i = digits.size(); i > 0 && number > 0; number >>= 3U) digits[--i] = static_cast<char>('0' + (number & 7));
    put(header, field.at, digits);
}

void append_entry(std::string& out, std::string_view prefix, std::string_view name, char type, TarFile const& file, std::string_view text) {
    std::string header(kBlock, '\0');
    put(header, kName.at, name);
    put_octal(header, kMode, file.mode & kModes);
    put_octal(header, kUser, 0);
    put_octal(header, kGroup, 0);
    put_octal(header, kSize, static_cast<std::int64_t>(text.size()));
    put_octal(header, kTime, std::clamp<std::int64_t>(file.mtime, 0, kMostOctal));
    header[kType] = type;
    put(header, kMagic, std::string_view("ustar\00000", 8));
    put(header, kPrefix.at, prefix);
    put_octal(header, {kSum.at, kSum.size - 1}, sum_of(header));
    header[kSum.at + kSum.size - 1] = ' ';
    out += header;
    out += text;
    out.resize(padded(out.size()), '\0');
}

/// "LENGTH path=NAME\n", whose length counts itself.
std::string pax_path(std::string_view name) {
    auto const rest = name.size() + std::string_view(" path=\n").size();
    auto length = rest + 1;
    while (std::to_string(length).size() + rest != length) ++length;
    return std::to_string(length).append(" path=").append(name).append("\n");
}

/// Where a name is cut into what lies before a slash and behind it, so that both fit; nothing if it can't be, or is not of ASCII.
std::optional<std::size_t> cut_of(std::string_view name) {
    if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return std::nullopt;
    if (name.size() <= kName.size) return 0;
    for (auto slash = name.find('/'); slash != std::string_view::npos && slash <= kPrefix.size; slash = name.find('/', slash + 1))
        if (slash > 0 && slash + 1 < name.size() && name.size() - slash - 1 <= kName.size) return slash;
    return std::nullopt;
}

}  // namespace

Result<std::vector<TarFile>> read_tar(std::string_view bytes) { return Reading(bytes).run(); }

Result<std::string> write_tar(std::vector<TarFile> const& files, std::size_t most) {
    if (files.size() > kMostFiles) return wrong("tar of too many files");
    std::string out;
    for (auto const& file : files) {
        if (!is_name(file.name)) return wrong("a file of an archive has a relative name, without .. in it");
        bool const folder = file.name.ends_with('/');
        if (folder && !file.text.empty()) return wrong("a name that ends in a slash is a folder's, which has no text");
        auto const cut = cut_of(file.name);
        std::string_view prefix;
        std::string_view name = file.name;
        if (!cut) {
            append_entry(out, {}, "PaxHeaders/file", 'x', file, pax_path(file.name));
            name = name.substr(0, kName.size);
        } else if (*cut > 0) {
            prefix = name.substr(0, *cut);
            name = name.substr(*cut + 1);
        }
        append_entry(out, prefix, name, folder ? '5' : '0', file, file.text);
        if (out.size() > most) break;
    }
    out.append(2 * kBlock, '\0');
    return out;
}

}  // namespace koine::script
