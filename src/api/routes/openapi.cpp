#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/job_problem.hpp"
#include "api/routes/handlers.hpp"
#include "api/routes/openapi_tables.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

/// The bodies, by the names that `bodies` below uses. Lenient in what is accepted: see docs.
constexpr auto schemas = R"json({
  "Problem": {"type": "object", "required": ["error", "message", "code", "status"], "properties": {
    "error": {"type": "string", "description": "One sentence for people."},
    "message": {"type": "string", "description": "The same sentence."},
    "code": {"type": "string", "description": "A word for programs."},
    "status": {"type": "integer"}}},
  "OpenAiProblem": {"type": "object", "required": ["error"], "properties": {"error": {"type": "object", "properties": {
    "message": {"type": "string"}, "type": {"type": "string"}, "param": {"type": ["string", "null"]}, "code": {"type": ["string", "null"]}}}}},
  "Filter": {"type": ["object", "null"], "description": "Untagged pages pass version, language and tag.", "properties": {
    "version": {"type": ["string", "null"]}, "language": {"type": ["string", "null"]}, "tag": {"type": ["string", "null"]},
    "groups": {"type": ["array", "null"], "items": {"type": "string"}, "description": "Groups that the caller vouches for."}}},
  "Context": {"type": "object", "required": ["type", "value"], "properties": {
    "type": {"enum": ["code", "textSelection"]}, "value": {"type": "string"},
    "path": {"type": ["string", "null"]}, "elementId": {"type": ["string", "null"]}}},
  "Message": {"type": "object", "required": ["role"], "properties": {
    "id": {"type": "string"}, "role": {"enum": ["user", "assistant", "system", "data"]},
    "content": {"type": ["string", "null"], "description": "AI SDK 4; read when there are no text parts."},
    "parts": {"type": ["array", "null"], "items": {"type": "object"}, "description": "Parts of type text are read; all others are accepted."},
    "metadata": {"description": "metadata.threadId of an earlier answer continues its thread."}}},
  "Question": {"type": "object", "required": ["fp", "messages"], "properties": {
    "fp": {"type": ["string", "null"], "description": "An identifier of the reader, or \"anonymous\"."},
    "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
    "threadId": {"type": ["string", "null"], "description": "Continues a thread: x-thread-id of an earlier answer."},
    "threadKey": {"type": ["string", "null"], "description": "x-thread-key of the thread's first answer."},
    "retrievalPageSize": {"type": ["integer", "null"], "default": 5, "minimum": 1},
    "filter": {"$ref": "#/components/schemas/Filter"},
    "context": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Context"}},
    "currentPath": {"type": ["string", "null"], "description": "The page that the reader is on; cut at 200 characters."},
    "id": {"type": ["string", "null"], "description": "The client's chat: names the running answer for stream and stop."}}},
  "Stop": {"type": "object", "properties": {"threadKey": {"type": ["string", "null"]}}},
  "Stopped": {"type": "object", "required": ["stopped"], "properties": {"stopped": {"type": "boolean"}}},
  "SearchQuery": {"type": "object", "required": ["query"], "properties": {
    "query": {"type": "string"},
    "pageSize": {"type": ["integer", "null"], "default": 10, "minimum": 1, "maximum": 50},
    "scoreThreshold": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "filter": {"$ref": "#/components/schemas/Filter"}}},
  "SearchResults": {"type": "array", "items": {"type": "object", "required": ["content", "path", "metadata"], "properties": {
    "content": {"type": "string", "description": "The section as Markdown, its heading first."},
    "path": {"type": "string", "description": "Of the page, without leading slash."},
    "metadata": {"type": "object", "properties": {
      "title": {"type": "string"}, "description": {"type": "string"}, "url": {"type": "string"},
      "section": {"type": "string"}, "language": {"type": "string"}, "version": {"type": "string"}, "tag": {"type": "string"},
      "breadcrumbs": {"type": "array", "items": {"type": "string"}},
      "score": {"type": "number", "minimum": 0, "maximum": 1}}}}}},
  "PageQuery": {"type": "object", "required": ["path"], "properties": {
    "path": {"type": "string"}, "groups": {"type": ["array", "null"], "items": {"type": "string"}}}},
  "Page": {"type": "object", "required": ["path", "content"], "properties": {
    "path": {"type": "string"}, "content": {"type": "string", "description": "Markdown."}}},
  "Challenge": {"type": "object", "required": ["required"], "properties": {
    "required": {"type": "boolean", "description": "false: messages need no proof; the other fields are absent."},
    "challenge": {"type": "string"}, "algorithm": {"const": "SHA-256"},
    "difficulty": {"type": "integer", "description": "Zero bits that SHA-256 of CHALLENGE:N begins with."},
    "header": {"type": "string", "description": "Carries CHALLENGE:N."}, "expiresAt": {"type": "string", "format": "date-time"}}},
  "Feedback": {"type": "object", "description": "Names a page (path) or an answer (threadId, messageId), and has a thumb, a comment or code.", "properties": {
    "path": {"type": ["string", "null"]}, "threadId": {"type": ["string", "null"]}, "messageId": {"type": ["string", "null"]},
    "helpful": {"type": ["boolean", "null"]}, "comment": {"type": ["string", "null"]},
    "feedback": {"type": ["string", "null"], "description": "The same as comment."},
    "contact": {"type": ["string", "null"]}, "code": {"type": ["string", "null"]},
    "filename": {"type": ["string", "null"]}, "lang": {"type": ["string", "null"]}, "fp": {"type": ["string", "null"]},
    "source": {"enum": ["code_snippet", "contextual", "agent", "thumbs_only", null]}}},
  "FeedbackTaken": {"type": "object", "required": ["id", "source", "status"], "properties": {
    "id": {"type": "string"}, "source": {"type": "string"}, "status": {"type": "string"}}},
  "Click": {"type": "object", "required": ["searchId", "path"], "properties": {
    "searchId": {"type": "string", "description": "x-search-id of the search's answer."}, "path": {"type": "string"}}},
  "Recorded": {"type": "object", "required": ["recorded"], "properties": {"recorded": {"type": "boolean"}}},
  "Thread": {"type": "object", "required": ["threadId", "createdAt", "messages"], "properties": {
    "threadId": {"type": "string"}, "createdAt": {"type": "string", "format": "date-time"},
    "messages": {"type": "array", "items": {"type": "object", "required": ["id", "role", "content", "createdAt"], "properties": {
      "id": {"type": "string"}, "role": {"enum": ["user", "assistant"]}, "content": {"type": "string"},
      "createdAt": {"type": "string", "format": "date-time"}}}}}},
  "ThreadDeleted": {"type": "object", "properties": {"deleted": {"type": "boolean"}, "threadId": {"type": "string"}}},
  "Conversations": {"type": "object", "required": ["conversations", "nextCursor", "hasMore"], "properties": {
    "conversations": {"type": "array", "items": {"type": "object",
      "required": ["id", "timestamp", "query", "response", "sources", "resolutionStatus", "queryCategory", "pageUrl"], "properties": {
      "id": {"type": "string"}, "conversationId": {"type": "string"}, "timestamp": {"type": "string", "format": "date-time"},
      "query": {"type": "string"}, "response": {"type": "string"}, "responseType": {"enum": ["answer", "clarifying_question"]},
      "sources": {"type": "array", "items": {"type": "object", "properties": {"title": {"type": "string"}, "url": {"type": "string"}}}},
      "resolutionStatus": {"enum": ["answered", "unanswered"]},
      "unansweredReason": {"enum": ["not_covered", "not_found"], "description": "not_found: the documentation has it, the answer did not."},
      "queryCategory": {"type": ["string", "null"]}, "pageUrl": {"type": ["string", "null"]},
      "language": {"type": ["string", "null"]}, "caller": {"enum": ["web", "api", "other"]}, "fp": {"type": "string"}}}},
    "nextCursor": {"type": ["string", "null"]}, "hasMore": {"type": "boolean"}}},
  "Deleted": {"type": "object", "required": ["deleted"], "properties": {"deleted": {"type": "object", "properties": {
    "threads": {"type": "integer"}, "messages": {"type": "integer"}, "feedback": {"type": "integer"}}}}},
  "CallerStats": {"type": "object", "required": ["web", "api", "other", "total"], "properties": {
    "web": {"type": "integer"}, "api": {"type": "integer"}, "other": {"type": "integer"}, "total": {"type": "integer"}}},
  "Clusters": {"type": "object", "required": ["clusters", "totalClusters", "totalQuestions", "hasMore"], "properties": {
    "clusters": {"type": "array", "items": {"type": "object", "properties": {
      "label": {"type": "string"}, "count": {"type": "integer"}, "firstAskedAt": {"type": "string"}, "lastAskedAt": {"type": "string"},
      "terms": {"type": "array", "items": {"type": "string"}}, "examples": {"type": "array", "items": {"type": "string"}},
      "conversationIds": {"type": "array", "items": {"type": "string"}}, "reason": {"enum": ["not_covered", "not_found"]},
      "nearestPages": {"type": "array", "items": {"type": "object", "properties": {
        "path": {"type": "string"}, "title": {"type": "string"}, "url": {"type": "string"}, "score": {"type": "number"}}}}}}},
    "totalClusters": {"type": "integer"}, "totalQuestions": {"type": "integer"}, "hasMore": {"type": "boolean"}}},
  "FeedbackItem": {"type": "object", "required": ["id", "path", "comment", "createdAt", "source", "status"], "properties": {
    "id": {"type": "string"}, "path": {"type": "string"}, "comment": {"type": ["string", "null"]},
    "createdAt": {"type": ["string", "null"]}, "source": {"enum": ["code_snippet", "contextual", "agent", "thumbs_only"]},
    "status": {"enum": ["pending", "in_progress", "resolved", "dismissed"]}, "helpful": {"type": "boolean"},
    "contact": {"type": ["string", "null"]}, "code": {"type": "string"}, "filename": {"type": ["string", "null"]},
    "lang": {"type": ["string", "null"]}, "threadId": {"type": "string"}, "messageId": {"type": "string"}}},
  "FeedbackList": {"type": "object", "required": ["feedback", "nextCursor", "hasMore"], "properties": {
    "feedback": {"type": "array", "items": {"$ref": "#/components/schemas/FeedbackItem"}},
    "nextCursor": {"type": ["string", "null"]}, "hasMore": {"type": "boolean"}}},
  "FeedbackByPage": {"type": "object", "required": ["feedback", "hasMore"], "properties": {
    "feedback": {"type": "array", "items": {"type": "object", "properties": {
      "path": {"type": "string"}, "thumbsUp": {"type": "integer"}, "thumbsDown": {"type": "integer"},
      "code": {"type": "integer"}, "total": {"type": "integer"}}}}, "hasMore": {"type": "boolean"}}},
  "FeedbackStatus": {"type": "object", "required": ["status"], "properties": {
    "status": {"enum": ["pending", "in_progress", "resolved", "dismissed"]}}},
  "Searches": {"type": "object", "required": ["searches", "totalSearches", "nextCursor"], "properties": {
    "searches": {"type": "array", "items": {"type": "object", "properties": {
      "searchQuery": {"type": "string"}, "hits": {"type": "integer"}, "ctr": {"type": "number", "description": "In percent."},
      "topClickedPage": {"type": ["string", "null"]}, "lastSearchedAt": {"type": "string"}, "withoutResults": {"type": "integer"}}}},
    "totalSearches": {"type": "integer"}, "nextCursor": {"type": ["string", "null"]}}},
  "Traffic": {"type": "object", "properties": {"path": {"type": "string"},
    "human": {"type": "integer"}, "ai": {"type": "integer"}, "total": {"type": "integer"}}},
  "Views": {"type": "object", "required": ["totals", "views", "hasMore"], "properties": {
    "totals": {"$ref": "#/components/schemas/Traffic"},
    "views": {"type": "array", "items": {"$ref": "#/components/schemas/Traffic"}}, "hasMore": {"type": "boolean"}}},
  "Visitors": {"type": "object", "required": ["totals", "visitors", "hasMore"], "properties": {
    "totals": {"$ref": "#/components/schemas/Traffic"},
    "visitors": {"type": "array", "items": {"$ref": "#/components/schemas/Traffic"}}, "hasMore": {"type": "boolean"}}},
  "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
  "Ready": {"type": "object", "required": ["ready", "projects"], "properties": {
    "ready": {"type": "boolean"}, "projects": {"type": "array", "items": {"type": "object"}}}},
  "JsonRpc": {"description": "A message of JSON-RPC 2.0, as the Model Context Protocol has them; with Accept: text/event-stream alone the answer is one server-sent event named message.",
    "type": ["object", "array"], "properties": {"jsonrpc": {"const": "2.0"}, "id": {"type": ["string", "number"]},
    "method": {"type": "string"}, "params": {"type": "object"}, "result": {"type": "object"}, "error": {"type": "object"}}},
  "McpInfo": {"type": "object", "required": ["server", "capabilities"], "properties": {
    "server": {"type": "object", "properties": {"name": {"type": "string"}, "version": {"type": "string"}, "transport": {"type": "string"}}},
    "capabilities": {"type": "object"}}},
  "McpServerCard": {"type": "object", "required": ["name", "description", "version", "remotes"], "properties": {
    "name": {"type": "string"}, "title": {"type": "string"}, "description": {"type": "string"}, "version": {"type": "string"},
    "remotes": {"type": "array", "items": {"type": "object"}}, "serverInfo": {"type": "object"}, "tools": {"type": "array", "items": {"type": "object"}}}},
  "McpServerCards": {"type": "object", "required": ["servers"], "properties": {
    "servers": {"type": "array", "items": {"$ref": "#/components/schemas/McpServerCard"}}}},
  "ChatCompletionRequest": {"type": "object", "required": ["messages"], "properties": {
    "model": {"type": "string", "description": "Accepted and without effect: the key's project answers."},
    "messages": {"type": "array", "items": {"type": "object", "required": ["role"], "properties": {
      "role": {"enum": ["user", "assistant", "system", "developer", "tool", "function"]},
      "content": {"type": ["string", "array", "null"]}}}},
    "stream": {"type": ["boolean", "null"]},
    "stream_options": {"type": ["object", "null"], "properties": {"include_usage": {"type": ["boolean", "null"]}}},
    "user": {"type": ["string", "null"], "description": "An identifier of the reader."}}},
  "ChatCompletion": {"type": "object", "description": "With stream: server-sent events with objects of chat.completion.chunk, then [DONE].",
    "required": ["id", "object", "created", "model", "choices"], "properties": {
    "id": {"type": "string"}, "object": {"const": "chat.completion"}, "created": {"type": "integer"}, "model": {"type": "string"},
    "choices": {"type": "array", "items": {"type": "object"}}, "usage": {"type": "object"}}},
  "Model": {"type": "object", "required": ["id", "object", "created", "owned_by"], "properties": {
    "id": {"type": "string"}, "object": {"const": "model"}, "created": {"type": "integer"}, "owned_by": {"type": "string"}}},
  "Models": {"type": "object", "required": ["object", "data"], "properties": {
    "object": {"const": "list"}, "data": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}}}},
  "Accepted": {"type": "object", "properties": {"accepted": {"type": "boolean"}}},
  "UiConfig": {"type": "object", "required": ["domain", "name", "key", "baseUrl"], "properties": {
    "domain": {"type": "string"}, "name": {"type": "string"}, "key": {"type": "string"}, "baseUrl": {"type": "string"}, "challenge": {"type": "boolean"}}}
})json";

