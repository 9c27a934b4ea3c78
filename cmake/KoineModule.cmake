# Targets shared by all rooms, and koine_module(): one call makes a room's library and its unit tests.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)

add_library(koine_options INTERFACE)
add_library(koine::options ALIAS koine_options)
target_compile_options(koine_options INTERFACE
  -pthread -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${KOINE_WERROR}>:-Werror>)
target_compile_definitions(koine_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_DISABLE_BOOST_COROUTINE)
target_link_libraries(koine_options INTERFACE fmt::fmt)
if(KOINE_SANITIZE)
  target_compile_options(koine_options INTERFACE -fsanitize=${KOINE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(koine_options INTERFACE -fsanitize=${KOINE_SANITIZE})
endif()
if(KOINE_FUZZ)
  target_compile_options(koine_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(KOINE_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

include(Precompiled)
koine_precompile(koine_precompiled HEADERS ${koine_precompiled})
if(KOINE_TESTS)
  koine_precompile(koine_tests_precompiled HEADERS ${koine_precompiled} <gmock/gmock.h> <gtest/gtest.h> LINK GTest::gmock OPTIONS -O0)
endif()

# koine_module(name [SOURCES dir...] DEPS lib...): library koine_<name> (alias koine::<name>) of every *.cpp of the folder
# (and of the sub-folders named after SOURCES), and the test program <name>_test of every *_test.cpp.
# DEPS are public: rooms see what they name and nothing above it, so an upward include does not link.
function(koine_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;PRIVATE;FOLDERS" ${ARGN})
  set(globs ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(folder IN LISTS ARG_FOLDERS)
    list(APPEND globs ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${globs})
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(koine_${name} STATIC ${sources})
    target_link_libraries(koine_${name} PUBLIC koine::options ${ARG_DEPS} PRIVATE ${ARG_PRIVATE})
    target_include_directories(koine_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    koine_use_precompiled(koine_${name} koine_precompiled)
  else()
    add_library(koine_${name} INTERFACE)
    target_link_libraries(koine_${name} INTERFACE koine::options ${ARG_DEPS})
    target_include_directories(koine_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
  endif()
  add_library(koine::${name} ALIAS koine_${name})
  if(KOINE_TESTS AND tests)
    string(REPLACE "/" "_" program ${name}_test)
    add_executable(${program} ${tests})
    target_link_libraries(${program} PRIVATE koine::${name} ${ARG_PRIVATE} GTest::gmock GTest::gtest_main)
    # The tests' own code need not be fast: unoptimised it compiles in half the time, and it is half of what there is to compile.
    target_compile_options(${program} PRIVATE -O0)
    koine_use_precompiled(${program} koine_tests_precompiled)
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES LABELS unit WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
endfunction()
