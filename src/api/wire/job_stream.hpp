#pragma once
#include <memory>
#include <string>

#include "api/coding.hpp"
#include "net/http.hpp"

namespace docent::api {

/// A job as server-sent events: those of its session (session_stream()), and
///
///     event: job             data: the AgentJob; at first, and when it changes, after what changed it
///
/// `reviews`: see show_job().
std::unique_ptr<net::BodySource> job_events(Coding& coding, const std::string& job, std::int64_t after,
                                            std::string reviews);

/// The work on a job's prompt as an AI SDK 4 data stream: the agent's words, its tool calls with results, the
/// address of the pull request; ends when the agent has nothing more to do on it.
std::unique_ptr<net::BodySource> job_chat(Coding& coding, const std::string& job, std::string reviews);

}  // namespace docent::api
