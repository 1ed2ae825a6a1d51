# Kinds of work are folders; nothing lists them but what this writes.

# spillway_list_kinds(<list> <entry> <folders...>): a line SPILLWAY_KIND(<kind>) for every <kind>/<entry>
# in one of the folders, sorted.
function(spillway_list_kinds list entry)
    set(kinds "")
    foreach(folder IN LISTS ARGN)
        file(GLOB found CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*/${entry})
        foreach(place IN LISTS found)
            string(REGEX REPLACE "/.*$" "" kind ${place})
            list(APPEND kinds ${kind})
        endforeach()
    endforeach()
    list(SORT kinds)
    set(lines "")
    foreach(kind IN LISTS kinds)
        string(APPEND lines "SPILLWAY_KIND(${kind})\n")
    endforeach()
    file(CONFIGURE OUTPUT ${list} CONTENT "${lines}")
endfunction()
