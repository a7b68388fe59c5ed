#include <fstream>

#include "api/routes/handlers.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

/// The text format of Prometheus, version 0.0.4. Source: prometheus.io/docs/instrumenting/exposition_formats.
class Exposition {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = name;
        out_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " + std::string(type) +
                "\n";
    }
    void value(std::uint64_t n) { out_ += name_ + " " + std::to_string(n) + "\n"; }
    void value(std::string_view label, std::string_view of, std::uint64_t n) {
        std::string escaped;
        for (const char c : of) {
            if (c == '\\' || c == '"') escaped += '\\';
            escaped += c == '\n' ? ' ' : c;
        }
        out_ += name_ + "{" + std::string(label) + "=\"" + escaped + "\"} " + std::to_string(n) + "\n";
    }
    std::string take() { return std::move(out_); }

private:
    std::string name_, out_;
};

std::uint64_t resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::uint64_t size = 0, resident = 0;
    in >> size >> resident;
    return resident * 4096;
}

}  // namespace

Task<Result<net::Response>> get_metrics(net::Request&, const Caller&, Services& services) {
    auto projects = co_await services.projects.list();
    if (!projects) co_return std::move(projects).error();
    Exposition out;
    const auto& server = services.server_stats();
    out.family("docent_http_requests_total", "counter", "Requests received.");
    out.value(server.requests);
    out.family("docent_http_responses_total", "counter", "Responses by status.");
    for (const auto& [status, count] : server.statuses) out.value("status", std::to_string(status), count);
    out.family("docent_http_connections", "gauge", "Connections that are open.");
    out.value(server.connections);
    out.family("docent_http_streams", "gauge", "Streamed responses that are open.");
    out.value(server.streams);
    out.family("docent_http_sent_bytes_total", "counter", "Bytes sent.");
    out.value(server.bytes_sent);
    out.family("docent_assistant_running", "gauge", "Answers that are being written.");
    out.value(services.assistant.running());
    out.family("docent_limited_total", "counter", "Requests refused by a rate limit.");
    out.value(services.limits.refused());
    out.family("docent_project_ready", "gauge", "1 when the project has an index in force.");
    for (const auto& p : *projects) out.value("project", p.slug, services.sources.index(p.id) ? 1 : 0);
    out.family("docent_project_pages", "gauge", "Pages of the index in force.");
    for (const auto& p : *projects) {
        const auto index = services.sources.index(p.id);
        out.value("project", p.slug, index ? index->page_count() : 0);
    }
    out.family("docent_project_problems", "gauge", "Problems of the last import.");
    for (const auto& p : *projects)
        out.value("project", p.slug, services.sources.state(p.id).problems.size());
    out.family("process_resident_memory_bytes", "gauge", "Resident memory.");
    out.value(resident_bytes());
    co_return net::reply(200, "text/plain; version=0.0.4; charset=utf-8", out.take());
}

}  // namespace docent::api
