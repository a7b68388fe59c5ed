#include "support/net_fake_forge.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/base64.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace docent::test {
namespace json = boost::json;
namespace {

json::object object_in(const std::string& text) {
    boost::system::error_code failed;
    auto value = json::parse(text, failed);
    return !failed && value.is_object() ? value.get_object() : json::object();
}

std::string text_in(const json::object& body, const char* name) {
    const auto* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::vector<std::string> segments(const std::string& path) {
    std::vector<std::string> out;
    for (auto& part : split(path, '/'))
        if (!part.empty()) out.push_back(part);
    return out;
}

bool fits(const std::vector<std::string>& path, const std::vector<std::string>& pattern) {
    if (path.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < path.size(); ++i)
        if (!pattern[i].starts_with('{') && pattern[i] != path[i]) return false;
    return true;
}

std::string kind_of(const json::value& value) {
    if (value.is_string()) return "string";
    if (value.is_bool()) return "boolean";
    if (value.is_int64()) return "integer";
    if (value.is_array()) return "array";
    return value.is_object() ? "object" : "null";
}

std::string misfit(const std::string& name, const json::value& value, const json::object& field) {
    const auto& kinds = field.at("types").as_array();
    const auto kind = json::value(kind_of(value));
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return name + " is no such type";
    const auto* values = field.if_contains("enum");
    if (!values) return "";
    const auto& list = values->as_array();
    return std::find(list.begin(), list.end(), value) == list.end() ? name + " has no such value" : "";
}

std::string run_git(const std::filesystem::path& git_dir, const std::string& words) {
    Command command;
    command.argv = {
        "sh", "-c",
        "git -c user.name=Grace -c user.email=grace@localhost -c init.defaultBranch=main " + words};
    if (!git_dir.empty()) command.environment["GIT_DIR"] = git_dir.string();
    const auto done = blocking_run(command);
    if (!done || done->exit_code != 0)
        throw std::runtime_error("git " + words + ": " + (done ? done->err : done.error().message));
    auto out = done->out;
    if (out.ends_with('\n')) out.pop_back();
    return out;
}

}  // namespace

ForgeDescription::ForgeDescription(const std::string& name) {
    std::ifstream in(std::string(DOCENT_SOURCE_DIR) + "/tests/forge/descriptions/" + name + ".json");
    std::stringstream text;
    text << in.rdbuf();
    all_ = object_in(text.str());
    if (!all_.contains("operations")) throw std::runtime_error("no description of " + name);
}

const json::object* ForgeDescription::find(const std::string& method, const std::string& path) const {
    for (const auto& one : all_.at("operations").as_array()) {
        const auto& operation = one.as_object();
        if (text_in(operation, "method") == method &&
            fits(segments(path), segments(text_in(operation, "path"))))
            return &operation;
    }
    return nullptr;
}

std::string ForgeDescription::complaint(const net::Request& request, const std::string& path) const {
    const auto* operation = find(request.method, path);
    if (!operation) return "no such operation: " + request.method + " " + path;
    for (const auto& [name, value] : request.query) {
        const auto* field = operation->at("query").as_object().if_contains(name);
        if (!field) return "no such query: " + name;
        const auto* values = field->as_object().if_contains("enum");
        if (!values) continue;
        const auto& list = values->as_array();
        if (std::find(list.begin(), list.end(), json::value(value)) == list.end())
            return "the query " + name + " has no such value";
    }
    const auto* wanted = operation->if_contains("body");
    if (!wanted) return request.body.empty() ? "" : "no body is expected";
    const auto body = object_in(request.body);
    for (const auto& name : wanted->as_object().at("required").as_array())
        if (!body.contains(name.as_string())) return std::string(name.as_string()) + " is missing";
    for (const auto& [name, value] : body) {
        const auto* field = wanted->as_object().at("fields").as_object().if_contains(name);
        if (!field) return "no such field: " + std::string(name);
        if (auto odd = misfit(std::string(name), value, field->as_object()); !odd.empty()) return odd;
    }
    return "";
}

std::string ForgeDescription::complaint(const std::string& method, const std::string& path,
                                        int status) const {
    const auto* operation = find(method, path);
    if (!operation || status == 401 || status == 429 || status >= 500 || status == 301) return "";
    for (const auto& known : operation->at("statuses").as_array())
        if (known.as_int64() == status) return "";
    return "the fake answers " + std::to_string(status) + " to " + method + " " + path;
}

FakeForge::FakeForge(Kind kind)
    : kind_(kind),
      api_(kind == Kind::github ? "/api/v3" : "/api/v1"),
      description_(kind == Kind::github ? "github" : "forgejo") {
    run_git("", "init -q --bare '" + git_dir().string() + "'");
    git("config http.receivepack true");
    commit("main", "README.md", "# Cages\n");
    server_ = std::make_unique<TestServer>([this](net::Router& router) {
        router.set_fallback([this](net::Request& request) { return answer(request); });
    });
}

std::string FakeForge::git(const std::string& words) const { return run_git(git_dir(), words); }

void FakeForge::commit(const std::string& branch, const std::string& file, const std::string& text) {
    folder_.write("content", text);
    const auto blob = git("hash-object -w '" + (folder_.path() / "content").string() + "'");
    const auto index = (folder_.path() / "index").string();
    std::filesystem::remove(index);
    const auto ref = "refs/heads/" + branch;
    const auto from = git("rev-parse -q --verify " + ref + " || git rev-parse -q --verify main || true");
    const std::string with = "GIT_INDEX_FILE='" + index + "' git ";
    std::string script = "--version >/dev/null && ";
    if (!from.empty()) script += with + "read-tree " + from + " && ";
    script +=
        with + "update-index --add --cacheinfo 100644," + blob + "," + file + " && " + with + "write-tree";
    const auto tree = git(script);
    const auto made =
        git("commit-tree " + tree + (from.empty() ? "" : " -p " + from) + " -m 'Change " + file + "'");
    git("update-ref " + ref + " " + made);
}

std::vector<FakeForge::Pull> FakeForge::pulls() const {
    const std::lock_guard lock(mutex_);
    return pulls_;
}
std::vector<FakeForge::Said> FakeForge::comments() const {
    const std::lock_guard lock(mutex_);
    return comments_;
}
std::vector<std::string> FakeForge::mistakes() const {
    const std::lock_guard lock(mutex_);
    return mistakes_;
}
std::vector<std::string> FakeForge::credentials() const {
    const std::lock_guard lock(mutex_);
    return credentials_;
}
std::size_t FakeForge::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}
void FakeForge::set_state(int number, const std::string& state) {
    const std::lock_guard lock(mutex_);
    auto& pull = pulls_.at(static_cast<std::size_t>(number - 1));
    pull.merged = state == "merged";
    pull.state = pull.merged ? "closed" : state;
    if (pull.merged) pull.merge_sha = head_of(pull);
}
void FakeForge::go_down(int status, net::Headers headers) {
    const std::lock_guard lock(mutex_);
    down_ = status;
    down_headers_ = std::move(headers);
}
void FakeForge::lose_answers(int count) {
    const std::lock_guard lock(mutex_);
    lost_ = count;
}
void FakeForge::rename() {
    const std::lock_guard lock(mutex_);
    renamed_ = true;
}
void FakeForge::add_app(const std::string& id) {
    const std::lock_guard lock(mutex_);
    app_ = id;
}
void FakeForge::expire_tokens() {
    const std::lock_guard lock(mutex_);
    token_ = "nobody has this one";
}
void FakeForge::set_expiry(const std::string& time) {
    const std::lock_guard lock(mutex_);
    expires_ = time;
}
int FakeForge::tokens_made() const {
    const std::lock_guard lock(mutex_);
    return made_;
}

