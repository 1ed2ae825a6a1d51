# What `cmake --install` and packaging/build-deb put where (the layout is cmake/Layout.cmake's).

install(TARGETS spillway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS spillway-worker RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/spillway)

install(DIRECTORY resources/engines DESTINATION ${CMAKE_INSTALL_DATADIR}/spillway
    FILES_MATCHING PATTERN "*.json")
# What they do for each kind of work, from the kinds' folders.
file(GLOB kind_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/core core/workloads/*/engines/*.json)
foreach(file IN LISTS kind_files)
    get_filename_component(place ${file} DIRECTORY)
    install(FILES core/${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/spillway/${place})
endforeach()
# The adapters with the requirements that their environments are made from.
install(DIRECTORY adapters DESTINATION ${CMAKE_INSTALL_DATADIR}/spillway
    FILES_MATCHING PATTERN "*.py" PATTERN "py.typed" PATTERN "requirements/*.txt"
    PATTERN "__pycache__" EXCLUDE PATTERN ".*" EXCLUDE)
# The manual is read by the window, so it lies where programs may look: systems leave out the
# documents (Debian policy 12.3, and images of containers do).
install(DIRECTORY docs/manual DESTINATION ${CMAKE_INSTALL_DATADIR}/spillway
    FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
# What the manual sends people to who want to know exactly, with the pages that these link to.
foreach(page adding-an-engine command-line engines measurement performance protocol workloads)
    install(FILES docs/${page}.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()
install(DIRECTORY docs/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
    FILES_MATCHING PATTERN "*.py" PATTERN "*.json"
    PATTERN "__pycache__" EXCLUDE PATTERN ".*" EXCLUDE)

# Manual pages, which app/CMakeLists.txt writes, and what shells complete.
install(FILES ${CMAKE_BINARY_DIR}/share/man/man1/spillway.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_BINARY_DIR}/share/man/man5/spillway-plan.5.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
set(completions resources/completions)
install(FILES ${completions}/spillway.bash RENAME spillway
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/bash-completion/completions)
install(FILES ${completions}/spillway.zsh RENAME _spillway
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/zsh/vendor-completions)
install(FILES ${completions}/spillway.fish
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/fish/vendor_completions.d)

# What a desktop knows of the program. A packager with a web site of his own gives its address:
# AppStream takes pictures from the web only.
set(SPILLWAY_WEBSITE "" CACHE STRING "https:// address under which README.md and docs/ can be read")
set(desktop ${CMAKE_BINARY_DIR}/desktop)
include(Metainfo)
configure_file(packaging/desktop/spillway.desktop.in ${desktop}/${SPILLWAY_DESKTOP_ID}.desktop @ONLY)
configure_file(packaging/desktop/mime.xml.in ${desktop}/${SPILLWAY_DESKTOP_ID}.xml @ONLY)
install(FILES ${desktop}/${SPILLWAY_DESKTOP_ID}.desktop
    DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${desktop}/${SPILLWAY_DESKTOP_ID}.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
install(FILES ${desktop}/${SPILLWAY_DESKTOP_ID}.metainfo.xml
    DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)

# One drawing in every size that desktops ask for.
set(icon resources/icons/spillway.svg)
set(hicolor ${CMAKE_INSTALL_DATADIR}/icons/hicolor)
add_executable(render_icon packaging/desktop/render_icon.cpp)
target_link_libraries(render_icon PRIVATE spillway_flags Qt6::Svg)
# A tool of the build, run by it without the suppressions that ThreadSanitizer needs for Qt.
target_compile_options(render_icon PRIVATE -fno-sanitize=all)
target_link_options(render_icon PRIVATE -fno-sanitize=all)
foreach(side 16 22 24 32 48 64 128 256 512)
    set(png ${desktop}/icon-${side}.png)
    add_custom_command(OUTPUT ${png} DEPENDS ${icon}
        COMMAND render_icon ${CMAKE_SOURCE_DIR}/${icon} ${side} ${png})
    list(APPEND pngs ${png})
    install(FILES ${png} DESTINATION ${hicolor}/${side}x${side}/apps
        RENAME ${SPILLWAY_DESKTOP_ID}.png)
endforeach()
add_custom_target(desktop_icons DEPENDS ${pngs})
install(FILES ${icon} DESTINATION ${hicolor}/scalable/apps RENAME ${SPILLWAY_DESKTOP_ID}.svg)

# Everything that has to be built before it can be installed, and no more (no tests).
add_custom_target(installable ALL)
add_dependencies(installable spillway spillway-worker desktop_icons manual_pages)

include(Package)