constexpr RouteBodies bodies[] = {
    {"askV1", "Question", "text/plain"},
    {"askV2", "Question", "text/event-stream"},
    {"resumeV1", "", "text/plain"},
    {"resumeV1ByQuery", "", "text/plain"},
    {"resumeV2", "", "text/event-stream"},
    {"resumeV2ByQuery", "", "text/event-stream"},
    {"stopV1", "Stop", "Stopped"},
    {"stopV2", "Stop", "Stopped"},
    {"search", "SearchQuery", "SearchResults"},
    {"page", "PageQuery", "Page"},
    {"challengeV1", "", "Challenge"},
    {"challengeV2", "", "Challenge"},
    {"feedbackV1", "Feedback", "FeedbackTaken"},
    {"feedbackV2", "Feedback", "FeedbackTaken"},
    {"threadV1", "", "Thread"},
    {"threadV2", "", "Thread"},
    {"deleteThreadV1", "", "ThreadDeleted"},
    {"deleteThreadV2", "", "ThreadDeleted"},
    {"searchClick", "Click", "Recorded"},
    {"pageView", "PageQuery", ""},
    {"analyticsAssistant", "", "Conversations"},
    {"analyticsForget", "", "Deleted"},
    {"analyticsCallers", "", "CallerStats"},
    {"analyticsClusters", "", "Clusters"},
    {"analyticsThread", "", "Thread"},
    {"analyticsFeedback", "", "FeedbackList"},
    {"analyticsFeedbackByPage", "", "FeedbackByPage"},
    {"analyticsFeedbackStatus", "FeedbackStatus", "FeedbackItem"},
    {"analyticsSearches", "", "Searches"},
    {"analyticsViews", "", "Views"},
    {"analyticsVisitors", "", "Visitors"},
    {"analyticsExport", "", "text/csv"},
    {"llms", "", "text/plain"},
    {"llmsFull", "", "text/plain"},
    {"llmsWellKnown", "", "text/plain"},
    {"llmsFullWellKnown", "", "text/plain"},
    {"projectLlms", "", "text/plain"},
    {"projectLlmsFull", "", "text/plain"},
    {"document", "", "text/markdown"},
    {"mcp", "JsonRpc", "JsonRpc"},
    {"projectMcp", "JsonRpc", "JsonRpc"},
    {"mcpInfo", "", "McpInfo"},
    {"projectMcpInfo", "", "McpInfo"},
    {"mcpServerCard", "", "McpServerCard"},
    {"projectMcpServerCard", "", "McpServerCard"},
    {"mcpWellKnown", "", "McpServerCard"},
    {"projectMcpWellKnown", "", "McpServerCard"},
    {"mcpWellKnownJson", "", "McpServerCard"},
    {"projectMcpWellKnownJson", "", "McpServerCard"},
    {"mcpWellKnownCard", "", "McpServerCard"},
    {"projectMcpWellKnownCard", "", "McpServerCard"},
    {"mcpWellKnownCards", "", "McpServerCards"},
    {"projectMcpWellKnownCards", "", "McpServerCards"},
    {"chatCompletions", "ChatCompletionRequest", "ChatCompletion"},
    {"models", "", "Models"},
    {"model", "", "Model"},
    {"gitHook", "application/json", "Accepted"},
    {"health", "", "Health"},
    {"ready", "", "Ready"},
    {"metrics", "", "text/plain"},
    {"openapi", "", "application/json"},
    {"ui", "", "text/html"},
    {"uiIcon", "", "image/svg+xml"},
    {"uiAsset", "", "application/octet-stream"},
    {"uiConfig", "", "UiConfig"},
};

