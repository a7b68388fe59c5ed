#pragma once
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/projects.hpp"

namespace docent::app {

struct FirstStart {
    std::vector<NewKey> new_keys;
    std::string public_key;
    std::vector<std::string> projects;
};

/// Makes what an empty installation needs: the project `default` for Config::docs, an assistant key for it,
/// and an admin key. On later starts it finds these. conflict when `docs` is not what `default` was made for.
Task<Result<FirstStart>> first_start(store::Projects& projects, store::Keys& keys, const Config& config,
                                     Millis now);

}  // namespace docent::app
