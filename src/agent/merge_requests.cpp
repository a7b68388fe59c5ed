#include "agent/merge_requests.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "agent/transcript.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "forge/credentials.hpp"
#include "forge/forge.hpp"
#include "git/merge.hpp"
#include "git/push.hpp"

namespace docent::agent {
namespace json = boost::json;
namespace {

constexpr std::size_t longest_description = 32 << 10;  // bytes

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

/// One call at a time works on the merge request of a session.
class Claim {
public:
    Claim(std::set<std::string>& all, const std::string& id) : all_(all), id_(id) {
        ours_ = all_.insert(id_).second;
    }
    ~Claim() {
        if (ours_) all_.erase(id_);
    }
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    Status check() const {
        if (ours_) return {};
        return conflict("another call works on this merge request; try again").because("merge_request_busy");
    }

private:
    std::set<std::string>& all_;
    const std::string id_;
    bool ours_;
};

Status check_idle(const store::Session& session) {
    if (session.turn_event.empty()) return {};
    return conflict("the agent works on the branch: wait for it, or stop it first").because("turn_running");
}

store::Event end_event(const store::MergeRequest& request, const forge::State& state, Millis now) {
    const bool merged = state.status == "merged";
    store::Event event;
    event.id = new_uuid(now);
    event.type = merged ? "merge_request_merged" : "merge_request_closed";
    json::object payload{{"type", event.type},
                         {"merge_request_id", request.id},
                         {"external_id", text_or_null(request.external_id)},
                         {"title", request.title},
                         {"web_url", text_or_null(request.web_url)},
                         {"source_branch", request.source_branch},
                         {"target_branch", request.target_branch}};
    if (merged) payload["merge_commit_sha"] = text_or_null(state.merge_commit_sha);
    payload[merged ? "merged_by" : "closed_by"] = text_or_null(state.by);
    payload[merged ? "merged_at" : "closed_at"] = iso8601(now);
    event.payload = json::serialize(payload);
    return event;
}

store::Event notice(std::string message, std::string code, Millis now) {
    store::Event event;
    event.id = new_uuid(now);
    event.type = "system_message";
    event.payload = json::serialize(
        json::object{{"type", event.type}, {"message", message}, {"level", "info"}, {"code", code}});
    return event;
}

}  // namespace

MergeRequests::MergeRequests(boost::asio::any_io_executor loop, Services& services, Sessions& sessions,
                             store::Store& store, net::HttpClient* http)
    : services_(services),
      sessions_(sessions),
      stored_(store),
      memory_(store),
      forges_(std::make_unique<forge::Forges>(services.pools, services.clock, http)),
      group_(loop) {}

MergeRequests::~MergeRequests() = default;

Task<> MergeRequests::stop() {
    Task<> background = group_.stop();
    co_await std::move(background);
}

Task<Result<forge::Place>> MergeRequests::place_of(std::string repository_id, store::CodeProvider& provider) {
    auto repository = co_await services_.repositories.find("", std::move(repository_id));
    if (!repository) co_return std::move(repository).error();
    auto found = co_await services_.code_providers.find("", repository->code_provider_id);
    if (!found) co_return std::move(found).error();
    provider = *std::move(found);
    forge::Place place;
    place.repository = *std::move(repository);
    place.api_url = provider.base_url;
    place.credentials = services_.credentials;
    co_return place;
}

Task<Result<forge::Place>> MergeRequests::place_of(const store::Session& session, const Tree& tree) {
    store::CodeProvider provider;
    auto place = co_await place_of(session.repository_id, provider);
    if (!place) co_return place;
    place->token = tree.remote.token;
    place->remote = tree.remote;
    place->workspace = tree.workspace;
    place->work = services_.workspaces->scratch(session.id);
    place->committer = services_.settings.committer();
    co_return place;
}

Task<Result<forge::Place>> MergeRequests::place_of(const store::Session& session) {
    auto tree = co_await services_.workspaces->find(session);
    if (!tree) co_return std::move(tree).error();
    co_return co_await place_of(session, *tree);
}

/// The open one, or a new one that is not stored yet; with what the caller says of it.
Task<Result<store::MergeRequest>> MergeRequests::describe(const store::Session& session, const Tree& tree,
                                                          Proposal said) {
    auto last = co_await stored_.latest(session.id);
    if (!last && last.error().code != ErrorCode::not_found) co_return last;
    store::MergeRequest request;
    if (last && last->status == "open") {
        request = *std::move(last);
    } else {
        request.session_id = session.id;
        request.repository_id = session.repository_id;
        request.title = session.title;
        request.source_branch = tree.branch;
        request.target_branch = tree.base_branch;
        store::EventQuery query;
        query.types = {"agent_message", "session_finished"};
        auto spoken = co_await services_.timeline.events(session.id, std::move(query));
        if (!spoken) co_return std::move(spoken).error();
        for (const auto& event : *spoken) {
            const auto payload = payload_of(event);
            const auto text = text_field(payload, event.type == "agent_message" ? "message" : "summary");
            if (!trim(text).empty()) request.description = trim(text);
        }
    }
    if (!said.title.empty()) request.title = std::move(said.title);
    if (!said.description.empty()) request.description = std::move(said.description);
    request.description = cut_utf8(request.description, longest_description);
    if (said.draft) request.draft = *said.draft;
    co_return request;
}

namespace {

/// One push of the branch; conflict "branch_taken": the remote has another one of that name.
Status blocking_push_once(const Tree& tree, store::MergeRequest& request) {
    TRY_VOID(git::blocking_refresh_mirror(tree.remote, tree.workspace.mirror, {request.target_branch}));
    TRY(const auto found, git::blocking_mergeability(tree.workspace, request.target_branch));
    if (found.ahead_by == 0)
        return conflict("the session has changed nothing that its target branch does not have")
            .because("no_changes");
    git::PushRequest wanted;
    wanted.branch = request.source_branch;
    TRY(const auto done, git::blocking_push(tree.workspace, tree.remote, wanted));
    request.head_sha = found.source_sha;
    request.base_sha = found.merge_base_sha;
    if (done.result == git::PushResult::failed)
        return Error(ErrorCode::upstream_failed, "the branch was not pushed: " + done.reason, done.detail);
    if (done.result != git::PushResult::rejected) return {};
    const auto rejected = conflict("the branch was not pushed: " + done.reason).because("push_rejected");
    if (!done.moved || tree.base_commit.empty()) return rejected;
    // Commits of others on top of ours are theirs to keep; a branch that has none of ours is another branch.
    TRY_VOID(git::blocking_refresh_mirror(tree.remote, tree.workspace.mirror, {request.source_branch}));
    TRY(const auto other, git::blocking_mergeability(tree.workspace, request.source_branch));
    if (!other.merge_base_sha.empty()) {
        TRY(const bool older,
            git::blocking_is_ancestor(tree.workspace, other.merge_base_sha, tree.base_commit));
        if (!older) return rejected;
    }
    return conflict("the remote has another branch of that name").because("branch_taken");
}

/// Under a name that is free: docent/page, docent/page-2, ... for one that was never pushed.
Status blocking_push_named(const Tree& tree, store::MergeRequest& request) {
    constexpr int most_names = 20;
    const auto name = request.source_branch;
    auto pushed = blocking_push_once(tree, request);
    for (int i = 2; i <= most_names && !pushed && pushed.error().reason == "branch_taken"; ++i) {
        if (!request.id.empty()) break;
        request.source_branch = name + "-" + std::to_string(i);
        pushed = blocking_push_once(tree, request);
    }
    if (!pushed && pushed.error().reason == "branch_taken")
        return conflict(pushed.error().message).because("push_rejected");
    return pushed;
}

}  // namespace

/// Everything in the tree is committed and goes to the remote; `request` has its head and branch then.
Task<Status> MergeRequests::push(const store::Session& session, const Tree& tree,
                                 store::MergeRequest& request) {
    std::string subject = request.title;
    auto committed = co_await services_.workspaces->commit(tree, std::move(subject));
    if (!committed) co_return std::move(committed).error();
    auto pushed =
        co_await on(services_.pools.git, [&]() -> Status { return blocking_push_named(tree, request); });
    if (!pushed && pushed.error().code == ErrorCode::upstream_failed && services_.credentials) {
        // The token may have expired meanwhile.
        auto now = co_await services_.workspaces->renewed(session, tree.remote);
        if (now && now->token != tree.remote.token) {
            Tree again = tree;
            again.remote = *std::move(now);
            pushed = co_await on(services_.pools.git,
                                 [&]() -> Status { return blocking_push_named(again, request); });
        }
    }
    if (!pushed)
        log::info("session " + session.id + ": " + pushed.error().message + " " + pushed.error().detail);
    if (!pushed || request.source_branch == tree.branch) co_return pushed;
    store::SessionPatch patch;
    patch.branch_name = request.source_branch;
    std::vector<store::Event> events;
    events.push_back(notice(
        "The remote has another branch " + tree.branch + ": this session's is " + request.source_branch,
        "branch_renamed", services_.clock.now()));
    auto told = co_await services_.timeline.append(session.id, 0, std::move(events), std::move(patch),
                                                   services_.clock.now());
    if (!told) co_return told.error();
    co_return co_await sessions_.announce(*std::move(told));
}

Task<Result<ShownMergeRequest>> MergeRequests::open(store::Session session, Proposal proposal) {
    const Claim claim(busy_, session.id);
    CO_TRY_VOID(claim.check());
    if (session.ended()) co_return conflict("the session is " + session.status).because("session_closed");
    CO_TRY_VOID(check_idle(session));
    co_return co_await propose(std::move(session), std::move(proposal));
}

Task<Result<ShownMergeRequest>> MergeRequests::propose(store::Session session, Proposal proposal) {
    auto tree = co_await services_.workspaces->find(session);
    if (!tree && tree.error().code == ErrorCode::not_found)
        co_return conflict("the session has changed nothing yet").because("no_changes");
    if (!tree) co_return std::move(tree).error();
    auto request = co_await describe(session, *tree, std::move(proposal));
    if (!request) co_return std::move(request).error();
    auto ready = co_await push(session, *tree, *request);
    if (!ready) co_return std::move(ready).error();
    auto place = co_await place_of(session, *tree);
    if (!place) co_return std::move(place).error();
    auto state = co_await forges_->of(place->repository).open(*place, *request);
    if (!state) co_return std::move(state).error();
    const auto now = services_.clock.now();
    request->web_url = state->web_url;
    request->updated = now;
    request->conflict_told.clear();
    if (!request->id.empty()) {
        auto changed = co_await stored_.change(*std::move(request));
        if (!changed) co_return std::move(changed).error();
        co_return co_await settle(*std::move(changed), *std::move(state));
    }
    request->id = new_uuid(now);
    request->external_id = state->external_id;
    request->created = now;
    auto added = co_await stored_.add(*request);
    if (!added && added.error().reason == "already_exists") {
        // The forge's webhook was quicker than its answer.
        auto known = co_await stored_.find(request->repository_id, request->external_id);
        if (!known) co_return std::move(added).error();
        request->id = known->id;
        added = co_await stored_.change(*std::move(request));
    }
    if (!added) co_return std::move(added).error();
    const auto where = added->web_url.empty() ? "" : ": " + added->web_url;
    auto told = co_await tell(session.id, "Merge request \"" + added->title + "\" is open" + where,
                              "merge_request_opened");
    if (!told) co_return std::move(told).error();
    co_return co_await settle(*std::move(added), *std::move(state));
}

Task<Status> MergeRequests::tell(std::string session_id, std::string message, std::string code) {
    const auto now = services_.clock.now();
    std::vector<store::Event> events;
    events.push_back(notice(std::move(message), std::move(code), now));
    store::SessionPatch nothing;
    auto told = co_await services_.timeline.append(session_id, 0, std::move(events), std::move(nothing), now);
    if (!told) co_return told.error();
    co_return co_await sessions_.announce(*std::move(told));
}

/// The store follows what the forge says. An end is written once, whoever hears of it first.
Task<Result<ShownMergeRequest>> MergeRequests::settle(store::MergeRequest request, forge::State state) {
    ShownMergeRequest out;
    out.mergeable = state.mergeable;
    out.behind_by = state.behind_by;
    out.conflicting_files = state.conflicting_files;
    if (state.status == "open" && request.status == "closed") {
        auto reopened = co_await stored_.reopen(request.id, services_.clock.now());
        if (!reopened) co_return std::move(reopened).error();
        out.request = *std::move(reopened);
        co_return out;
    }
    if (state.status == "open" || state.status == request.status || request.status == "merged") {
        out.request = std::move(request);
        co_return out;
    }
    store::MergeRequestEnd end;
    end.now = services_.clock.now();
    end.status = state.status;
    end.merge_commit_sha = state.merge_commit_sha;
    end.event = end_event(request, state, end.now);
    auto ended = co_await stored_.end(request.id, std::move(end));
    if (!ended) co_return std::move(ended).error();
    out.request = std::move(ended->request);
    if (ended->appended) {
        if (out.request.status == "merged") base_moved(out.request.repository_id, out.request.target_branch);
        auto announced = co_await sessions_.announce(*std::move(ended->appended));
        if (!announced) co_return std::move(announced).error();
    }
    co_return out;
}

Task<Result<ShownMergeRequest>> MergeRequests::read(store::Session session) {
    auto request = co_await stored_.latest(session.id);
    if (!request) co_return std::move(request).error();
    co_return co_await read(std::move(session), *std::move(request));
}

Task<Result<ShownMergeRequest>> MergeRequests::read(store::Session session, store::MergeRequest request) {
    ShownMergeRequest out;
    out.request = request;
    if (request.status == "merged") co_return out;
    auto place = co_await place_of(session);
    if (!place) co_return out;  // the repository was removed; what is known is told
    auto state = co_await forges_->of(place->repository).read(*place, request);
    if (state) co_return co_await settle(std::move(request), *std::move(state));
    log::info("merge request " + request.id + ": " + state.error().message + " " + state.error().detail);
    co_return out;
}

Task<Result<ShownMergeRequest>> MergeRequests::merge(store::Session session, std::string by, MergeWish wish) {
    CO_TRY_VOID(check_idle(session));
    std::string id = wish.id;
    co_return co_await finish(std::move(session), std::move(by), std::move(id), std::move(wish));
}

Task<Result<ShownMergeRequest>> MergeRequests::close(store::Session session, std::string by, std::string id) {
    co_return co_await finish(std::move(session), std::move(by), std::move(id), std::nullopt);
}

Task<Result<store::MergeRequest>> MergeRequests::open_one(std::string session_id) {
    auto request = co_await stored_.latest(std::move(session_id));
    if (request && request->status != "open")
        co_return conflict("the merge request is " + request->status)
            .because("merge_request_" + request->status);
    co_return request;
}

Task<Result<ShownMergeRequest>> MergeRequests::update(store::Session session, Proposal proposal) {
    const Claim claim(busy_, session.id);
    CO_TRY_VOID(claim.check());
    auto request = co_await open_one(session.id);
    if (!request) co_return std::move(request).error();
    if (!proposal.title.empty()) request->title = std::move(proposal.title);
    if (!proposal.description.empty())
        request->description = cut_utf8(proposal.description, longest_description);
    if (proposal.draft) request->draft = *proposal.draft;
    request->updated = services_.clock.now();
    auto place = co_await place_of(session);
    if (!place) co_return std::move(place).error();
    auto state = co_await forges_->of(place->repository).update(*place, *request);
    if (!state) co_return std::move(state).error();
    auto changed = co_await stored_.change(*std::move(request));
    if (!changed) co_return std::move(changed).error();
    co_return co_await settle(*std::move(changed), *std::move(state));
}

Task<Result<ShownMergeRequest>> MergeRequests::finish(store::Session session, std::string by, std::string id,
                                                      std::optional<MergeWish> wish) {
    const Claim claim(busy_, session.id);
    CO_TRY_VOID(claim.check());
    auto request = co_await stored_.latest(session.id);
    if (request && !id.empty() && request->id != id) {
        auto older = co_await stored_.get(session.project_id, std::move(id));
        if (!older) co_return std::move(older).error();
        request = std::move(older->request);
    }
    if (!request) co_return std::move(request).error();
    if (request->status != "open") {
        ShownMergeRequest out;
        out.request = *std::move(request);
        if ((out.request.status == "merged") == wish.has_value()) co_return out;
        co_return conflict("the merge request is " + out.request.status + " already")
            .because("merge_request_" + out.request.status);
    }
    if (wish && !wish->head_sha.empty() && wish->head_sha != request->head_sha)
        co_return conflict("there are newer commits than you have seen: look at them first")
            .because("head_changed");
    auto place = co_await place_of(session);
    if (!place) co_return std::move(place).error();
    auto& forge = forges_->of(place->repository);
    Task<Result<forge::State>> asked =
        wish ? forge.merge(*place, *request, wish->method) : forge.close(*place, *request);
    auto state = co_await std::move(asked);
    if (!state) co_return std::move(state).error();
    if (state->by.empty()) state->by = std::move(by);
    co_return co_await settle(*std::move(request), *std::move(state));
}

Task<Result<std::optional<forge::Pipeline>>> MergeRequests::pipeline(store::MergeRequest request) {
    if (request.external_id.empty()) co_return std::optional<forge::Pipeline>();
    store::CodeProvider provider;
    auto place = co_await place_of(request.repository_id, provider);
    if (!place) co_return std::move(place).error();
    auto token = co_await services_.workspaces->token(provider);
    if (!token) co_return std::move(token).error();
    place->token = *std::move(token);
    co_return co_await forges_->of(place->repository).pipeline(*place, request);
}

/// A person made it for the branch of a session.
Task<Result<store::MergeRequest>> MergeRequests::adopt(const ForgeReport& report) {
    auto session = co_await services_.sessions.of_branch(report.repository_id, report.source_branch);
    if (!session) co_return std::move(session).error();
    store::MergeRequest request;
    request.id = new_uuid(services_.clock.now());
    request.session_id = session->id;
    request.repository_id = report.repository_id;
    request.external_id = report.external_id;
    request.title = report.title.empty() ? session->title : report.title;
    request.source_branch = report.source_branch;
    request.target_branch = report.target_branch;
    request.head_sha = report.head_sha;
    request.web_url = report.web_url;
    request.reported = report.at;
    request.draft = report.draft.value_or(false);
    request.created = request.updated = services_.clock.now();
    co_return co_await stored_.add(std::move(request));
}

Task<Result<bool>> MergeRequests::take(ForgeReport report) {
    auto request = co_await stored_.find(report.repository_id, report.external_id);
    if (!request && request.error().code == ErrorCode::not_found) request = co_await adopt(report);
    if (!request) {
        const auto code = request.error().code;
        if (code == ErrorCode::not_found || code == ErrorCode::conflict) co_return false;
        co_return std::move(request).error();
    }
    // What is older than the newest report is late, and so is "open" after an end unless it says "again".
    const bool late = report.at != 0 && report.at < request->reported;
    const bool stale = report.status == "open" && request->status != "open" && !report.reopened;
    if (late || stale) co_return true;
    const bool changes = report.at > request->reported || (report.draft && *report.draft != request->draft);
    if (changes && request->status != "merged") {
        request->reported = std::max(request->reported, report.at);
        if (report.draft) request->draft = *report.draft;
        auto changed = co_await stored_.change(*request);
        if (!changed) co_return std::move(changed).error();
    }
    forge::State state;
    state.external_id = report.external_id;
    state.status = report.status;
    state.merge_commit_sha = report.merge_commit_sha;
    state.by = report.by;
    auto settled = co_await settle(*std::move(request), std::move(state));
    if (!settled) co_return std::move(settled).error();
    co_return true;
}

}  // namespace docent::agent
