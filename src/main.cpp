#include "cli/cli.hpp"

int main(int argc, char** argv) { return docent::cli::run(argc, argv); }
