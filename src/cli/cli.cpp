#include "cli/cli.hpp"

namespace docent::cli {
int run(int, char**) { return 0; }
}  // namespace docent::cli
