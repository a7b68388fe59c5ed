#include "api/analytics_json.hpp"
#include "api/analytics_query.hpp"
#include "api/projects.hpp"
#include "api/routes/handlers.hpp"

#include <boost/json/parse.hpp>

namespace docent::api {
namespace {

constexpr std::int64_t most_rows = 50'000;  // of one export; what is older needs a dateTo
constexpr std::int64_t rows_at_once = 1'000;
constexpr std::size_t most_bytes = 64 << 20;

/// RFC 4180. A cell that a spreadsheet would take for a formula is kept from being one.
void append_cell(std::string& out, std::string_view text) {
    const bool formula =
        !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
    const bool plain = text.find_first_of(",\"\n\r") == text.npos;
    if (plain && !formula) {
        out += text;
        return;
    }
    out += formula ? "\"'" : "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_line(std::string& out, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += ',';
        append_cell(out, cells[i]);
    }
    out += "\r\n";
}

std::string source_urls(const store::Turn& turn) {
    std::string out;
    boost::system::error_code failed;
    const auto value = boost::json::parse(turn.sources, failed);
    if (failed || !value.is_array()) return out;
    for (const auto& source : value.get_array()) {
        const auto* url = source.is_object() ? source.get_object().if_contains("url") : nullptr;
        if (url && url->is_string()) (out += out.empty() ? "" : " ") += std::string_view(url->get_string());
    }
    return out;
}

/// What is exported, and whether that was all.
struct Sheet {
    std::string text;
    bool more = false;
};

bool full(const Sheet& sheet, std::int64_t rows) {
    return rows >= most_rows || sheet.text.size() > most_bytes;
}

Task<Status> write_conversations(std::string project, Dates dates, Services& services, Sheet& sheet) {
    append_line(sheet.text, {"Timestamp", "Conversation ID", "Message ID", "Query", "Response", "Resolution",
                             "Reason", "Sources", "Page", "Language", "Caller"});
    store::TurnQuery query;
    query.project_id = project;
    query.from = dates.from;
    query.to = dates.to;
    query.limit = rows_at_once;
    for (std::int64_t rows = 0;;) {
        store::TurnQuery next = query;
        auto turns = co_await services.analytics.conversations.list(std::move(next));
        if (!turns) co_return std::move(turns).error();
        for (const auto& t : *turns) {
            const auto reason = t.gap == "present" ? "not_found" : t.gap == "missing" ? "not_covered" : "";
            append_line(sheet.text, {iso8601(t.created), t.thread_id, t.id, t.question, t.answer,
                                     t.resolution == "answered" ? "answered" : "unanswered", reason,
                                     source_urls(t), t.page, t.language, t.caller});
        }
        rows += static_cast<std::int64_t>(turns->size());
        if (static_cast<std::int64_t>(turns->size()) < rows_at_once) co_return Status();
        query.after = turns->back().id;
        if ((sheet.more = full(sheet, rows))) co_return Status();
    }
}

Task<Status> write_feedback(std::string project, Dates dates, Services& services, Sheet& sheet) {
    append_line(sheet.text, {"Created", "ID", "Source", "Status", "Path", "Helpful", "Comment", "Contact",
                             "Code", "Filename", "Language", "Conversation ID"});
    store::FeedbackQuery query;
    query.project_id = project;
    query.from = dates.from;
    query.to = dates.to;
    query.limit = rows_at_once;
    for (std::int64_t rows = 0;;) {
        store::FeedbackQuery next = query;
        auto items = co_await services.analytics.feedback.list(std::move(next));
        if (!items) co_return std::move(items).error();
        for (const auto& f : *items) {
            const std::string helpful = !f.helpful ? "" : *f.helpful ? "yes" : "no";
            append_line(sheet.text, {iso8601(f.created), f.id, f.source, f.status, f.path, helpful, f.comment,
                                     f.contact, f.code, f.filename, f.lang, f.thread_id});
        }
        rows += static_cast<std::int64_t>(items->size());
        if (static_cast<std::int64_t>(items->size()) < rows_at_once) co_return Status();
        query.after = items->back().id;
        if ((sheet.more = full(sheet, rows))) co_return Status();
    }
}

Task<Status> write_searches(std::string project, Dates dates, Services& services, Sheet& sheet) {
    append_line(sheet.text,
                {"Query", "Searches", "Clicks in percent", "Top page", "Without results", "Last"});
    store::SearchesQuery query;
    query.project_id = project;
    query.from = dates.from;
    query.to = dates.to;
    query.limit = most_rows + 1;
    auto stats = co_await services.analytics.searches.list(std::move(query));
    if (!stats) co_return std::move(stats).error();
    sheet.more = static_cast<std::int64_t>(stats->size()) > most_rows;
    if (sheet.more) stats->pop_back();
    for (const auto& s : *stats) {
        auto rate = std::to_string(click_rate(s));
        rate.resize(rate.find('.') + 2);
        append_line(sheet.text, {s.query, std::to_string(s.hits), rate, s.top_clicked,
                                 std::to_string(s.empty), iso8601(s.last)});
    }
    co_return Status();
}

void write_traffic(store::TrafficReport& report, Sheet& sheet) {
    append_line(sheet.text, {"Path", "Human", "AI", "Total"});
    sheet.more = static_cast<std::int64_t>(report.pages.size()) > most_rows;
    if (sheet.more) report.pages.pop_back();
    for (const auto& p : report.pages)
        append_line(sheet.text,
                    {p.path, std::to_string(p.human), std::to_string(p.ai), std::to_string(p.total)});
}

Task<Status> write(std::string what, std::string project, Dates dates, Services& services, Sheet& sheet) {
    if (what == "assistant.csv")
        co_return co_await write_conversations(std::move(project), dates, services, sheet);
    if (what == "feedback.csv") co_return co_await write_feedback(std::move(project), dates, services, sheet);
    if (what == "searches.csv") co_return co_await write_searches(std::move(project), dates, services, sheet);
    store::TrafficQuery query;
    query.project_id = std::move(project);
    query.from = dates.from;
    query.to = dates.to;
    query.limit = most_rows + 1;
    if (what == "views.csv") {
        auto report = co_await services.analytics.views.views(std::move(query));
        if (!report) co_return std::move(report).error();
        write_traffic(*report, sheet);
        co_return Status();
    }
    if (what == "visitors.csv") {
        auto report = co_await services.analytics.views.visitors(std::move(query));
        if (!report) co_return std::move(report).error();
        write_traffic(*report, sheet);
        co_return Status();
    }
    co_return not_found(
        "there is no such export; there are assistant.csv, feedback.csv, searches.csv, "
        "views.csv and visitors.csv")
        .because("unknown_export");
}

}  // namespace

Task<Result<net::Response>> get_export(net::Request& request, const Caller& caller, Services& services) {
    std::string id = request.param("projectId");
    auto project = co_await find_project(std::move(id), caller, services);
    if (!project) co_return std::move(project).error();
    Complaints complaints;
    QueryFields fields(request, complaints);
    const auto dates = read_dates(fields, complaints);
    if (!complaints.empty()) co_return bad_query(complaints);
    Sheet sheet;
    std::string what = request.param("file");
    auto written = co_await write(std::move(what), project->id, dates, services, sheet);
    if (!written) co_return std::move(written).error();
    auto out = net::reply(200, "text/csv; charset=utf-8", std::move(sheet.text));
    out.headers.emplace_back("Content-Disposition",
                             "attachment; filename=\"" + project->slug + "-" + request.param("file") + "\"");
    // Cut: ask again for what is older.
    if (sheet.more) out.headers.emplace_back("X-Has-More", "true");
    co_return out;
}

}  // namespace docent::api
