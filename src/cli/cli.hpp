#pragma once

namespace docent::cli {

/// The program: reads the command line, runs one command, returns its exit code. 0 done; 1 failed;
/// 2 the command line or the configuration is wrong; 3 not found; 4 the docs have no answer (ask, search).
int run(int argc, char** argv);

}  // namespace docent::cli
