# A room is a folder of sources with one link target, spillway_<room>. Its headers are included as
# "<room>/<file>.h" and are visible only to targets that link it: each room has an include root of
# its own that holds nothing but a link to the room. So an include that breaks the layers of
# docs/architecture.md does not build (tests/layers proves it).
#
# Sources are found by name: every .cpp below the room belongs to it, every *_test.cpp below
# tests/<room> is one test of ctest. Adding a file needs no edit here.

# Headers that nearly every source of a target includes are compiled once: with them a source takes a third
# of the time. -DSPILLWAY_PRECOMPILE=OFF shows which include a source has forgotten.
option(SPILLWAY_PRECOMPILE "Compile common headers once a room" ON)

# spillway_precompile(<target> core|widgets|tests)
function(spillway_precompile target headers)
    # Many sources in one gain a seventh by it, and making it costs more than that.
    if(SPILLWAY_PRECOMPILE AND NOT CMAKE_UNITY_BUILD)
        target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${headers}.h)
    endif()
endfunction()

# No run depends on the speed of what plans, stores and draws: a user's build compiles it in three
# quarters of the time of -O1. What scans, computes and measures is FAST.
# spillway_optimise_less(<target>)
function(spillway_optimise_less target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Og>)
endfunction()

# spillway_room(<room> [AUTOMOC] [FAST] [EXCLUDE files...] [PUBLIC targets...] [PRIVATE targets...])
function(spillway_room room)
    cmake_parse_arguments(ARG "AUTOMOC;FAST" "" "EXCLUDE;PUBLIC;PRIVATE" ${ARGN})
    set(root ${CMAKE_BINARY_DIR}/include/${room})
    file(MAKE_DIRECTORY ${root})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${room} SYMBOLIC)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp *.h)
    list(REMOVE_ITEM sources "" ${ARG_EXCLUDE})
    add_library(spillway_${room} STATIC ${sources})
    set_target_properties(spillway_${room} PROPERTIES LINKER_LANGUAGE CXX)
    if(ARG_AUTOMOC)
        set_target_properties(spillway_${room} PROPERTIES AUTOMOC ON)
    endif()
    target_include_directories(spillway_${room} PUBLIC ${root})
    # Places in the sources that a program can print have no path of the machine that built it.
    target_compile_options(spillway_${room} PRIVATE -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
    target_link_libraries(spillway_${room} PUBLIC ${ARG_PUBLIC} PRIVATE spillway_flags ${ARG_PRIVATE})
    if(NOT ARG_FAST)
        spillway_optimise_less(spillway_${room})
    endif()
    if("${ARG_PUBLIC}" MATCHES "Qt6::Widgets")
        spillway_precompile(spillway_${room} widgets)
    else()
        spillway_precompile(spillway_${room} core)
    endif()
endfunction()

# Tests run side by side. Those that measure memory or time of processes, or look for what ended
# processes left on the machine, run when no other does.
# spillway_measuring(<tests...>)
function(spillway_measuring)
    set_tests_properties(${ARGN} PROPERTIES RUN_SERIAL ON)
endfunction()

# Those that need the Python environments, of engines or of the tests' own tools. `./check quick`
# leaves them out.
# spillway_with_environments(<tests...>)
function(spillway_with_environments)
    set_tests_properties(${ARGN} PROPERTIES FIXTURES_REQUIRED environments LABELS engines)
endfunction()

# Those that start real engines: for most of their time a cluster starts or ends, on less than one
# core, and each has ports, directories and tokens of its own. So two run beside one another, however
# many cores there are: more would want the memory of more than two clusters at once. They take longest
# and are begun first, in the order of SECONDS (about what one takes by itself; 100 unless given).
# Ray's workers give way to all other processes unless they are told otherwise: beside a test that
# computes they would get a thirtieth of a core. What Spillway itself starts keeps Ray's default.
# spillway_with_engines(<tests...> [SECONDS seconds])
execute_process(COMMAND nproc OUTPUT_VARIABLE cores)
math(EXPR SPILLWAY_HALF_THE_CORES "(${cores} + 1) / 2")
function(spillway_with_engines)
    cmake_parse_arguments(ARG "" "SECONDS" "" ${ARGN})
    if(NOT ARG_SECONDS)
        set(ARG_SECONDS 100)
    endif()
    spillway_with_environments(${ARG_UNPARSED_ARGUMENTS})
    set_tests_properties(${ARG_UNPARSED_ARGUMENTS} PROPERTIES
        PROCESSORS ${SPILLWAY_HALF_THE_CORES} COST ${ARG_SECONDS})
    set_property(TEST ${ARG_UNPARSED_ARGUMENTS} APPEND PROPERTY ENVIRONMENT RAY_worker_niceness=0)
endfunction()

# spillway_tests(<room> [TIMEOUT seconds] [LIBS targets...]): the tests of this folder, one program.
# Each *_test.cpp is a class of tests that says so with SPILLWAY_TESTS (tests/suites/suites.h), and one
# test of ctest, <room>_<file>, run by itself: <room>_tests <file> [Qt Test's arguments].
function(spillway_tests room)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LIBS" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set(environment "QT_QPA_PLATFORM=offscreen")
    if(SPILLWAY_SANITIZE)
        math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4")
        list(APPEND environment "QTEST_FUNCTION_TIMEOUT=1200000") # milliseconds
    endif()
    if(SPILLWAY_SANITIZE MATCHES thread)
        list(APPEND environment "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp:die_after_fork=0")
    endif()
    get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    set(program ${room}_tests)
    if(NOT folder STREQUAL room)
        set(program ${room}_${folder}_tests)
    endif()
    file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *_test.cpp)
    add_executable(${program} ${sources})
    foreach(source IN LISTS sources)
        string(REGEX REPLACE "\\.cpp$" "" suite ${source})
        # Called by name: AUTOMOC would look through every header of the folder.
        qt_generate_moc(${source} ${CMAKE_CURRENT_BINARY_DIR}/${suite}.moc)
        target_sources(${program} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${suite}.moc)
        add_test(NAME ${room}_${suite} COMMAND ${program} ${suite})
        set_tests_properties(${room}_${suite} PROPERTIES TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "${environment}")
    endforeach()
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_include_directories(${program} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
    target_link_libraries(${program} PRIVATE spillway_flags spillway_suites ${ARG_LIBS})
    target_compile_definitions(${program} PRIVATE
        SPILLWAY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SPILLWAY_BINARY_DIR="${CMAKE_BINARY_DIR}")
    # What tests need to be fast is not in the tests.
    spillway_optimise_less(${program})
    spillway_precompile(${program} tests)
endfunction()