constexpr RouteQuery queries[] = {
    {"resumeV1", "threadKey"},
    {"resumeV1ByQuery", "chatId threadKey"},
    {"resumeV2", "threadKey"},
    {"resumeV2ByQuery", "chatId threadKey"},
    {"threadV1", "threadKey"},
    {"threadV2", "threadKey"},
    {"deleteThreadV1", "threadKey"},
    {"deleteThreadV2", "threadKey"},
    {"analyticsAssistant", "dateFrom dateTo limit cursor fp resolutionStatus"},
    {"analyticsForget", "fp"},
    {"analyticsCallers", "dateFrom dateTo"},
    {"analyticsClusters", "dateFrom dateTo limit resolutionStatus"},
    {"analyticsFeedback", "dateFrom dateTo source status limit cursor"},
    {"analyticsFeedbackByPage", "dateFrom dateTo source status limit"},
    {"analyticsSearches", "dateFrom dateTo limit cursor"},
    {"analyticsViews", "dateFrom dateTo limit offset"},
    {"analyticsVisitors", "dateFrom dateTo limit offset"},
    {"analyticsExport", "dateFrom dateTo"},
};

/// The whole description.
std::array<OpenApiPart, 4> parts() {
    return {OpenApiPart{bodies, queries, schemas}, openapi_of_sessions(), openapi_of_jobs(),
            openapi_of_admins()};
}

