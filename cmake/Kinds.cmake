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

# spillway_embed_presets(<list> <folders...>): a line SPILLWAY_PRESET("<id>", R"json(<text>)json") for every
# <id>.json in one of the folders, which experiment/presets.cpp reads.
function(spillway_embed_presets list)
    set(lines "")
    foreach(folder IN LISTS ARGN)
        file(GLOB files CONFIGURE_DEPENDS ${folder}/*.json)
        foreach(file IN LISTS files)
            get_filename_component(id ${file} NAME_WE)
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
            file(READ ${file} text)
            string(APPEND lines "SPILLWAY_PRESET(\"${id}\", R\"json(${text})json\")\n")
        endforeach()
    endforeach()
    file(CONFIGURE OUTPUT ${list} CONTENT "@lines@" @ONLY)
endfunction()

# spillway_embed_jobs(<list> <folder>): a line SPILLWAY_JOB_FILE("<kind>", "<suite>", "<name>",
# R"json(<text>)json") for every <kind>/jobs/<suite>/<name>.json in the folder, which
# workloads/shipped_jobs.cpp reads.
function(spillway_embed_jobs list folder)
    set(lines "")
    file(GLOB files CONFIGURE_DEPENDS RELATIVE ${folder} ${folder}/*/jobs/*/*.json)
    foreach(file IN LISTS files)
        string(REGEX MATCH "^([^/]+)/jobs/([^/]+)/([^/]+).json$" found ${file})
        set(place "\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\"")
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
        file(READ ${folder}/${file} text)
        string(APPEND lines "SPILLWAY_JOB_FILE(${place}, R\"json(${text})json\")\n")
    endforeach()
    file(CONFIGURE OUTPUT ${list} CONTENT "@lines@" @ONLY)
endfunction()
