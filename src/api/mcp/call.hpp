#pragma once
#include <memory>
#include <string>

#include "api/mcp/versions.hpp"
#include "api/services.hpp"

namespace docent::api::mcp {

/// What a message is about, and what may be used to answer it. Lives as long as its HTTP request.
struct Call {
    Services& services;
    const net::Request& request;
    const store::Project& project;
    std::shared_ptr<const search::Index> index;  // null before the first build
    std::string base;                            // what addresses of the project's documents begin with
    std::string links;                           // what links to pages begin with
    std::string site;                            // what names of tools end with: "acme"
    Spoken spoken;
};

/// The error for what a limit refuses; its data says in how many seconds to come again.
RpcError refused(const Limits::Verdict& verdict, const std::string& whom);
inline constexpr std::string_view retry_after = "retryAfter";

/// A word for names of tools, of the site's name: [a-z0-9_], at most 24 characters, never "".
std::string site_word(const store::Project& project, const search::Index* index);

/// What people call the site.
std::string site_title(const store::Project& project, const search::Index* index);

}  // namespace docent::api::mcp
