#include "cli/commands.hpp"

#include <string>
#include <vector>

int main(int argc, char** argv) {
    std::vector<std::string> const words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(koine::cli::run(words));
}
