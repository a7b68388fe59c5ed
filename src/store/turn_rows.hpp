#pragma once
#include "store/threads.hpp"

namespace docent::store {

// The columns of turns, and a row of them.
#define TURN_COLUMNS                                                                                        \
    "id, thread_id, project_id, fp, question, answer, sources, state, resolution, language, page, caller, " \
    "created, finished, response_type, gap"

Turn turn_of(const Row& row);

}  // namespace docent::store
