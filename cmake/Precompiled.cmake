# Precompiled headers: what nearly every file includes of others' libraries is parsed once a preset, not 500 times (a third of all compiling).
# None of ours: a header that changes must not rebuild everything, and the files say by themselves what they include.
# ccache takes part: it may not see through a precompiled header, so it is told by a sum beside it what is inside.

set(koine_precompiled
  <algorithm> <array> <atomic> <charconv> <chrono> <cstddef> <cstdint> <cstring> <functional> <limits> <map> <memory> <mutex>
  <optional> <ranges> <set> <span> <string> <string_view> <thread> <unordered_map> <utility> <variant> <vector>
  <boost/outcome.hpp> <fmt/format.h> <fmt/ranges.h>)

# koine_precompile(target HEADERS header... [LINK library...] [OPTIONS option...]): an object library whose precompiled headers others use.
function(koine_precompile target)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINK;OPTIONS" ${ARGN})
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled/${target}.cpp.new "// Nothing: it stands for the headers that are compiled with it.\n")
  file(COPY_FILE ${CMAKE_BINARY_DIR}/precompiled/${target}.cpp.new ${CMAKE_BINARY_DIR}/precompiled/${target}.cpp ONLY_IF_DIFFERENT)
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/precompiled/${target}.cpp)
  target_link_libraries(${target} PRIVATE koine::options ${ARG_LINK})
  target_compile_options(${target} PRIVATE ${ARG_OPTIONS})
  target_precompile_headers(${target} PRIVATE ${ARG_HEADERS})
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")  # it names files of this folder: of no use in another
  set(inside "${ARG_HEADERS};${CMAKE_CXX_COMPILER_VERSION};${fmt_VERSION};${CMAKE_CXX_FLAGS};${CMAKE_BUILD_TYPE};${KOINE_SANITIZE};${KOINE_FUZZ};${ARG_OPTIONS}")
  string(SHA256 sum "${inside}")
  file(WRITE ${CMAKE_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum ${sum})
endfunction()

# koine_use_precompiled(target from): as REUSE_FROM does, but by a path from the build directory, which is the same in every copy of the tree: CMake's
# own names the folder, and then no copy could use what ccache kept of another.
function(koine_use_precompiled target from)
  target_compile_options(${target} PRIVATE -Winvalid-pch "SHELL:-include-pch CMakeFiles/${from}.dir/cmake_pch.hxx.pch")
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/CMakeFiles/${from}.dir/cmake_pch.hxx.pch)
endfunction()
