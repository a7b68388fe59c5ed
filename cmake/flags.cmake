# One set of flags for our own code; outside headers are system headers and stay quiet.
add_library(docent_flags INTERFACE)
target_compile_options(docent_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wswitch -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# Of files that are compiled as one: names of each other's unnamed namespaces are near, and no mistake.
add_library(docent_unity_flags INTERFACE)
target_compile_options(docent_unity_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage;-Wno-shadow;-Wshadow=local>)
add_compile_definitions(BOOST_ASIO_NO_DEPRECATED SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
add_compile_options(-pthread -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # False in GCC 12: the first two with coroutines, the others with std::string at -O2 (GCC bugs 105329, 105651).
  target_compile_options(docent_flags INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete
    -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread)
endif()
if(DOCENT_SANITIZE)
  add_compile_options(-fsanitize=${DOCENT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DOCENT_SANITIZE})
  if(DOCENT_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)  # Asio's fences: TSan does not model them, and GCC says so
  endif()
  if(DOCENT_SANITIZE MATCHES undefined)
    # A null pointer that is used stops the program under ASan too, and x86 reads what is not aligned: these two
    # checks alone made a quarter of the build's time.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=null,alignment)
  endif()
endif()
if(DOCENT_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # the fuzzer is led by what the modules' own code does
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
