# Run by cpack on what `cmake --install` has put into the staging folder, before it is packed: adds what only a
# package has.
find_program(shlibdeps dpkg-shlibdeps)
if(NOT shlibdeps)
  message(FATAL_ERROR "farehook: dpkg-shlibdeps: not found. A package needs it: install dpkg-dev and file.")
endif()

set(usr ${CPACK_TEMPORARY_DIRECTORY}/usr)
file(COPY ${CMAKE_CURRENT_LIST_DIR}/changelog ${CMAKE_CURRENT_LIST_DIR}/copyright
  DESTINATION ${usr}/share/doc/farehook)
if(EXISTS ${usr}/share/zsh/site-functions)
  file(RENAME ${usr}/share/zsh/site-functions ${usr}/share/zsh/vendor-completions)  # where Debian's zsh looks
endif()
execute_process(COMMAND gzip -9n ${usr}/share/man/man1/farehook.1 ${usr}/share/doc/farehook/changelog
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND chmod -R u=rwX,go=rX ${usr} COMMAND_ERROR_IS_FATAL ANY)  # whatever the umask
