#include "api/analytics_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "base/clock.hpp"

namespace docent::api {

namespace json = boost::json;

namespace {

json::value or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::array sources_of(const store::Turn& turn) {
    boost::system::error_code failed;
    auto value = json::parse(turn.sources, failed);
    return !failed && value.is_array() ? std::move(value.get_array()) : json::array();
}

}  // namespace

json::object to_json(const store::Turn& turn) {
    json::object out = {{"id", turn.id},
                        {"conversationId", turn.thread_id},
                        {"timestamp", iso8601(turn.created)},
                        {"query", turn.question},
                        {"response", turn.answer},
                        {"responseType", turn.response_type},
                        {"sources", sources_of(turn)},
                        {"resolutionStatus", turn.resolution == "answered" ? "answered" : "unanswered"},
                        {"queryCategory", nullptr},
                        {"pageUrl", or_null(turn.page)},
                        {"language", or_null(turn.language)},
                        {"caller", turn.caller}};
    if (turn.gap == "present") out["unansweredReason"] = "not_found";
    if (turn.gap == "missing") out["unansweredReason"] = "not_covered";
    if (!turn.fp.empty() && turn.fp != "anonymous") out["fp"] = turn.fp;
    return out;
}

json::object to_json(const store::Feedback& f) {
    json::object out = {{"id", f.id},
                        {"path", f.path},
                        {"comment", or_null(f.comment)},
                        {"createdAt", iso8601(f.created)},
                        {"source", f.source},
                        {"status", f.status}};
    if (f.helpful)
        out["helpful"] = *f.helpful;
    else if (f.source == "contextual")
        out["helpful"] = false;
    if (f.source == "contextual") out["contact"] = or_null(f.contact);
    if (f.source == "code_snippet") {
        out["code"] = f.code;
        out["filename"] = or_null(f.filename);
        out["lang"] = or_null(f.lang);
    }
    if (!f.turn_id.empty()) {
        out["threadId"] = f.thread_id;
        out["messageId"] = "msg_" + f.turn_id;
    }
    return out;
}

json::object to_json(const store::FeedbackOfPage& page) {
    return {{"path", page.path},
            {"thumbsUp", page.thumbs_up},
            {"thumbsDown", page.thumbs_down},
            {"code", page.code},
            {"total", page.total}};
}

double click_rate(const store::SearchStats& stats) {
    if (stats.hits == 0) return 0;
    return std::round(1'000.0 * static_cast<double>(stats.clicked) / static_cast<double>(stats.hits)) / 10;
}

json::object to_json(const store::SearchStats& stats) {
    return {{"searchQuery", stats.query},
            {"hits", stats.hits},
            {"ctr", click_rate(stats)},
            {"topClickedPage", or_null(stats.top_clicked)},
            {"lastSearchedAt", iso8601(stats.last)},
            {"withoutResults", stats.empty}};
}

json::object to_json(const store::Traffic& traffic, bool with_path) {
    json::object out;
    if (with_path) out["path"] = traffic.path;
    out["human"] = traffic.human;
    out["ai"] = traffic.ai;
    out["total"] = traffic.total;
    return out;
}

json::object thread_json(const store::Thread& thread, const std::vector<store::Turn>& turns) {
    json::array messages;
    for (const auto& turn : turns) {
        messages.push_back(json::object{{"id", turn.id},
                                        {"role", "user"},
                                        {"content", turn.question},
                                        {"createdAt", iso8601(turn.created)}});
        if (turn.finished == 0) continue;  // still being answered
        messages.push_back(json::object{{"id", "msg_" + turn.id},
                                        {"role", "assistant"},
                                        {"content", turn.answer},
                                        {"createdAt", iso8601(turn.finished)}});
    }
    return {
        {"threadId", thread.id}, {"createdAt", iso8601(thread.created)}, {"messages", std::move(messages)}};
}

net::Response json_reply(int status, const json::object& body) {
    return net::reply(status, "application/json; charset=utf-8", json::serialize(body));
}

}  // namespace docent::api
