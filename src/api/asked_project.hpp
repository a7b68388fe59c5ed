#pragma once
#include <string>

#include "api/projects.hpp"

namespace docent::api {

/// The project whose documents an open route is asked for: {domain} of the path, else the one whose host is
/// asked, else `default`. not_found, in the words of an unknown route.
Task<Result<store::Project>> asked_project(const net::Request& request, Services& services);

/// The same for a path without {domain}.
Task<Result<store::Project>> root_project(const net::Request& request, Services& services);

/// What the addresses of a project's documents begin with, as the caller sees them: "http://host",
/// "http://host/domain".
std::string document_base(const net::Request& request, const Services& services);

/// What links to pages begin with, for readers who are not on the site: its address (setting site_url), else
/// `documents`, where this server has the pages itself.
std::string link_base(const store::Project& project, const std::string& documents);

Error no_route();

}  // namespace docent::api
