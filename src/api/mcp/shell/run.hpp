#pragma once
#include <chrono>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "search/index.hpp"

namespace docent::api::shell {

/// How a command line ended.
struct Outcome {
    int exit = 0;  // of the last program; 124: time was up, 127: no such program
    std::string out, err;
    std::set<std::uint32_t> read;  // pages whose text cat, head, tail and sed showed or gave on
};

/// Runs a command line over the documentation (tree.hpp). Nothing of the machine is read, nothing is
/// written, no process is started. invalid_argument as parse_script(). CPU work of at most about `limit`:
/// call it on the search pool.
Result<Outcome> run_script(const search::Index& index, std::string_view script,
                           std::chrono::milliseconds limit = std::chrono::milliseconds(2'000));

/// "exit: 0", then the blocks "--- stdout ---" and "--- stderr ---" that are not empty. At most
/// max_outcome_text bytes; what is cut is marked with how much there was.
std::string outcome_text(const Outcome& outcome);
inline constexpr std::size_t max_outcome_text = 30'000;

}  // namespace docent::api::shell
