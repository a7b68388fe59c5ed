#pragma once
#include "net/host_rules.hpp"
#include "net/http_client.hpp"

namespace docent::net {

/// As GuardedHttp::fetch_once(), for a server whose answer is of no great interest: the body is its first
/// `most` bytes, and the rest is not read, however much there is.
Task<Result<Reply>> fetch_beginning(HttpClient& http, const HostRules& rules, Call call, std::size_t most);

}  // namespace docent::net
