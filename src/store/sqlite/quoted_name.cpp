#include "store/sqlite/quoted_name.hpp"

namespace koine::store::sqlite {

std::string quoted_name(std::string_view name) {
    std::string text = "`";
    for (char c : name) text.append(c == '`' ? 2 : 1, c);
    return text += '`';
}

}  // namespace koine::store::sqlite
