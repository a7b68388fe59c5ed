#include "agent/reviews.hpp"

#include <algorithm>
#include <map>

#include "agent/transcript.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t largest_preview = 4 << 20;  // bytes
constexpr std::size_t longest_quote = 500;        // bytes

Error commits_gone() {
    return not_found("the commits of this merge request are no longer in the repository");
}

/// Where the branch left its target.
Result<std::string> blocking_base_of(const Tree& tree, const store::MergeRequest& request) {
    const auto& git_dir = tree.workspace.git_dir;
    if (request.status == "open") {
        const auto target = git::blocking_branch_sha(tree.workspace.mirror, request.target_branch);
        if (target) {
            TRY(auto base, git::blocking_merge_base(git_dir, *target, request.head_sha));
            if (!base.empty() && base != request.head_sha) return base;
        }
    }
    if (!request.base_sha.empty()) return request.base_sha;
    if (!request.merge_commit_sha.empty() && git::blocking_has_commit(git_dir, request.merge_commit_sha)) {
        TRY(const auto before, git::blocking_first_parent(git_dir, request.merge_commit_sha));
        if (!before.empty()) {
            TRY(auto base, git::blocking_merge_base(git_dir, before, request.head_sha));
            if (!base.empty() && base != request.head_sha) return base;
        }
    }
    return tree.base_commit;
}

/// As a message to the agent. A comment of the whole goes as it was written, so that it may be a command.
std::string review_message(const store::MergeRequest& request, const store::ReviewComment& comment) {
    if (comment.path.empty()) return comment.body;
    std::string out = "A reviewer of \"" + request.title + "\" comments on `" + comment.path + "`";
    if (comment.line > 0) out += ", line " + std::to_string(comment.line);
    out += comment.side == "before" ? " (as it was before your change)" : "";
    out += ":\n\n";
    if (!comment.quote.empty()) out += "```\n" + comment.quote + "\n```\n\n";
    return out + comment.body;
}

/// The last words of the agent after each message and before the next one, by the message's id.
std::map<std::string, const store::Event*> answers_of(const std::vector<store::Event>& events) {
    std::map<std::string, const store::Event*> out;
    std::vector<std::string> asked;
    bool spoken = false;
    for (const auto* event : as_heard(events)) {
        if (event->type == "user_message") {
            if (spoken) asked.clear();
            spoken = false;
            asked.push_back(event->id);
        } else if (event->type == "agent_message" &&
                   !trim(text_field(payload_of(*event), "message")).empty()) {
            spoken = true;
            for (const auto& id : asked) out[id] = event;
        }
    }
    return out;
}

}  // namespace

Task<Result<git::CommitRange>> Reviews::range(store::Session session, store::MergeRequest request) {
    auto tree = co_await services_.workspaces->find(session);
    if (!tree && tree.error().code == ErrorCode::not_found) co_return commits_gone();
    if (!tree) co_return std::move(tree).error();
    co_return co_await on(services_.pools.git, [&]() -> Result<git::CommitRange> {
        git::CommitRange out;
        out.git_dir = tree->workspace.git_dir;
        out.head_sha = request.head_sha;
        if (!git::blocking_has_commit(out.git_dir, out.head_sha)) {
            // Somebody else pushed it.
            (void)git::blocking_refresh_mirror(tree->remote, tree->workspace.mirror, {request.source_branch});
            if (!git::blocking_has_commit(out.git_dir, out.head_sha)) return commits_gone();
        }
        TRY(out.base_sha, blocking_base_of(*tree, request));
        if (!git::blocking_has_commit(out.git_dir, out.base_sha)) return commits_gone();
        return out;
    });
}

Task<Result<bool>> Reviews::has_newer_work(store::Session session, store::MergeRequest request) {
    if (request.status != "open" || session.ended() || !session.turn_event.empty()) co_return false;
    auto tree = co_await services_.workspaces->find(session);
    if (!tree && tree.error().code == ErrorCode::not_found) co_return false;
    if (!tree) co_return std::move(tree).error();
    co_return co_await on(services_.pools.git, [&]() -> Result<bool> {
        git::DiffLimits limits;
        limits.max_text = 0;
        TRY(const auto changes, git::blocking_uncommitted_changes(tree->workspace, limits));
        return !changes.clean || changes.head_sha != request.head_sha;
    });
}

