#include "agent/follow_ups.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"
#include "maintenance/command.hpp"

namespace docent::agent {
namespace {

constexpr std::size_t longest_comment = 60'000;  // bytes

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// True if `text` has `name` as a whole word, outside of quoted lines.
bool mentions(const std::string& text, const std::string& name) {
    if (name.empty()) return false;
    const auto wanted = lower_ascii(name);
    for (const auto& line : split(lower_ascii(text), '\n')) {
        if (line.starts_with('>')) continue;
        for (auto at = line.find(wanted); at != line.npos; at = line.find(wanted, at + 1)) {
            const auto end = at + wanted.size();
            if (at > 0 && (is_word_byte(line[at - 1]) || line[at - 1] == '@' || line[at - 1] == '/'))
                continue;
            if (end == line.size() || !is_word_byte(line[end])) return true;
        }
    }
    return false;
}

/// As a message. A command that follows the agent's name goes as it was written.
std::string message_of(const ForgeComment& comment, const std::string& name) {
    const auto text = trim(comment.text);
    if (text.size() > name.size() && lower_ascii(text.substr(0, name.size())) == lower_ascii(name)) {
        const auto rest = trim(text.substr(name.size()));
        if (maintenance::is_command(rest)) return std::string(rest);
    }
    return comment.by + " wrote under the merge request #" + comment.external_id + ":\n\n" +
           std::string(cut_utf8(comment.text, longest_comment));
}

/// What the person who wrote it can do something about.
bool is_refusal(const Error& error) {
    return error.code == ErrorCode::conflict || error.code == ErrorCode::invalid_argument ||
           error.code == ErrorCode::too_large || error.code == ErrorCode::rate_limited ||
           error.reason == "model_unavailable";
}

}  // namespace

Task<Result<store::Event>> FollowUps::send(std::string session_id, MessageToSend message, bool may_reopen) {
    auto job = co_await stored_jobs_.find("", session_id);
    if (!job && job.error().code != ErrorCode::not_found) co_return std::move(job).error();
    if (job) {
        store::EventQuery said;
        said.types = {"user_message"};
        auto before = co_await services_.timeline.events(session_id, std::move(said));
        if (!before) co_return std::move(before).error();
        const bool known = std::ranges::any_of(
            *before, [&](const store::Event& e) { return e.client_id && e.client_id == message.client_id; });
        if (!known) {
            auto heard = co_await jobs_.message(session_id, message, may_reopen);
            if (!heard) co_return std::move(heard).error();
        }
    }
    // For a job this finds the message that is there already, by its client_id.
    co_return co_await sessions_.send(std::move(session_id), std::move(message));
}

Task<Result<bool>> FollowUps::hear(ForgeComment comment, bool may_reopen) {
    auto request = co_await proposals_.find(comment.repository_id, comment.external_id);
    if (!request && request.error().code == ErrorCode::not_found) co_return false;
    if (!request) co_return std::move(request).error();
    const bool ours = comment.text.find("<!-- docent:") != std::string::npos;
    if (ours || !mentions(comment.text, services_.settings.mention)) co_return false;
    if (!comment.may_write) {
        log::info("merge request " + request->id + ": a comment of somebody who may not write is not heard");
        co_return false;
    }
    auto session = co_await services_.sessions.find("", request->session_id);
    if (!session && session.error().code == ErrorCode::not_found) co_return false;
    if (!session) co_return std::move(session).error();
    MessageToSend message;
    message.text = message_of(comment, services_.settings.mention);
    const auto key = comment.platform + "-comment-" + comment.id;
    message.client_id = key;
    auto sent = co_await send(request->session_id, std::move(message), may_reopen);
    if (sent) co_return true;
    if (sent.error().code == ErrorCode::not_found || sent.error().reason == "client_id_conflict")
        co_return false;
    if (!is_refusal(sent.error())) co_return std::move(sent).error();
    auto why = "This was not taken up: " + sent.error().message;
    if (!why.ends_with('.') && !why.ends_with('?')) why += '.';
    auto said = co_await requests_.say(*std::move(session), why, "answer-" + key);
    if (!said) log::warn("a comment was not answered: " + said.error().message + " " + said.error().detail);
    co_return false;
}

}  // namespace docent::agent
