# Makes docent_<module> from every line of src/LAYERS: its sources are src/<module>/**.cpp, its
# dependencies are the modules on its line, and its outside libraries are <module>_libs.
file(STRINGS ${PROJECT_SOURCE_DIR}/src/LAYERS layers REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/LAYERS)
set(DOCENT_MODULES "")
foreach(line IN LISTS layers)
  string(REGEX MATCH "^([a-z]+): *(.*)$" _ "${line}")
  set(module ${CMAKE_MATCH_1})
  string(REPLACE " " ";" deps "${CMAKE_MATCH_2}")
  list(TRANSFORM deps PREPEND docent_)
  list(APPEND DOCENT_MODULES ${module})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${module}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/sandbox/init/")  # a program of its own, see below
  if(NOT sources)
    add_library(docent_${module} INTERFACE)
    target_include_directories(docent_${module} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(docent_${module} INTERFACE ${deps} ${${module}_libs})
    continue()
  endif()
  add_library(docent_${module} STATIC ${sources})
  target_include_directories(docent_${module} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(docent_${module} PUBLIC ${deps} ${${module}_libs} PRIVATE docent_flags)
  if(DOCENT_SANITIZE AND module MATCHES "^(docs|search|assistant|maintenance)$")
    target_compile_options(docent_${module} PRIVATE -O1)  # their tests compute: -Og takes them several times as long
  endif()
  if(DOCENT_UNITY)
    set_target_properties(docent_${module} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${DOCENT_UNITY})
    target_link_libraries(docent_${module} PRIVATE docent_unity_flags)
  endif()
  if(module STREQUAL docs OR module STREQUAL app OR module STREQUAL cli)
    target_include_directories(docent_${module} SYSTEM PRIVATE ${TOMLPLUSPLUS_INCLUDE} ${CLI11_INCLUDE})
  endif()
  if(DOCENT_PCH)
    if(module STREQUAL base)
      target_precompile_headers(docent_base PRIVATE ${PROJECT_SOURCE_DIR}/cmake/pch.hpp)
    else()
      target_precompile_headers(docent_${module} REUSE_FROM docent_base)
    endif()
  endif()
endforeach()

# The SQL migrations travel inside the program.
file(GLOB migrations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/store/migrations/*.sql)
get_target_property(store_type docent_store TYPE)
if(NOT store_type STREQUAL INTERFACE_LIBRARY)
  embed(docent_store migrations ${PROJECT_SOURCE_DIR}/src/store/migrations ${migrations})
endif()

# So do the stop words: a file a language, from the Snowball project (see src/search/languages.hpp).
file(GLOB stop_words CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/search/stop_words/*.txt)
get_target_property(search_type docent_search TYPE)
if(NOT search_type STREQUAL INTERFACE_LIBRARY)
  embed(docent_search stop_words ${PROJECT_SOURCE_DIR}/src/search/stop_words ${stop_words})
endif()

# So does the first process of a sandbox: linked with the C library alone, and never with a sanitizer.
add_executable(sandbox_init ${PROJECT_SOURCE_DIR}/src/sandbox/init/main.cpp)
target_link_libraries(sandbox_init PRIVATE docent_flags)
target_compile_options(sandbox_init PRIVATE -fno-sanitize=all -fno-exceptions -Os)
target_link_options(sandbox_init PRIVATE -fno-sanitize=all -nodefaultlibs -s)
target_link_libraries(sandbox_init PRIVATE c)
set(init_copy ${CMAKE_CURRENT_BINARY_DIR}/sandbox_init_bytes)
add_custom_command(OUTPUT ${init_copy}/init
  COMMAND ${CMAKE_COMMAND} -E make_directory ${init_copy}
  COMMAND ${CMAKE_COMMAND} -E copy $<TARGET_FILE:sandbox_init> ${init_copy}/init
  DEPENDS sandbox_init VERBATIM)
embed(docent_sandbox sandbox_init ${init_copy} ${init_copy}/init)

# So does the page at /.
get_target_property(api_type docent_api TYPE)
if(NOT api_type STREQUAL INTERFACE_LIBRARY)
  embed_web(docent_api)
endif()