net::Response FakeForge::refuse(int status, const std::string& why) const {
    return net::reply(status, "application/json", json::serialize(json::object{{"message", why}}));
}

bool FakeForge::let_in(const net::Request& request) const {
    const auto& said = request.header("authorization");
    if (said == (kind_ == Kind::github ? "Bearer " : "token ") + token_) return true;
    std::string pair;
    if (!said.starts_with("Basic ") || !base64_decode(said.substr(6), pair)) return false;
    const auto colon = pair.find(':');
    const bool user = kind_ == Kind::forgejo || pair.substr(0, colon) == "x-access-token";
    return user && pair.substr(colon + 1) == token_;
}

Task<Result<net::Response>> FakeForge::answer(net::Request& request) {
    const std::lock_guard lock(mutex_);
    if (request.headers.contains("authorization")) credentials_.push_back(request.header("authorization"));
    if (request.path.find(".git/") != std::string::npos) co_return serve_git(request);
    ++calls_;
    if (down_) {
        auto down = refuse(down_, "down");
        down.headers.insert(down.headers.end(), down_headers_.begin(), down_headers_.end());
        co_return down;
    }
    if (kind_ == Kind::github && request.path == "/api/graphql") co_return graphql(request);
    if (!request.path.starts_with(api_ + "/")) co_return refuse(404, "Not Found");
    // Names with slashes stay one segment as they came.
    const auto target = request.target.substr(0, request.target.find('?'));
    const auto path = target.substr(api_.size());
    auto odd = description_.complaint(request, path);
    if (renamed_ && path.starts_with("/repositories/42/")) odd.clear();
    if (!odd.empty()) {
        mistakes_.push_back(odd);
        co_return refuse(422, odd);
    }
    if (request.header("user-agent").empty()) mistakes_.push_back("no User-Agent");
    auto reply = path.starts_with("/app/") ? make_token(request)
                 : let_in(request)         ? api(request, path)
                                           : refuse(401, "Bad credentials");
    const auto own = description_.complaint(request.method, path, reply.status);
    if (!own.empty()) mistakes_.push_back(own);
    if (lost_ > 0 && request.method != "GET") {
        --lost_;
        co_return refuse(502, "the answer is lost");
    }
    co_return reply;
}

