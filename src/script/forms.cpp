#include "script/forms.hpp"

#include "base/encoding.hpp"

namespace koine::script {

std::optional<std::string> encoded(std::string_view bytes, std::string_view form) {
    if (form == "hex") return hex(bytes);
    if (form == "base64") return base64(bytes, false);
    if (form == "base64url") return base64(bytes, true);
    if (form == "raw") return std::string(bytes);
    return std::nullopt;
}

bool decoded(std::string_view text, std::string_view form, std::string& out) {
    if (form == "hex") return read_hex(text, out);
    if (form == "raw") {
        out = text;
        return true;
    }
    return read_base64(text, out);
}

}  // namespace koine::script
