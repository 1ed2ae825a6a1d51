# Where things lie when they are installed, and the same layout in the build tree: the program finds
# its files by its own place and nothing else (core/base/program.h), so a tree may be moved as a whole.
include(GNUInstallDirs)
set(CMAKE_INSTALL_DOCDIR ${CMAKE_INSTALL_DATAROOTDIR}/doc/spillway)

# The name of desktop entry, AppStream component and icon. No host is claimed by it: none has the name.
set(SPILLWAY_DESKTOP_ID org.spillway_workbench.spillway)

file(RELATIVE_PATH SPILLWAY_BIN_TO_DATA
    ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/spillway)
file(RELATIVE_PATH SPILLWAY_BIN_TO_LIBEXEC
    ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/spillway)

# spillway_build_link(<place as from bin/> <target>)
function(spillway_build_link place target)
    get_filename_component(link ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${place} ABSOLUTE)
    get_filename_component(directory ${link} DIRECTORY)
    file(MAKE_DIRECTORY ${directory})
    file(CREATE_LINK ${target} ${link} SYMBOLIC)
endfunction()

spillway_build_link(${SPILLWAY_BIN_TO_DATA}/engines ${CMAKE_SOURCE_DIR}/resources/engines)
spillway_build_link(${SPILLWAY_BIN_TO_DATA}/workloads ${CMAKE_SOURCE_DIR}/core/workloads)
spillway_build_link(${SPILLWAY_BIN_TO_DATA}/adapters ${CMAKE_SOURCE_DIR}/adapters)
spillway_build_link(${SPILLWAY_BIN_TO_DATA}/manual ${CMAKE_SOURCE_DIR}/docs/manual)
spillway_build_link(${SPILLWAY_BIN_TO_LIBEXEC}/spillway-worker
    ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/spillway-worker)