RouteBodies bodies_of(const Route& route) {
    for (const auto& part : parts())
        for (const auto& body : part.bodies)
            if (body.name == route.name) return body;
    return {route.name, "", "application/json"};
}

std::string_view query_of(const Route& route) {
    for (const auto& part : parts())
        for (const auto& query : part.queries)
            if (query.name == route.name) return query.parameters;
    return {};
}

json::object content(std::string_view what) {
    if (what.empty()) return {};
    if (what.find('/') != what.npos) return {{std::string(what), json::object()}};
    const json::object schema = {{"$ref", "#/components/schemas/" + std::string(what)}};
    return {{"application/json", json::object{{"schema", schema}}}};
}

/// OpenAPI has no parameter for the rest of a path: "{page...}" is written "{page}".
std::string path_of(const Route& route) {
    std::string out = route.pattern;
    if (const auto dots = out.find("...}"); dots != out.npos) out.erase(dots, 3);
    if (std::string_view(route.name) == "document") out += ".md";
    return out;
}

json::array parameters(const Route& route, const std::string& path) {
    json::array out;
    const auto add = [&](std::string_view name, std::string_view in, bool required) {
        out.push_back(json::object{{"name", name},
                                   {"in", in},
                                   {"required", required},
                                   {"schema", json::object{{"type", "string"}}}});
    };
    for (auto at = path.find('{'); at != path.npos; at = path.find('{', at + 1))
        add(std::string_view(path).substr(at + 1, path.find('}', at) - at - 1), "path", true);
    for (const auto& parameter : split(query_of(route), ' '))
        if (!parameter.empty()) add(parameter, "query", std::string_view(route.name) == "analyticsForget");
    return out;
}

