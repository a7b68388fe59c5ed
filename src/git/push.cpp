#include "git/push.hpp"

#include "base/text.hpp"
#include "git/program.hpp"
#include "git/repository.hpp"

namespace docent::git {
namespace {

constexpr std::size_t longest_words = 300;  // bytes of what a remote wrote

/// The line of git push --porcelain for our one ref: "<flag>\t<from>:<to>\t<summary> (<reason>)".
std::string ref_line(const std::string& printed) {
    for (const auto& line : split(printed, '\n')) {
        if (line.size() > 2 && line[1] == '\t' && line.find("refs/heads/") != line.npos) return line;
    }
    return "";
}

/// What the remote itself wrote ("remote: ..."), in one line.
std::string words_of_remote(const std::string& said) {
    std::string out;
    for (const auto& line : split(said, '\n')) {
        if (!line.starts_with("remote: ")) continue;
        const auto text = trim(std::string_view(line).substr(8));
        if (!text.empty()) (out += out.empty() ? "" : " ") += std::string(text);
    }
    return repair_utf8(cut_utf8(out, longest_words));
}

std::string rejection(const std::string& line) {
    const auto has = [&](const char* words) { return line.find(words) != line.npos; };
    if (has("stale info")) return "the remote's branch is not what it was: look at it before replacing it";
    if (has("non-fast-forward") || has("fetch first"))
        return "the remote's branch has commits that are not here: pull first";
    if (has("branch is currently checked out"))
        return "the branch is checked out in the remote, which is not bare";
    if (has("Working directory has"))
        return "the remote's own working tree has changes that are not committed";
    if (has("hook declined")) return "a rule of the remote refuses the push";
    return "the remote refuses the push";
}

std::string failure(const std::string& said) {
    const auto has = [&](const char* words) { return said.find(words) != said.npos; };
    if (has("Host key verification failed")) return "the server shows another host key than before";
    if (has("could not read Username") || has("Authentication failed") || has("Permission denied") ||
        has("403") || has("401"))
        return "the remote does not accept the credentials: check the code provider's token or key";
    return "the remote cannot be reached";
}

}  // namespace

std::string_view to_string(PushResult result) {
    switch (result) {
        case PushResult::pushed:
            return "pushed";
        case PushResult::already_up_to_date:
            return "already_up_to_date";
        case PushResult::rejected:
            return "rejected";
        case PushResult::failed:
            return "failed";
    }
    return "";
}

Result<Pushed> blocking_push(const Workspace& workspace, const Remote& remote, const PushRequest& request,
                             std::chrono::milliseconds limit) {
    TRY_VOID(check_url(remote.url));
    if (!is_branch_name(request.branch))
        return invalid("\"" + request.branch + "\" is not a name for a branch");
    const auto& replaces = request.replaces;
    if (replaces && replaces->find_first_not_of("0123456789abcdef") != std::string::npos)
        return invalid("the commit to replace is not a commit id");
    remove_stale_locks(workspace.git_dir);
    const Program git = Program(limit).in(workspace);
    TRY(const auto head, blocking_head(workspace));
    const auto ref = "refs/heads/" + request.branch;

    // What the remote has now tells how much is new.
    const Program remote_git = Program(limit).in(workspace).with(remote);
    Pushed pushed;
    TRY(const auto listed, remote_git.run({"ls-remote", "--", remote_name, ref}));
    if (listed.exit_code != 0) {
        pushed.reason = failure(listed.err);
        pushed.detail = listed.err;
        return pushed;
    }
    for (const auto& line : split(listed.out, '\n')) {
        const auto tab = line.find('\t');
        if (tab != line.npos && line.substr(tab + 1) == ref) pushed.old_sha = line.substr(0, tab);
    }
    if (pushed.old_sha == head.sha) {
        pushed.result = PushResult::already_up_to_date;
        pushed.new_sha = head.sha;
        return pushed;
    }
    std::vector<std::string> words{"push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"};
    if (replaces) words.push_back("--force-with-lease=" + ref + ":" + *replaces);
    const bool here = remote.url.starts_with('/') || remote.url.starts_with("file://");
    if (request.updates_checkout && here)
        words.push_back("--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack");
    words.insert(words.end(), {"--", remote_name, head.sha + ":" + ref});
    TRY(const auto done, remote_git.run(words));
    const auto line = ref_line(done.out);
    if (done.exit_code != 0) {
        pushed.result = line.starts_with('!') ? PushResult::rejected : PushResult::failed;
        pushed.moved = line.find("non-fast-forward") != line.npos || line.find("fetch first") != line.npos;
        pushed.reason = line.starts_with('!') ? rejection(line) : failure(done.err);
        if (const auto said = words_of_remote(done.err); !said.empty() && line.starts_with('!'))
            pushed.reason += ": " + said;
        pushed.detail = line + "\n" + done.err;
        return pushed;
    }
    pushed.result = PushResult::pushed;
    pushed.new_sha = head.sha;
    std::vector<std::string> counting{"rev-list", "--count", head.sha, "--not", "--remotes=origin"};
    if (pushed.old_sha) {
        // Not known here when it was replaced.
        TRY(const auto known, git.run({"cat-file", "-e", *pushed.old_sha + "^{commit}"}));
        if (known.exit_code == 0) counting = {"rev-list", "--count", *pushed.old_sha + ".." + head.sha};
    }
    TRY(const auto count, git.line(counting, "git cannot count the commits"));
    pushed.commits_pushed = std::atoi(count.c_str());
    TRY(const auto noted, git.output({"update-ref", "refs/remotes/origin/" + request.branch, head.sha},
                                     "git cannot note the branch"));
    return pushed;
}

}  // namespace docent::git
