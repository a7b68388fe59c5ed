#pragma once
#include <cstdint>
#include <string>

namespace docent::store {

/// A part of a list, newest first: the ids are UUIDs of version 7, so their order is the order of creation.
struct Page {
    std::string after;  // the id of the last one seen; "": from the newest
    std::int64_t limit = 20;
};

}  // namespace docent::store