Task<Result<docs::PagePreview>> Reviews::preview(git::CommitRange range, std::string path, ReviewSide side) {
    if (!docs::is_page_file(path))
        co_return invalid("path: is no page; a preview is made of .md, .mdx and .html").because("not_a_page");
    const auto sha = side == ReviewSide::before ? range.base_sha : range.head_sha;
    co_return co_await on(services_.pools.build, [&]() -> Result<docs::PagePreview> {
        TRY(const auto text, git::blocking_file_at(range.git_dir, sha, path, largest_preview));
        if (!text) return not_found("there is no such file on this side of the merge request");
        const docs::ReadFile read = [&](const std::string& other) -> std::optional<std::string> {
            auto found = git::blocking_file_at(range.git_dir, sha, other, largest_preview);
            return found ? *std::move(found) : std::nullopt;
        };
        return docs::preview_page(path, *text, read);
    });
}

/// The line that a comment is of, after a look whether there is such a file and line.
Task<Result<std::string>> Reviews::quoted_line(const store::Session& session,
                                               const store::MergeRequest& request, const CommentToAdd& add) {
    if (add.path.empty()) co_return std::string();
    auto found = co_await range(session, request);
    if (!found) co_return std::move(found).error();
    co_return co_await on(services_.pools.git, [&]() -> Result<std::string> {
        const auto& sha = add.side == "before" ? found->base_sha : found->head_sha;
        auto text = git::blocking_file_at(found->git_dir, sha, add.path, 16 << 20);
        if (!text) return std::move(text).error();
        if (!*text)
            return invalid("path: there is no such file on this side of the merge request")
                .because("validation_failed");
        if (add.line == 0) return std::string();
        const auto lines = split(**text, '\n');
        const auto last = static_cast<std::int64_t>(lines.size()) - (lines.back().empty() ? 1 : 0);
        if (add.line > last)
            return invalid("line: the file has " + std::to_string(last) + " lines")
                .because("validation_failed");
        return std::string(
            cut_utf8(repair_utf8(lines[static_cast<std::size_t>(add.line - 1)]), longest_quote));
    });
}

Task<Result<ShownComment>> Reviews::comment(store::Session session, store::MergeRequest request,
                                            CommentToAdd add) {
    auto quote = co_await quoted_line(session, request, add);
    if (!quote) co_return std::move(quote).error();
    store::ReviewComment wanted;
    wanted.created = services_.clock.now();
    wanted.id = new_uuid(wanted.created);
    wanted.merge_request_id = request.id;
    wanted.author = std::move(add.author);
    wanted.body = std::move(add.body);
    wanted.path = std::move(add.path);
    wanted.side = std::move(add.side);
    wanted.line = add.line;
    wanted.quote = *std::move(quote);
    wanted.head_sha = request.head_sha;
    wanted.client_id = std::move(add.client_id);
    auto stored = co_await comments_.add(std::move(wanted));
    if (!stored) co_return std::move(stored).error();
    ShownComment out;
    out.comment = *std::move(stored);
    if (!add.for_agent || !out.comment.event_id.empty()) co_return out;
    MessageToSend message;
    message.text = review_message(request, out.comment);
    message.client_id = "review-comment-" + out.comment.id;
    auto sent = co_await follow_ups_.send(session.id, std::move(message), add.may_reopen);
    if (!sent) {
        out.unsent = sent.error().reason;
        if (out.unsent == "session_closed" || out.unsent == "job_ended" || out.unsent == "model_unavailable")
            co_return out;
        co_return std::move(sent).error();
    }
    auto noted = co_await comments_.sent(out.comment.id, sent->id);
    if (!noted) co_return std::move(noted).error();
    out.comment = *std::move(noted);
    co_return out;
}

Task<Result<std::vector<ShownComment>>> Reviews::comments(store::Session session, store::MergeRequest request,
                                                          store::Page page) {
    auto stored = co_await comments_.list(request.id, std::move(page));
    if (!stored) co_return std::move(stored).error();
    const bool any =
        std::ranges::any_of(*stored, [](const store::ReviewComment& c) { return !c.event_id.empty(); });
    std::vector<store::Event> events;
    if (any) {
        store::EventQuery query;
        query.types = {"user_message", "agent_message"};
        auto found = co_await services_.timeline.events(session.id, std::move(query));
        if (!found) co_return std::move(found).error();
        events = *std::move(found);
    }
    const auto answers = answers_of(events);
    std::vector<ShownComment> out;
    for (auto& comment : *stored) {
        ShownComment shown;
        const auto answer = answers.find(comment.event_id);
        if (answer != answers.end()) {
            shown.answer = text_field(payload_of(*answer->second), "message");
            shown.answer_event_id = answer->second->id;
            shown.answered = answer->second->created;
        }
        shown.comment = std::move(comment);
        out.push_back(std::move(shown));
    }
    co_return out;
}

}  // namespace docent::agent
