#include "base/ascii.hpp"
#include "expression/formula.hpp"
#include "value/kinds.hpp"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>
#include <unicode/unistr.h>

#include <array>
#include <chrono>
#include <cstring>
#include <limits>
#include <memory>

namespace koine::value {
namespace {

constexpr std::string_view kStored = "0000-00-00T00:00:00.000000Z";  ///< 0: any digit
constexpr std::size_t kToSeconds = 19;                               ///< characters up to the seconds
constexpr std::size_t kMostZones = 16;                               ///< kept by one thread
constexpr std::size_t kLongestZone = 64;

bool is_stored(std::string_view text) {
    if (text.size() != kStored.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (kStored[i] == '0' ? !is_ascii_digit(text[i]) : text[i] != kStored[i]) return false;
    return true;
}

/// A zone with the spans of time that were last asked for, each with its one offset. Seconds since 1970.
class Zone {
public:
    explicit Zone(std::string_view name)
        : name_(name),
          zone_(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8({name.data(), static_cast<std::int32_t>(name.size())}))) {}

    std::string_view name() const { return name_; }
    std::int32_t offset_at(std::int64_t second) {
        for (auto const& span : spans_)
            if (second >= span.from && second < span.to) return span.offset;
        auto& span = spans_[next_];
        next_ = (next_ + 1) % spans_.size();
        span = looked_up(second);
        return span.offset;
    }

private:
    struct Span {
        std::int64_t from = 0;
        std::int64_t to = 0;
        std::int32_t offset = 0;
    };

    Span looked_up(std::int64_t second) const {
        auto const moment = static_cast<double>(second) * 1000;
        UErrorCode status = U_ZERO_ERROR;
        std::int32_t raw = 0;
        std::int32_t summer = 0;
        zone_->getOffset(moment, 0, raw, summer, status);
        Span span{.from = second, .to = second + 1, .offset = U_SUCCESS(status) ? (raw + summer) / 1000 : 0};
        auto const* rules = dynamic_cast<icu::BasicTimeZone const*>(zone_.get());
        if (rules == nullptr || U_FAILURE(status)) return span;
        icu::TimeZoneTransition transition;
        span.from = rules->getPreviousTransition(moment, 1, transition) ? static_cast<std::int64_t>(transition.getTime() / 1000)
                                                                        : std::numeric_limits<std::int64_t>::min();
        span.to = rules->getNextTransition(moment, 0, transition) ? static_cast<std::int64_t>(transition.getTime() / 1000)
                                                                  : std::numeric_limits<std::int64_t>::max();
        return span;
    }

    std::string name_;
    std::unique_ptr<icu::TimeZone const> zone_;
    std::array<Span, 8> spans_{};  // empty ones hold no second
    std::size_t next_ = 0;
};

/// The zone of that name, of this thread: an ICU zone per thread spares a lock for each datetime.
Zone& zone_of(std::string_view name) {
    thread_local std::vector<std::unique_ptr<Zone>> zones;
    for (auto& zone : zones)
        if (zone->name() == name) return *zone;
    if (zones.size() == kMostZones) zones.clear();
    return *zones.emplace_back(std::make_unique<Zone>(name));
}

int digits_at(char const* text, int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) value = value * 10 + (text[i] - '0');
    return value;
}

/// Rewrites date and time to the local ones. @return the offset in seconds; 0 for what is no day of the calendar or would leave it.
std::int32_t make_local(char* text, std::string_view zone) {
    using namespace std::chrono;
    year_month_day const date(
        year(digits_at(text, 4)), month(static_cast<unsigned>(digits_at(text + 5, 2))), day(static_cast<unsigned>(digits_at(text + 8, 2)))
    );
    if (!date.ok()) return 0;
    std::int64_t const second = std::int64_t{sys_days(date).time_since_epoch().count()} * 86400 + digits_at(text + 11, 2) * 3600 +
                                digits_at(text + 14, 2) * 60 + digits_at(text + 17, 2);
    auto const offset = zone_of(zone).offset_at(second);
    sys_seconds const local(seconds(second + offset));
    auto const midnight = floor<days>(local);
    year_month_day const there(midnight);
    if (there.year() < year(0) || there.year() > year(9999)) return 0;
    auto const since = static_cast<int>((local - midnight).count());
    write_digits(text, 4, static_cast<int>(there.year()));
    write_digits(text + 5, 2, static_cast<unsigned>(there.month()));
    write_digits(text + 8, 2, static_cast<unsigned>(there.day()));
    write_digits(text + 11, 2, since / 3600);
    write_digits(text + 14, 2, since / 60 % 60);
    write_digits(text + 17, 2, since % 60);
    return offset;
}

/// +01:00; the seconds that some zones had long ago too.
char* write_offset(char* to, std::int32_t offset) {
    *to++ = offset < 0 ? '-' : '+';
    offset = offset < 0 ? -offset : offset;
    write_digits(to, 2, offset / 3600);
    to[2] = ':';
    write_digits(to + 3, 2, offset / 60 % 60);
    if (offset % 60 == 0) return to + 5;
    to[5] = ':';
    write_digits(to + 6, 2, offset % 60);
    return to + 8;
}

}  // namespace

bool is_zone(std::string_view zone) {
    if (zone.empty() || zone.size() > kLongestZone || zone == "Etc/Unknown") return false;
    UErrorCode status = U_ZERO_ERROR;
    UBool known = 0;
    icu::UnicodeString canonical;
    auto const name = icu::UnicodeString::fromUTF8({zone.data(), static_cast<std::int32_t>(zone.size())});
    icu::TimeZone::getCanonicalID(name, canonical, known, status);
    return U_SUCCESS(status) && known;
}

void append_datetime(std::string_view stored, DatetimeForm const& form, std::string& out) {
    if (!is_stored(stored)) {
        out.append(stored);
        return;
    }
    std::array<char, 48> text;
    std::memcpy(text.data(), stored.data(), stored.size());
    std::int32_t const offset = form.zone == "UTC" ? 0 : make_local(text.data(), form.zone);
    auto const digits = std::min<std::size_t>(form.digits, 6);
    char* end = text.data() + kToSeconds + (digits > 0 ? digits + 1 : 0);
    if (form.zulu && offset == 0) {
        *end++ = 'Z';
    } else {
        end = write_offset(end, offset);
    }
    out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

std::string now() { return expression::call(expression::Function::now, {}).text; }

}  // namespace koine::value
