#pragma once
#include <string>
#include <vector>

#include "api/coding.hpp"
#include "net/http.hpp"

namespace docent::api {

/// How many events are read from the store at once.
constexpr std::int64_t events_at_once = 128;

/// A timeline as one JSON array, however long: what does not come at once is read in parts, as fast as the
/// reader takes them. `query.limit` 0: all; `first` is what the query found with events_at_once as its limit,
/// if that is less. An array that is cut off, its last bracket missing, is one that could not be read to the
/// end.
net::Response events_reply(Coding& coding, const std::string& session, store::EventQuery query,
                           const std::vector<store::Event>& first);

}  // namespace docent::api
