# Compiler, linker and sanitizer settings that every target shares.

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# What users build has no debug information. The others have line tables: enough for profiles and
# back traces, and compiled in two thirds of the time of all of it.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELEASE} -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # The compiler looks for garbage of its own only from 1 GB on (KiB): an eighth of its time, and of
    # the largest batch 1.5 GB instead of 1.1.
    add_compile_options(--param=ggc-min-heapsize=1000000)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these it takes no source that uses a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
endif()

add_library(spillway_flags INTERFACE)
target_compile_options(spillway_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual
    # A member left out of a designated initializer has its default: that is what it is for.
    -Wno-missing-field-initializers
    # gcc 12 sees uninitialised members in moved optionals and variants that are not there.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    # Bit-identical results for every build of one source need the sums as they are written.
    -ffp-contract=off
    $<$<BOOL:${SPILLWAY_WERROR}>:-Werror>)

if(SPILLWAY_SANITIZE)
    add_compile_options(-fsanitize=${SPILLWAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SPILLWAY_SANITIZE})
endif()