net::Response FakeForge::api(const net::Request& request, const std::string& path) {
    auto parts = segments(path);
    if (renamed_ && parts[0] == "repos") {
        net::Response moved = refuse(301, "Moved Permanently");
        auto there = server_->url(api_) + "/repositories/42";
        for (std::size_t i = 3; i < parts.size(); ++i) there += "/" + parts[i];
        const auto query = request.target.find('?');
        if (query != std::string::npos) there += request.target.substr(query);
        moved.headers.emplace_back("Location", there);
        return moved;
    }
    if (parts[0] == "repositories") parts.insert(parts.begin(), "repos");
    if (parts.size() < 4 || (parts[0] != "repos") || (!renamed_ && (parts[1] != "zoo" || parts[2] != "repo")))
        return refuse(404, "Not Found");
    return pull_call(request, parts);
}

net::Response FakeForge::pull_call(const net::Request& request, const std::vector<std::string>& parts) {
    const auto body = object_in(request.body);
    if (parts.size() == 4 && request.method == "POST") return open(body);
    if (parts.size() == 4) {
        json::array found;
        for (const auto& pull : pulls_)
            if (pull.state == "open" && "zoo:" + pull.head == request.query.at("head") &&
                pull.base == request.query.at("base"))
                found.push_back(shown(pull));
        return net::reply(200, "application/json", json::serialize(found));
    }
    const bool by_branches =
        kind_ == Kind::forgejo && parts.size() == 6 && parts[3] == "pulls" && parts[5] != "merge";
    if (by_branches) {
        for (const auto& pull : pulls_)
            if (pull.state == "open" && percent_encode(pull.base) == parts[4] &&
                percent_encode(pull.head) == parts[5])
                return net::reply(200, "application/json", json::serialize(shown(pull)));
        return refuse(404, "not found");
    }
    const auto number = static_cast<std::size_t>(std::stoul(parts[4]));
    if (number == 0 || number > pulls_.size()) return refuse(404, "Not Found");
    if (parts[3] == "issues") return comment(request, static_cast<int>(number), body);
    auto& pull = pulls_[number - 1];
    if (parts.size() == 6) return merge(pull, body);
    return change(pull, request, body);
}

