# What Debian wants below /usr/share/doc, written by CPack into the tree that becomes the package.
set(documents ${CPACK_TEMPORARY_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share/doc/${CPACK_PACKAGE_NAME})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${documents}
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
execute_process(COMMAND_ERROR_IS_FATAL ANY
    COMMAND python3 -I ${CMAKE_CURRENT_LIST_DIR}/changelog.py ${CMAKE_CURRENT_LIST_DIR}/../../CHANGELOG.md
        ${documents}/changelog.gz ${CPACK_PACKAGE_CONTACT})
