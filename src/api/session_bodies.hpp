#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "agent/sessions.hpp"
#include "api/parse.hpp"
#include "api/services.hpp"
#include "store/repositories.hpp"

namespace docent::api {

/// The bodies of the sessions API. What is wrong with one goes into the Complaints, and the result is not to
/// be used then. Unknown fields are ignored; wrong types are refused, never converted.

/// POST /api/v1/sessions. Who and which project is not filled.
struct NewSessionBody {
    agent::NewSession session;
    std::optional<agent::MessageToSend> message;
};
NewSessionBody parse_new_session(const boost::json::object& body, const Settings& settings,
                                 Complaints& complaints);

/// PATCH and PUT /api/v1/sessions/{sessionId}.
agent::SessionChanges parse_session_changes(const boost::json::object& body, Complaints& complaints);

/// POST .../messages.
agent::MessageToSend parse_session_message(const boost::json::object& body, const Settings& settings,
                                           Complaints& complaints);

/// POST .../ask-user-responses.
agent::AskedAnswer parse_asked_answer(const boost::json::object& body, Complaints& complaints);

/// POST and PATCH /api/v1/repositories: what the body has goes into `repository`; with `whole` what must be
/// there is asked for.
void parse_repository(const boost::json::object& body, bool whole, const Settings& settings,
                      store::Repository& repository, Complaints& complaints);

/// POST and PATCH /api/v1/code-providers. The secret of the metadata, if it has one.
std::optional<std::string> parse_code_provider(const boost::json::object& body, bool whole,
                                               store::CodeProvider& provider, Complaints& complaints);

}  // namespace docent::api
