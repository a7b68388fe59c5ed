#pragma once
#include <string>

#include "api/project_settings.hpp"
#include "api/services.hpp"

namespace docent::api {

/// The project that {domain} names, if the caller's key opens it: slug, id, a configured host, or
/// NAME.mintlify.app and its like. not_found, in the same words for "no such project" and "not yours".
Task<Result<store::Project>> find_project(std::string domain, const Caller& caller, Services& services);

/// The index in force; unavailable before the first build.
Result<std::shared_ptr<const search::Index>> find_index(const store::Project& project, Services& services);

/// The address of a page for links: its own, or base path and path, "#anchor" included when there is one.
std::string page_url(const search::PageView& page, std::string_view anchor, const std::string& base_path);

/// "http://host:port" of this server as the caller sees it: the setting, else the request's Host. "" when
/// the Host is not a host.
std::string public_origin(const net::Request& request, const Services& services);

}  // namespace docent::api
