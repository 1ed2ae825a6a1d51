# The Debian package; packaging/build-deb makes it.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME spillway)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Spillway maintainers <maintainers@spillway.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Beside the libraries: what the window is drawn with, and what environments of engines are made with.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qt6-qpa-plugins, python3 (>= 3.11), python3-venv")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "openjdk-17-jre-headless")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "measure which engine finishes a larger-than-memory job")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Spillway answers one question for somebody whose data no longer fits in
memory: which engine, with how many workers, finishes the job, how fast, and
in how much memory?
.
It makes or opens a dataset, runs the same job on Dask, Ray, Polars, DuckDB,
Modin, PySpark and pandas (each in a pinned Python environment that it makes
in the user's data directory) and on two native engines, shows time and memory
live, and ends with charts, tables and a verdict in which every number can be
traced to a run. Failures are results, too. A session is one file.
.
There is a window (spillway) and a terminal program (spillway --help), which
do the same.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/packaging/debian/postinst ${CMAKE_SOURCE_DIR}/packaging/debian/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Copyright and changelog, which only this package wants, are made when the rest is in place.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/debian/documentation.cmake)
include(CPack)