bool has_key(const Route& route) { return route.access != Access::open && route.access != Access::page; }

struct Success {
    std::string_view name;
    const char* status;
};

/// Routes that answer with another status than 200 when all is well.
constexpr Success successes[] = {
    {"feedbackV1", "201"},       {"feedbackV2", "201"},
    {"createJob", "201"},        {"createWebhook", "201"},
    {"createAutomation", "201"}, {"clusterJob", "201"},
    {"gitHook", "202"},          {"testWebhook", "202"},
    {"redeliver", "202"},        {"triggerAutomation", "202"},
    {"pageView", "204"},         {"deleteWebhook", "204"},
    {"deleteAutomation", "204"}, {"deleteSession", "204"},
    {"deleteRepository", "204"}, {"deleteCodeProvider", "204"},
};

const char* success_of(std::string_view name) {
    for (const auto& success : successes)
        if (success.name == name) return success.status;
    return "200";
}

json::object responses(const Route& route, std::string_view gives) {
    const bool session = route.access == Access::sessions_key;
    const bool job = is_job_api(route.pattern);
    const json::object problem = content(route.openai ? "OpenAiProblem"
                                         : job        ? "JobProblem"
                                         : session    ? "SessionProblem"
                                                      : "Problem");
    const auto failed = [&](std::string_view why) {
        return json::object{{"description", why}, {"content", problem}};
    };
    const std::string_view name = route.name;
    json::object out;
    json::object done = {{"description", "Done."}};
    if (!gives.empty()) done["content"] = content(gives);
    out[success_of(name)] = std::move(done);
    if (name.starts_with("resume")) out["204"] = json::object{{"description", "Nothing to resume."}};
    const std::string_view method = route.method;
    if (method == "POST" || method == "PATCH" || method == "PUT")
        out["400"] = failed("The body is wrong; the message names the field.");
    else if (route.access == Access::admin_read || route.access == Access::admin_write)
        out["400"] = failed("A parameter is wrong; the message names it.");
    if (has_key(route)) {
        out["401"] = failed("No key, or one that is unknown, revoked or expired.");
        out["403"] = failed("The key's kind, scope, address list or origins do not allow it.");
        out["404"] =
            failed(session ? "No such thing in the key's workspace." : "No such project, thread or page.");
    }
    if ((session || job) && method != "GET")
        out["409"] = failed("Not in the state that things are in; see code.");
    if (route.access == Access::page || name == "gitHook") out["403"] = failed("Not allowed.");
    if (name == "document" || name.starts_with("project")) out["404"] = failed("There is no such page.");
    const bool takes_prompt = job && bodies_of(route).takes != "";
    if (route.counted || takes_prompt) out["429"] = failed("A limit is reached; see Retry-After.");
    return out;
}

