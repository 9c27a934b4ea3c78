#include "value/type.hpp"

namespace koine::value {

bool Type::is_textual() const {
    return kind == Kind::text || kind == Kind::slug || kind == Kind::email || kind == Kind::url || kind == Kind::secret ||
           kind == Kind::password;
}

}  // namespace koine::value
