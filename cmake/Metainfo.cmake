# AppStream's description of the program, with the releases of CHANGELOG.md.
get_filename_component(metainfo_root ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${metainfo_root}/CHANGELOG.md)
set(metainfo_releases "")
file(STRINGS ${metainfo_root}/CHANGELOG.md headings REGEX "^## \\[[0-9.]+\\] - ")
foreach(heading IN LISTS headings)
    string(REGEX REPLACE "^## \\[(.*)\\] - (.*)$" "    <release version=\"\\1\" date=\"\\2\"/>\n"
        release "${heading}")
    string(APPEND metainfo_releases "${release}")
endforeach()

# metainfo_screenshot(<attributes> <file below docs/manual/images> <caption>)
function(metainfo_screenshot attributes picture caption)
    string(APPEND metainfo_web "    <screenshot${attributes}>\n      <caption>${caption}</caption>\n"
        "      <image>${SPILLWAY_WEBSITE}/docs/manual/images/${picture}</image>\n    </screenshot>\n")
    set(metainfo_web "${metainfo_web}" PARENT_SCOPE)
endfunction()

set(metainfo_web "")
if(SPILLWAY_WEBSITE)
    set(metainfo_web "  <url type=\"homepage\">${SPILLWAY_WEBSITE}</url>\n  <screenshots>\n")
    metainfo_screenshot(" type=\"default\"" compare.png
        "The verdict, and the charts and figures that it follows from")
    string(APPEND metainfo_web "  </screenshots>\n")
endif()
configure_file(${metainfo_root}/packaging/desktop/metainfo.xml.in
    ${desktop}/${SPILLWAY_DESKTOP_ID}.metainfo.xml @ONLY)
