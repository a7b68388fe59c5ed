#pragma once
#include "base/clock.hpp"
#include "store/store.hpp"

namespace docent::store {

/// What the challenges of a public widget need to be signed by one process and taken once by all.
class Challenges {
public:
    explicit Challenges(Store& store) : store_(store) {}

    /// A secret that all processes of this installation share: the one that is stored, else `fresh`.
    Task<Result<std::string>> secret(std::string name, std::string fresh);
    /// True for the first who uses it. Durable.
    Task<Result<bool>> use(std::string id, Millis expires);
    Task<Status> forget_before(Millis time);

private:
    Store& store_;
};

}  // namespace docent::store
