#pragma once
#include <memory>

#include "api/coding.hpp"
#include "net/http.hpp"

namespace docent::api {

/// A session as server-sent events, from after the change number `after` on, for as long as the reader stays:
///
///     event: session_event   id: the change's number; data: the whole Event as this change left it
///     event: session         data: the Session; when all that is stored was sent, and when it changes
///     event: delta           data: {event_id, text}: more text of a running agent_message
///     event: progress        data: {event_id, payload}: fields of a running event's payload
///
/// Deltas and progress are not stored: what they tell is in the event when it is whole. Changes before the
/// subscription, and those that a slow reader missed, are read from the store. Ends when the session is gone
/// or the server stops.
std::unique_ptr<net::BodySource> session_stream(Coding& coding, const std::string& session,
                                                std::int64_t after);

}  // namespace docent::api
