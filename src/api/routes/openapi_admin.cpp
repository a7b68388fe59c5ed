#include "api/routes/openapi_tables.hpp"

namespace docent::api {
namespace {

constexpr std::string_view admin_schemas_json = R"json({
  "NewClusterJob": {"type": "object", "properties": {
    "instructions": {"type": "string", "description": "What the agent is to know besides."}, "model": {"type": "string"}, "asDraft": {"type": "boolean"}}},
  "ClusterJob": {"type": "object", "required": ["jobId", "clusterId"], "properties": {
    "jobId": {"type": "string"}, "clusterId": {"type": "string"}, "label": {"type": "string"}, "questions": {"type": "integer"}}},
  "Fixes": {"type": "object", "properties": {"fixes": {"type": "array", "items": {"type": "object", "properties": {
    "jobId": {"type": "string"}, "clusterId": {"type": "string"}, "status": {"enum": ["open", "answered"]}, "createdAt": {"type": "string"},
    "mergedAt": {"type": ["string", "null"]}, "askedAgain": {"type": "integer"}, "answered": {"type": "integer"},
    "questions": {"type": "array", "items": {"type": "object"}}}}}}},
  "NewAutomation": {"type": "object", "required": ["schedule", "prompt"], "properties": {
    "name": {"type": "string"}, "schedule": {"type": "string", "description": "hourly, daily, weekly, monthly, or five fields as in a crontab; UTC."},
    "prompt": {"type": "string"}, "repository": {"type": "string"}, "model": {"type": "string"}, "enabled": {"type": "boolean", "default": true}}},
  "AutomationChange": {"type": "object", "description": "What is absent stays.", "properties": {
    "name": {"type": "string"}, "schedule": {"type": "string"}, "prompt": {"type": "string"}, "repository": {"type": "string"},
    "model": {"type": "string"}, "enabled": {"type": "boolean"}}},
  "Automation": {"type": "object", "required": ["id", "schedule", "prompt", "enabled", "createdAt"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "schedule": {"type": "string"}, "prompt": {"type": "string"},
    "repository": {"type": ["string", "null"]}, "model": {"type": ["string", "null"]}, "enabled": {"type": "boolean"},
    "nextRunAt": {"type": ["string", "null"]}, "lastRunAt": {"type": ["string", "null"]}, "lastJobId": {"type": ["string", "null"]},
    "note": {"type": ["string", "null"], "description": "Why the last time made no job."},
    "createdAt": {"type": "string", "format": "date-time"}, "updatedAt": {"type": "string", "format": "date-time"}}},
  "Automations": {"type": "object", "properties": {"automations": {"type": "array", "items": {"$ref": "#/components/schemas/Automation"}}}},
  "Triggered": {"type": "object", "required": ["schemaId", "instanceId", "jobId"], "properties": {
    "schemaId": {"type": "string"}, "instanceId": {"type": "string"}, "jobId": {"type": "string"}}},
  "NewWebhook": {"type": "object", "required": ["url"], "properties": {
    "url": {"type": "string", "format": "uri"}, "description": {"type": "string"}, "enabled": {"type": "boolean", "default": true},
    "types": {"type": "array", "items": {"type": "string"}, "description": "Of events; empty: all."}}},
  "WebhookChange": {"type": "object", "description": "What is absent stays.", "properties": {
    "url": {"type": "string", "format": "uri"}, "description": {"type": "string"}, "enabled": {"type": "boolean"},
    "types": {"type": "array", "items": {"type": "string"}}}},
  "Webhook": {"type": "object", "required": ["id", "url", "types", "enabled", "createdAt"], "properties": {
    "id": {"type": "string"}, "url": {"type": "string"}, "description": {"type": "string"},
    "types": {"type": "array", "items": {"type": "string"}}, "enabled": {"type": "boolean"},
    "disabledReason": {"type": ["string", "null"], "description": "When the server disabled it."},
    "failingSince": {"type": ["string", "null"]}, "createdAt": {"type": "string", "format": "date-time"}, "updatedAt": {"type": "string", "format": "date-time"},
    "secret": {"type": "string", "description": "whsec_...: only when it was made."}}},
  "Webhooks": {"type": "object", "properties": {"webhooks": {"type": "array", "items": {"$ref": "#/components/schemas/Webhook"}}}},
  "Delivery": {"type": "object", "required": ["id", "type", "status", "attempts"], "properties": {
    "id": {"type": "string", "description": "The header webhook-id, the same in each attempt."}, "type": {"type": "string"},
    "status": {"enum": ["pending", "sending", "delivered", "failed"]}, "attempts": {"type": "integer"}, "nextAttemptAt": {"type": ["string", "null"]},
    "answerStatus": {"type": ["integer", "null"]}, "answer": {"type": "string", "description": "How the last answer began."},
    "error": {"type": ["string", "null"]}, "durationMs": {"type": "integer"}, "payload": {"type": ["object", "null"]},
    "createdAt": {"type": "string", "format": "date-time"}, "updatedAt": {"type": "string", "format": "date-time"}}},
  "Deliveries": {"type": "object", "properties": {
    "deliveries": {"type": "array", "items": {"$ref": "#/components/schemas/Delivery"}}, "nextCursor": {"type": ["string", "null"]}, "hasMore": {"type": "boolean"}}}
})json";

constexpr RouteBodies admin_bodies[] = {
    {"clusterJob", "NewClusterJob", "ClusterJob"},
    {"analyticsFixes", "", "Fixes"},
    {"listAutomations", "", "Automations"},
    {"createAutomation", "NewAutomation", "Automation"},
    {"getAutomation", "", "Automation"},
    {"updateAutomation", "AutomationChange", "Automation"},
    {"deleteAutomation", "", ""},
    {"triggerAutomation", "", "Triggered"},
    {"listWebhooks", "", "Webhooks"},
    {"createWebhook", "NewWebhook", "Webhook"},
    {"getWebhook", "", "Webhook"},
    {"updateWebhook", "WebhookChange", "Webhook"},
    {"deleteWebhook", "", ""},
    {"rotateWebhook", "", "Webhook"},
    {"testWebhook", "", "Delivery"},
    {"webhookDeliveries", "", "Deliveries"},
    {"redeliver", "", "Delivery"},
};

constexpr RouteQuery admin_queries[] = {
    {"webhookDeliveries", "status limit cursor"},
};

}  // namespace

OpenApiPart openapi_of_admins() { return {admin_bodies, admin_queries, admin_schemas_json}; }

}  // namespace docent::api
