#pragma once
#include <optional>

#include "api/project_settings.hpp"
#include "api/services.hpp"

namespace docent::api {

/// What a project sets against the abuse of its public key: messages of one reader and from one address in
/// an hour, and the solved challenge (header x-docent-proof). The refusal (403, 429) to be sent, or nothing.
/// Every route that starts an answer asks this first.
Task<Result<std::optional<net::Response>>> refuse_message(const net::Request& request, std::string project_id,
                                                          const ProjectSettings& settings, std::string fp,
                                                          Services& services);

/// Masks what a project does not want to be known: in what is stored, or in the question itself.
void apply_masking(const ProjectSettings& settings, assistant::Question& question);
/// The same of a text that is only stored: a search, feedback.
std::string masked_for(const ProjectSettings& settings, std::string text);

}  // namespace docent::api
