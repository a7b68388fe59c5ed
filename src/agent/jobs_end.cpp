// How a job ends: what its newest turn left is checked, proposed, and told.
#include <fmt/format.h>

#include "agent/job_checks.hpp"
#include "agent/jobs.hpp"
#include "agent/pull_request_text.hpp"
#include "agent/transcript.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "forge/forge.hpp"
#include "git/diff.hpp"

namespace docent::agent {
namespace json = boost::json;

/// What the log says of the turns since the newest message of a person.
struct LastTurn {
    std::string message;        // what the agent said last
    std::string title;          // of what it did; "": it gave none
    std::string code, trouble;  // why it ended before its time; "": it did not
    bool paused = false;        // at a limit
    bool asked = false;         // there is a message at all
};

namespace {

constexpr std::int64_t most_rounds = 2;  // findings that go back to the model for one message
constexpr std::int64_t most_tries = 24;  // of a forge that does not answer: about three hours
constexpr Millis first_pause = 15'000, longest_pause = 10 * 60'000;
constexpr std::size_t longest_message = 60 << 10;

bool is_pause(const std::string& code) { return code.ends_with("_limit") || code == "context_full"; }

/// Notices that end no turn.
bool is_aside(const std::string& code) {
    return code == "call_refused" || code == "compacted" || code == "resumed" ||
           code.starts_with("merge_request_") || code.starts_with("base_");
}

LastTurn last_turn(const std::vector<store::Event>& events) {
    LastTurn out;
    for (const auto* event : as_heard(events)) {
        const auto payload = payload_of(*event);
        if (event->type == "user_message") {
            if (event->status == "queued" || event->status == "canceled") continue;
            out = LastTurn();
            out.asked = true;
        } else if (event->type == "agent_message") {
            if (auto text = text_field(payload, "message"); !trim(text).empty())
                out.message = std::move(text);
        } else if (event->type == "system_message") {
            const auto code = text_field(payload, "code");
            if (code == "resumed") out.code = out.trouble = "";
            if (code.empty() || is_aside(code)) continue;
            out.code = code;
            out.trouble = text_field(payload, "message");
            out.paused = is_pause(code);
        }
        const auto note = EngineNote::read(*event);
        if (const auto* command = note.opaque.if_contains("command"); command && command->is_object())
            out.title = text_field(command->get_object(), "title");
        if (note.call.name == "finish") {
            if (auto title = text_field(note.call.args, "title"); !title.empty())
                out.title = std::move(title);
            if (out.message.empty()) out.message = text_field(payload, "summary");
        }
    }
    out.message = cut_utf8(out.message, longest_message);
    return out;
}

/// A job that has failed takes no message.
std::string without_advice(const std::string& trouble) {
    return trouble.substr(0, trouble.find(" Send a message to try again."));
}

store::JobPatch failed_with(std::string code, std::string error) {
    store::JobPatch out;
    out.status = "failed";
    out.error_code = std::move(code);
    out.error = std::move(error);
    return out;
}

/// It waits for follow-ups now, or is complete.
void stay_open(store::JobPatch& patch, const store::Job& job, Millis now) {
    patch.tries = patch.next_try = 0;
    if (!patch.error_code) patch.error_code = patch.error = "";
    patch.phase = "open";
    patch.open_until = now + job.follow_up;
    if (job.follow_up <= 0) patch.status = patch.error_code->empty() ? "completed" : "failed";
}

std::string to_mend(const std::vector<maintenance::Finding>& findings) {
    std::string out =
        "Before the pull request, the checks found problems in what you changed. Mend them, or say why one "
        "is "
        "right as it is:\n";
    for (const auto& finding : findings) {
        std::string place = finding.file;
        if (!place.empty()) place += finding.line > 0 ? fmt::format(":{}: ", finding.line) : ": ";
        out += "\n- " + place + finding.message;
        if (out.size() > 20'000) break;
    }
    return out;
}

}  // namespace

Task<> Jobs::end_work(std::string job_id) {
    if (!ending_.insert(job_id).second) co_return;
    struct Leave {
        std::set<std::string>& all;
        const std::string& id;
        ~Leave() { all.erase(id); }
    };
    store::Job job;
    Ending ending;
    {
        const Leave leave{ending_, job_id};
        auto known = co_await stored_.find("", job_id);
        if (!known || !known->active() || known->phase == "open") co_return;
        auto session = co_await services_.sessions.find("", job_id);
        if (!session || !session->turn_event.empty()) co_return;
        auto began = co_await stored_.begin_end(job_id, services_.clock.now());
        if (!began) {
            if (began.error().reason != "job_changed")
                log::warn("job " + job_id + ": " + began.error().message);
            co_return;
        }
        job = *std::move(began);
        auto ended = co_await finish(job, *std::move(session));
        if (!ended) {
            log::error("job " + job_id + ": " + ended.error().message + " " + ended.error().detail);
            ending.patch = failed_with("internal_error", ended.error().message);
        } else {
            ending = *std::move(ended);
        }
    }
    co_await settle(std::move(job), std::move(ending));
}

/// The row first: a turn that ends right after the message finds the job at work.
Task<> Jobs::settle(store::Job job, Ending ending) {
    auto changed =
        co_await stored_.change(job.id, "active", "ending", std::move(ending.patch), services_.clock.now());
    if (!changed) {
        if (changed.error().reason != "job_changed") {
            log::error("job " + job.id + ": " + changed.error().message);
            co_return;
        }
        auto now = co_await stored_.find("", job.id);
        if (!now || now->error_code != "canceled") co_return;
        // Cancelled while the pull request was being made.
        auto session = co_await services_.sessions.find("", job.id);
        if (!session) co_return;
        auto closed = co_await requests_.close(*std::move(session), "docent");
        if (!closed && closed.error().code != ErrorCode::not_found)
            log::warn("job " + job.id + ": " + closed.error().message);
        co_return;
    }
    if (ending.back_to_agent.empty()) co_return;
    MessageToSend message;
    message.text = std::move(ending.back_to_agent);
    message.client_id = fmt::format("job:{}:checks:{}:{}", job.id, job.updated, job.rounds + 1);
    auto sent = co_await sessions_.send(job.id, std::move(message));
    if (!sent) log::warn("job " + job.id + ": " + sent.error().message);
}

Task<Result<Jobs::Ending>> Jobs::finish(const store::Job& job, store::Session session) {
    Ending out;
    if (session.status == "merged") {
        out.patch.status = "completed";
        co_return out;
    }
    if (session.ended()) {
        out.patch = failed_with("session_closed", "Its session was closed.");
        co_return out;
    }
    store::EventQuery all;
    auto events = co_await services_.timeline.events(job.id, std::move(all));
    if (!events) co_return std::move(events).error();
    const auto turn = last_turn(*events);
    if (!turn.asked) {
        // A crash came between the job and its first message.
        auto delivered = co_await deliver(job);
        if (!delivered) co_return std::move(delivered).error();
        out.patch.phase = "working";
        co_return out;
    }
    out.patch.message = turn.message;
    if (turn.paused) {
        out.patch.error_code = turn.code;
        out.patch.error = turn.trouble;
        stay_open(out.patch, job, services_.clock.now());
        co_return out;
    }
    if (!turn.code.empty()) {
        auto proposed = co_await proposals_.latest(job.id);
        if (!proposed && proposed.error().code != ErrorCode::not_found) co_return std::move(proposed).error();
        if (proposed && proposed->status == "open") {
            // A follow-up that failed: what is proposed already still takes others.
            out.patch.error_code = turn.code;
            out.patch.error = turn.trouble;
            stay_open(out.patch, job, services_.clock.now());
            co_return out;
        }
        out.patch = failed_with(turn.code, without_advice(turn.trouble));
        out.patch.message = turn.message;
        co_return out;
    }
    auto tree = co_await services_.workspaces->find(session);
    if (!tree && tree.error().code == ErrorCode::not_found) {
        out.patch.status = "completed";
        co_return out;
    }
    if (!tree) co_return std::move(tree).error();
    co_return co_await propose(job, std::move(session), *tree, turn, std::move(out));
}

/// What was changed is checked, and becomes a pull request or the next version of it.
Task<Result<Jobs::Ending>> Jobs::propose(const store::Job& job, store::Session session, const Tree& tree,
                                         const LastTurn& turn, Ending out) {
    auto diff = co_await on(services_.pools.git, [&] {
        return git::blocking_branch_diff(tree.workspace, tree.base_branch, git::Uncommitted::included);
    });
    if (!diff) co_return std::move(diff).error();
    out.patch.files_changed = std::ssize(diff->diff.files);
    out.patch.additions = static_cast<std::int64_t>(diff->diff.additions);
    out.patch.deletions = static_cast<std::int64_t>(diff->diff.deletions);
    auto last = co_await proposals_.latest(job.id);
    if (!last && last.error().code != ErrorCode::not_found) co_return std::move(last).error();
    const bool open = last && last->status == "open";
    if (diff->diff.files.empty() && !open) {
        out.patch.status = "completed";
        out.patch.error_code = out.patch.error = "";
        co_return out;
    }
    if (open && last->head_sha == diff->head_sha) {
        auto rest = co_await on(services_.pools.git,
                                [&] { return git::blocking_uncommitted_changes(tree.workspace); });
        if (!rest) co_return std::move(rest).error();
        if (rest->clean) {
            stay_open(out.patch, job, services_.clock.now());
            co_return out;
        }
    }
    std::string base = diff->base_sha;
    auto checked = co_await check_work(services_, session, tree, std::move(base));
    if (!checked) co_return std::move(checked).error();
    // Commands of the repository may take minutes: it may be cancelled by now, and proposes nothing then.
    auto now = co_await stored_.find("", job.id);
    if (!now || !now->active()) co_return out;
    out.patch.findings = findings_json(checked->findings);
    const bool model = job.model != "builtin";
    if (!checked->findings.empty() && model && job.rounds < most_rounds) {
        out.patch.phase = "working";
        out.patch.rounds = job.rounds + 1;
        out.back_to_agent = to_mend(checked->findings);
        co_return out;
    }
    if (job.dry_run) {
        out.patch.status = "completed";
        out.patch.error_code = out.patch.error = "";
        co_return out;
    }
    PullRequestText text;
    // What was written for the model alone is not for reviewers.
    text.prompt = job.cause.starts_with("questions:") ? session.title : job.prompt;
    text.message = turn.message;
    text.checks = checked->results;
    for (const auto& finding : checked->findings) text.remains.push_back(finding_line(finding));
    text.job_id = job.id;
    Proposal proposal;
    if (!open) {
        const auto pattern =
            co_await on(services_.pools.git, [&] { return blocking_pull_request_template(tree.path); });
        proposal.title = pull_request_title(turn.title.empty() ? session.title : turn.title);
        proposal.description = pull_request_body(text, pattern);
        proposal.draft = job.draft || (model && !checked->findings.empty());
    } else if (!job.draft && checked->findings.empty()) {
        proposal.draft = false;  // it may have been one for what is mended now
    }
    auto opened = co_await requests_.open(std::move(session), std::move(proposal));
    if (opened) {
        stay_open(out.patch, job, services_.clock.now());
        co_return out;
    }
    const auto& error = opened.error();
    if (error.reason == "no_changes") {
        stay_open(out.patch, job, services_.clock.now());
        if (!open) out.patch.status = "completed";
    } else if (error.reason == "turn_running" || error.reason == "merge_request_busy") {
        out.patch.phase = "working";
    } else if (forge::may_pass(error) && job.tries < most_tries) {
        const auto pause = std::min(first_pause << std::min<std::int64_t>(job.tries, 10), longest_pause);
        out.patch.tries = job.tries + 1;
        out.patch.next_try = services_.clock.now() + pause;
        out.patch.error_code = "forge_unavailable";
        out.patch.error = "The pull request could not be made yet: " + error.message + ". It is tried again.";
    } else {
        log::info("job " + job.id + ": " + error.message + " " + error.detail);
        const auto message = out.patch.message;
        auto failed = failed_with(error.reason.empty() ? "not_proposed" : error.reason,
                                  "The change was made, but " + error.message +
                                      ". It is kept: fetch it as a patch from the job's diff.");
        failed.message = message;
        failed.findings = out.patch.findings;
        failed.files_changed = out.patch.files_changed;
        failed.additions = out.patch.additions;
        failed.deletions = out.patch.deletions;
        out.patch = std::move(failed);
    }
    co_return out;
}

}  // namespace docent::agent
