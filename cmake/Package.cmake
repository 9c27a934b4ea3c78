# What `cmake --install` puts where, and the Debian package that CPack makes of it (./dev package). Only the program need be built.

include(GNUInstallDirs)
set(KOINE_MAINTAINER "Koine maintainers <maintainers@koine.invalid>" CACHE STRING "Who answers for the Debian package")
set(KOINE_DEBIAN_REVISION 1 CACHE STRING "Counts the Debian packages of one version")

set(made ${CMAKE_BINARY_DIR}/package-files)
install(TARGETS koine RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(CODE "execute_process(COMMAND [[${CMAKE_COMMAND}]] [[-DPROGRAM=$<TARGET_FILE:koine>]] [[-DOUTPUT=${made}]] -DVERSION=${PROJECT_VERSION}
  -DREVISION=${KOINE_DEBIAN_REVISION} [[-DMAINTAINER=${KOINE_MAINTAINER}]] -P [[${CMAKE_SOURCE_DIR}/cmake/PackageFiles.cmake]]
  COMMAND_ERROR_IS_FATAL ANY)")
install(FILES ${made}/koine.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/koine.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME koine)
install(FILES ${made}/_koine DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${made}/koine.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${made}/koine.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/koine)
install(FILES ${made}/changelog.gz ${made}/changelog.Debian.gz ${CMAKE_SOURCE_DIR}/cmake/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME koine)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "HTTP API from a SQLite file that nobody prepared")
set(CPACK_PACKAGE_DESCRIPTION
"Koine reads the tables, views and foreign keys of a SQLite file and serves
them over HTTP, in API dialects that clients already know: PostgREST's, so
that its clients work unmodified, and others that are described in a file.")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${KOINE_DEBIAN_REVISION})
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${KOINE_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