json::object operation(const Route& route, const std::string& path) {
    std::string id = route.name;
    if (path.starts_with("/discovery/")) id += "Discovery";
    json::object out = {{"operationId", id}, {"summary", route.summary}};
    if (auto list = parameters(route, path); !list.empty()) out["parameters"] = std::move(list);
    const auto body = bodies_of(route);
    const bool optional = body.takes == "Stop" || body.takes == "SessionStop";
    if (!body.takes.empty())
        out["requestBody"] = json::object{{"required", !optional}, {"content", content(body.takes)}};
    out["responses"] = responses(route, body.gives);
    json::array security;
    if (has_key(route))
        security = {json::object{{"bearer", json::array()}}, json::object{{"apiKey", json::array()}}};
    out["security"] = std::move(security);
    return out;
}

std::string describe() {
    json::object paths;
    for (const auto& route : routes()) {
        const auto path = path_of(route);
        std::string method = route.method;
        for (auto& c : method) c = static_cast<char>(c - 'A' + 'a');
        auto& at = paths[path];
        if (!at.is_object()) at = json::object();
        at.get_object()[method] = operation(route, path);
    }
    const json::object schemes = {
        {"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
        {"apiKey", {{"type", "apiKey"}, {"in", "header"}, {"name", "x-api-key"}}},
    };
    json::object out;
    out["openapi"] = "3.1.0";
    out["info"] = json::object{
        {"title", "Docent"},
        {"version", "1"},
        {"description", "A documentation assistant: questions, search, pages, coding sessions, agent jobs."}};
    out["paths"] = std::move(paths);
    json::object all;
    for (const auto& part : parts()) {
        const json::object of_part = json::parse(part.schemas).as_object();
        for (const auto& [name, schema] : of_part) all[name] = schema;
    }
    out["components"] = json::object{{"securitySchemes", schemes}, {"schemas", std::move(all)}};
    return json::serialize(out);
}

}  // namespace

Task<Result<net::Response>> get_openapi(net::Request&, const Caller&, Services&) {
    static const std::string text = describe();
    co_return net::reply(200, "application/json", text);
}

}  // namespace docent::api
