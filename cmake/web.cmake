# The page at / is built by npm (web/) into the build folder and carried inside the program, like the
# files of cmake/embed.cmake. Its files' names are known only after its build, so all of them are taken.
find_program(NPM npm)
function(embed_web target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/* ${PROJECT_SOURCE_DIR}/web/public/*)
  foreach(name index.html review.html package.json package-lock.json vite.config.ts tsconfig.json)
    list(APPEND sources ${PROJECT_SOURCE_DIR}/web/${name})
  endforeach()
  if(NOT NPM)
    message(FATAL_ERROR "npm is missing: the page at / is built with it (apt-get install npm)")
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_web.cpp)
  set(dist ${CMAKE_CURRENT_BINARY_DIR}/web)
  add_custom_command(OUTPUT ${out}
    COMMAND ${PROJECT_SOURCE_DIR}/web/build.sh ${dist}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/embed.py web ${dist} ${out}
    DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/tools/embed.py ${PROJECT_SOURCE_DIR}/web/build.sh
    COMMENT "Building the page at /" VERBATIM)
  target_sources(${target} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