std::string FakeForge::head_of(const Pull& pull) const {
    return git("rev-parse -q --verify refs/heads/" + pull.head + " || true");
}

json::object FakeForge::shown(const Pull& pull) const {
    const auto head = head_of(pull);
    const bool clean = !head.empty() && git("merge-tree --write-tree " + pull.base + " " + pull.head +
                                            " >/dev/null 2>&1 && echo y || true") == "y";
    json::object out{{"id", 1'000 + pull.number},
                     {"node_id", "PR_" + std::to_string(pull.number)},
                     {"number", pull.number},
                     {"title", pull.title},
                     {"body", pull.body},
                     {"state", pull.state},
                     {"merged", pull.merged},
                     {"mergeable", clean && !(pull.draft && kind_ == Kind::forgejo)},
                     {"merged_by", nullptr},
                     {"html_url", server_->url("/zoo/repo/pulls/" + std::to_string(pull.number))},
                     {"head", json::object{{"ref", pull.head}, {"sha", head}}},
                     {"base", json::object{{"ref", pull.base}}}};
    // GitHub shows the merge that it tried.
    out["merge_commit_sha"] = pull.merged ? pull.merge_sha : std::string("feed0123");
    if (pull.merged) out["merged_by"] = json::object{{"login", "grace"}};
    if (kind_ == Kind::github) out["draft"] = pull.draft;
    return out;
}

net::Response FakeForge::open(const json::object& body) {
    Pull made;
    made.title = text_in(body, "title");
    made.body = text_in(body, "body");
    made.head = text_in(body, "head");
    made.base = text_in(body, "base");
    made.draft = body.contains("draft") && body.at("draft").as_bool();
    if (made.title.empty()) return refuse(422, "Validation Failed");
    for (const auto& pull : pulls_)
        if (pull.state == "open" && pull.head == made.head && pull.base == made.base)
            return refuse(kind_ == Kind::github ? 422 : 409,
                          "A pull request already exists for zoo:" + made.head);
    if (head_of(made).empty()) return refuse(422, "Validation Failed: head");
    made.number = static_cast<int>(pulls_.size()) + 1;
    pulls_.push_back(made);
    return net::reply(201, "application/json", json::serialize(shown(made)));
}

net::Response FakeForge::change(Pull& pull, const net::Request& request, const json::object& body) {
    if (request.method == "PATCH") {
        if (body.contains("title")) pull.title = text_in(body, "title");
        if (body.contains("body")) pull.body = text_in(body, "body");
        if (body.contains("state")) pull.state = text_in(body, "state");
    }
    const int status = request.method == "PATCH" && kind_ == Kind::forgejo ? 201 : 200;
    return net::reply(status, "application/json", json::serialize(shown(pull)));
}

net::Response FakeForge::merge(Pull& pull, const json::object& body) {
    const bool github = kind_ == Kind::github;
    const bool draft = github ? pull.draft : pull.title.starts_with("WIP:");
    if (pull.state != "open" || draft)
        return refuse(405, draft ? "Pull Request is still a draft" : "Pull Request is not mergeable");
    const auto head = head_of(pull);
    if (text_in(body, github ? "sha" : "head_commit_id") != head)
        return refuse(409, "Head branch was modified");
    const auto tree = git("merge-tree --write-tree " + pull.base + " " + pull.head + " 2>/dev/null || true");
    if (tree.empty() || tree.find('\n') != std::string::npos)
        return refuse(github ? 405 : 409, "merge conflict");
    pull.method = text_in(body, github ? "merge_method" : "Do");
    const auto second = pull.method == "merge" ? " -p " + head : std::string();
    pull.merge_sha =
        git("commit-tree " + tree + " -p " + pull.base + second + " -m 'Merge " + pull.head + "'");
    git("update-ref refs/heads/" + pull.base + " " + pull.merge_sha);
    pull.merged = true;
    pull.state = "closed";
    if (!github) return net::reply(200, "application/json", "");
    return net::reply(
        200, "application/json",
        json::serialize(json::object{{"sha", pull.merge_sha}, {"merged", true}, {"message", "ok"}}));
}

net::Response FakeForge::comment(const net::Request& request, int number, const json::object& body) {
    if (request.method == "POST") {
        comments_.push_back({number, text_in(body, "body")});
        return net::reply(201, "application/json", json::serialize(json::object{{"id", comments_.size()}}));
    }
    json::array found;
    for (const auto& one : comments_)
        if (one.pull == number) found.push_back(json::object{{"body", one.body}});
    return net::reply(200, "application/json", json::serialize(found));
}

net::Response FakeForge::graphql(const net::Request& request) {
    if (!let_in(request)) return refuse(401, "Bad credentials");
    const auto body = object_in(request.body);
    const auto query = text_in(body, "query");
    const auto id = text_in(body.at("variables").as_object(), "id");
    for (auto& pull : pulls_) {
        if ("PR_" + std::to_string(pull.number) != id) continue;
        if (query.find("convertPullRequestToDraft") != query.npos) pull.draft = true;
        if (query.find("markPullRequestReadyForReview") != query.npos) pull.draft = false;
        return net::reply(200, "application/json", R"({"data":{}})");
    }
    return net::reply(200, "application/json",
                      R"({"data":null,"errors":[{"message":"Could not resolve to a node"}]})");
}

net::Response FakeForge::make_token(const net::Request& request) {
    const auto parts = split(request.header("authorization").substr(7), '.');
    std::string claims;
    auto middle = parts.size() == 3 ? parts[1] : std::string();
    std::replace(middle.begin(), middle.end(), '-', '+');
    std::replace(middle.begin(), middle.end(), '_', '/');
    while (middle.size() % 4) middle += '=';
    const bool known =
        base64_decode(middle, claims) && text_in(object_in(claims), "iss") == app_ && !app_.empty();
    if (!known) return refuse(401, "A JSON web token could not be decoded");
    token_ = "ghs_" + std::to_string(++made_) + "0123456789abcdef";
    const json::object made{{"token", token_}, {"expires_at", expires_}};
    return net::reply(201, "application/json", json::serialize(made));
}

net::Response FakeForge::serve_git(const net::Request& request) {
    if (!let_in(request)) {
        auto refused = net::reply(401, "text/plain", "Unauthorized");
        refused.headers.emplace_back("WWW-Authenticate", "Basic realm=\"git\"");
        return refused;
    }
    Command command;
    command.argv = {"git", "http-backend"};
    const auto query = request.target.find('?');
    command.environment = {
        {"GIT_PROJECT_ROOT", folder_.path().string()},
        {"GIT_HTTP_EXPORT_ALL", "1"},
        {"PATH_INFO", request.path},
        {"QUERY_STRING", query == std::string::npos ? "" : request.target.substr(query + 1)},
        {"REQUEST_METHOD", request.method},
        {"CONTENT_TYPE", request.header("content-type")},
        {"HTTP_CONTENT_ENCODING", request.header("content-encoding")},
        {"CONTENT_LENGTH", std::to_string(request.body.size())},
        {"GIT_PROTOCOL", request.header("git-protocol")},
        {"REMOTE_USER", "zoo"},
        {"REMOTE_ADDR", "127.0.0.1"}};
    command.input = request.body;
    const auto done = blocking_run(command);
    if (!done) return refuse(500, done.error().message);
    net::Response out;
    auto at = done->out.find("\r\n\r\n");
    if (at == std::string::npos) return refuse(500, done->err);
    for (const auto& line : split(done->out.substr(0, at), '\n')) {
        const auto colon = line.find(':');
        if (colon == line.npos) continue;
        const auto name = line.substr(0, colon), value = std::string(trim(line.substr(colon + 1)));
        if (name == "Status")
            out.status = std::stoi(value);
        else
            out.headers.emplace_back(name, value);
    }
    out.body = done->out.substr(at + 4);
    return out;
}

}  // namespace docent::test
