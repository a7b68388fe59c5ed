# Files that the program carries inside: embed(<target> <symbol> <base dir> <files...>) makes
# `const std::vector<docent::Embedded>& docent::embedded_<symbol>()`; see base/embedded.hpp.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(embed target symbol base_dir)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp)
  add_custom_command(OUTPUT ${out}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/embed.py ${symbol} ${base_dir} ${out} ${ARGN}
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/tools/embed.py VERBATIM)
  target_sources(${target} PRIVATE ${out})
  set_source_files_properties(${out} PROPERTIES SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
