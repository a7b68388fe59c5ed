#pragma once
#include "api/mcp/call.hpp"

namespace docent::api::mcp {

// The pages of the documentation as resources ("docs://project/guides/install"), and the site's skill files
// ("skill://project/SKILL.md").

/// resources/list: the pages of the site's contents in their order, then the skill files; 100 at a time.
RpcResult list_resources(const boost::json::object& params, const Call& call);

/// resources/templates/list.
RpcResult list_resource_templates(const Call& call);

/// resources/read: a page, also by the link of a search result. `page` becomes its path; "" for no page.
RpcResult read_resource(const boost::json::object& params, const Call& call, std::string& page);

/// completion/complete: paths of pages that begin as typed.
RpcResult complete_path(const boost::json::object& params, const Call& call);

}  // namespace docent::api::mcp
