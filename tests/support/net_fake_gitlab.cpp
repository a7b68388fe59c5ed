#include "support/net_fake_gitlab.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

namespace docent::test {
namespace json = boost::json;
namespace {

const std::string base = "/api/v4/projects/42/merge_requests";
const std::string pipeline_jobs = "/api/v4/projects/42/pipelines/900/jobs";

json::object object_of(const net::Request& request) {
    boost::system::error_code failed;
    auto value = json::parse(request.body, failed);
    return !failed && value.is_object() ? value.get_object() : json::object();
}

std::string text(const json::object& body, const char* name) {
    const auto* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

/// The first field that the API does not have; "" when all are known.
std::string stranger(const json::object& body, const std::set<std::string>& known) {
    for (const auto& [name, value] : body)
        if (!known.contains(std::string(name))) return std::string(name);
    return "";
}

json::object to_json(const FakeGitlab::Request& r) {
    json::object out{{"iid", r.iid},
                     {"title", r.title},
                     {"description", r.description},
                     {"state", r.state},
                     {"source_branch", r.source_branch},
                     {"target_branch", r.target_branch},
                     {"sha", r.sha},
                     {"web_url", "https://gitlab.example/zoo/repo/-/merge_requests/" + std::to_string(r.iid)},
                     {"detailed_merge_status", r.state == "opened" ? "mergeable" : "not_open"},
                     {"merge_commit_sha", nullptr},
                     {"merge_user", nullptr}};
    if (r.state == "merged") out["merge_commit_sha"] = r.merge_sha;
    if (r.state == "merged") out["merge_user"] = json::object{{"username", "grace"}};
    return out;
}

}  // namespace

FakeGitlab::FakeGitlab() {
    const auto answering = [this](const net::Request& request) { return answer(request); };
    imposter_.on("POST", base, answering);
    imposter_.on("GET", base, answering);
    for (int i = 1; i < 10; ++i) {
        const auto one = base + "/" + std::to_string(i);
        imposter_.on("GET", one, answering);
        imposter_.on("PUT", one, answering);
        imposter_.on("PUT", one + "/merge", answering);
        imposter_.on("GET", one + "/pipelines", answering);
    }
    imposter_.on("GET", pipeline_jobs, answering);
}

FakeGitlab::Request FakeGitlab::newest() const {
    const std::lock_guard lock(mutex_);
    return all_.empty() ? Request() : all_.back();
}
std::size_t FakeGitlab::made() const {
    const std::lock_guard lock(mutex_);
    return all_.size();
}
void FakeGitlab::set_state(const std::string& state) {
    const std::lock_guard lock(mutex_);
    all_.back().state = state;
    all_.back().merge_sha = "feed0123feed0123feed0123feed0123feed0123";
}
void FakeGitlab::set_head(const std::string& sha) {
    const std::lock_guard lock(mutex_);
    head_ = sha;
}
void FakeGitlab::refuse_merge(int status) {
    const std::lock_guard lock(mutex_);
    refuse_merge_ = status;
}
void FakeGitlab::go_down(int status) {
    const std::lock_guard lock(mutex_);
    down_ = status;
}
void FakeGitlab::set_pipeline(const std::string& status, std::vector<std::string> jobs) {
    const std::lock_guard lock(mutex_);
    pipeline_ = status;
    jobs_ = std::move(jobs);
}
std::size_t FakeGitlab::pipelines_asked() const {
    const std::lock_guard lock(mutex_);
    return pipelines_asked_;
}
std::vector<std::string> FakeGitlab::mistakes() const {
    const std::lock_guard lock(mutex_);
    return mistakes_;
}

net::Response FakeGitlab::refuse(int status, const std::string& why) {
    return net::reply(status, "application/json", json::serialize(json::object{{"message", why}}));
}

net::Response FakeGitlab::shown(const Request& request) const {
    return net::reply(200, "application/json", json::serialize(to_json(request)));
}

net::Response FakeGitlab::answer(const net::Request& request) {
    const std::lock_guard lock(mutex_);
    if (down_) return refuse(down_, "down");
    if (request.header("private-token") != token) return refuse(401, "401 Unauthorized");
    if (request.method == "POST") return open(request);
    if (request.method == "GET" && request.path == base) return list(request);
    if (request.path.ends_with("/merge")) return merge(request);
    if (request.path.ends_with("/pipelines") || request.path == pipeline_jobs) return pipelines(request);
    return change(request);
}

net::Response FakeGitlab::open(const net::Request& request) {
    const auto body = object_of(request);
    const auto odd = stranger(body, {"source_branch", "target_branch", "title", "description", "labels",
                                     "assignee_ids", "remove_source_branch", "squash"});
    if (!odd.empty()) mistakes_.push_back("no such field: " + odd);
    Request made;
    made.source_branch = text(body, "source_branch");
    made.target_branch = text(body, "target_branch");
    made.title = text(body, "title");
    made.description = text(body, "description");
    if (made.source_branch.empty() || made.target_branch.empty() || made.title.empty()) {
        mistakes_.push_back("a required field is missing");
        return refuse(400, "title, source_branch, target_branch are required");
    }
    for (const auto& one : all_)
        if (one.state == "opened" && one.source_branch == made.source_branch)
            return refuse(409, "Another open merge request already exists for this source branch: !1");
    made.iid = static_cast<int>(all_.size()) + 1;
    all_.push_back(made);
    if (when_made_) when_made_();
    auto reply = shown(made);
    reply.status = 201;
    return reply;
}

net::Response FakeGitlab::list(const net::Request& request) {
    json::array found;
    const auto asked = [&](const char* name) {
        const auto it = request.query.find(name);
        return it == request.query.end() ? std::string() : it->second;
    };
    for (const auto& one : all_) {
        if (one.state != "opened" && asked("state") == "opened") continue;
        if (one.source_branch == asked("source_branch")) found.push_back(to_json(one));
    }
    return net::reply(200, "application/json", json::serialize(found));
}

net::Response FakeGitlab::change(const net::Request& request) {
    const auto number = std::stoul(request.path.substr(base.size() + 1));
    if (number > all_.size()) return refuse(404, "404 Not found");
    auto& one = all_[number - 1];
    if (request.method == "GET") return shown(one);
    const auto body = object_of(request);
    const auto odd = stranger(body, {"title", "description", "state_event", "target_branch", "labels"});
    if (!odd.empty()) mistakes_.push_back("no such field: " + odd);
    const auto event = text(body, "state_event");
    if (!event.empty() && event != "close" && event != "reopen") mistakes_.push_back("state_event " + event);
    if (event == "close") one.state = "closed";
    if (body.contains("title")) one.title = text(body, "title");
    if (body.contains("description")) one.description = text(body, "description");
    return shown(one);
}

/// https://docs.gitlab.com/api/merge_requests/#list-merge-request-pipelines, newest first, and
/// https://docs.gitlab.com/api/jobs/#list-pipeline-jobs
net::Response FakeGitlab::pipelines(const net::Request& request) {
    json::array out;
    if (request.path != pipeline_jobs) {
        ++pipelines_asked_;
        if (!pipeline_.empty())
            out.push_back({{"id", 900},
                           {"sha", "abc"},
                           {"status", pipeline_},
                           {"web_url", "https://gitlab.example/zoo/repo/-/pipelines/900"},
                           {"updated_at", "2026-11-22T04:24:57.123+01:00"}});
        return net::reply(200, "application/json", json::serialize(out));
    }
    const auto number = [&](const char* name, std::size_t standard) -> std::size_t {
        const auto it = request.query.find(name);
        return it == request.query.end() ? standard : std::stoul(it->second);
    };
    const auto size = std::min<std::size_t>(number("per_page", 20), 100);
    for (auto i = (number("page", 1) - 1) * size; i < jobs_.size() && out.size() < size; ++i)
        out.push_back({{"id", i}, {"status", jobs_[i]}});
    return net::reply(200, "application/json", json::serialize(out));
}

net::Response FakeGitlab::merge(const net::Request& request) {
    const auto number = std::stoul(request.path.substr(base.size() + 1));
    if (number > all_.size()) return refuse(404, "404 Not found");
    auto& one = all_[number - 1];
    if (one.state != "opened") return refuse(405, "405 Method Not Allowed");
    if (refuse_merge_) return refuse(refuse_merge_, "Branch cannot be merged");
    const auto sha = text(object_of(request), "sha");
    if (!head_.empty() && sha != head_) return refuse(409, "SHA does not match HEAD of source branch");
    one.state = "merged";
    one.merge_sha = "feed0123feed0123feed0123feed0123feed0123";
    return shown(one);
}

}  // namespace docent::test
