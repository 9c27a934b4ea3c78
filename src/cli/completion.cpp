#include "cli/completion.hpp"

namespace koine::cli {

std::string completion(std::string_view shell) {
    if (shell == "bash") return bash_completion();
    if (shell == "zsh") return zsh_completion();
    if (shell == "fish") return fish_completion();
    return {};
}

}  // namespace koine::cli
