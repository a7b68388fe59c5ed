// A turn's calls of the model, and the summaries that keep them short enough.
#include "agent/compaction.hpp"
#include "agent/turn.hpp"
#include "agent/turn_payloads.hpp"
#include "base/log.hpp"
#include "llm/fitting.hpp"

namespace docent::agent {
namespace {

constexpr std::int64_t default_context = 128'000;  // of models that do not tell
constexpr std::size_t most_reply_text = 1 << 20;

/// Shows followers what the model writes, as it comes.
class Live final : public Sink<llm::Delta> {
public:
    Live(Feeds& feeds, const std::string& session, const std::string& message)
        : feeds_(feeds), session_(session), message_(message) {}
    Task<Status> put(llm::Delta delta) override {
        if (const auto* text = std::get_if<llm::TextDelta>(&delta)) {
            bytes_ += text->text.size();
            if (bytes_ > most_reply_text)
                co_return Error(ErrorCode::too_large, "the model's message is too long");
            feeds_.delta(session_, message_, text->text);
        }
        co_return Status();
    }

private:
    Feeds& feeds_;
    const std::string &session_, &message_;
    std::size_t bytes_ = 0;
};

std::size_t tool_tokens() {
    static const auto tokens = llm::estimate_tool_tokens(tools());
    return tokens;
}

}  // namespace

std::size_t Turn::budget() const {
    const auto context = model_->context_tokens() > 0 ? model_->context_tokens() : default_context;
    return llm::prompt_budget(context, tool_tokens(), 0);
}

Task<Result<llm::Reply>> Turn::ask(const std::string& message_id) {
    if (budget_ == 0) budget_ = budget();
    for (bool compacted = false;; compacted = true) {
        llm::Request request;
        llm::Message system;
        system.role = llm::Message::Role::system;
        system.text = system_;
        request.messages.push_back(std::move(system));
        for (auto& message : transcript(events_)) request.messages.push_back(std::move(message));
        const auto tokens = llm::estimate_tokens(request.messages);
        if (tokens > budget_ * 4 / 5 && !compacted) {
            const bool shorter = co_await compact(budget_, budget_ / 4);
            if (end_) co_return internal("ended");
            if (shorter) continue;
        }
        llm::fit_tool_results(request.messages, budget_);
        if (llm::estimate_tokens(request.messages) > budget_) {
            end(End::Why::limit, "context_full",
                "Paused: the conversation no longer fits the model, and a summary gains nothing. Start a new "
                "session, or choose a model with a larger context.");
            co_return internal("ended");
        }
        request.tools = tool_list();
        Live live(feeds_, session_.id, message_id);
        auto reply = co_await model_->complete(request, live);
        if (reply || reply.error().reason != "context_overflow") co_return reply;
        // Our count was too low for this model.
        const auto fits = std::min(budget_, llm::estimate_tokens(request.messages)) / 2;
        if (fits < 2'000) co_return reply;
        budget_ = fits;
        const bool shorter = co_await compact(budget_, budget_ / 4);
        if (end_) co_return internal("ended");
        if (!shorter && compacted) co_return reply;
    }
}

/// A summary takes the place of what is oldest. False when that gains nothing.
Task<bool> Turn::compact(std::size_t budget, std::size_t keep) {
    const auto through = summary_end(events_, keep);
    if (through == 0) co_return false;
    const auto before = llm::estimate_tokens(transcript(events_));
    llm::Request request;
    request.messages = summary_request(events_, through, budget / 2);
    const std::string nobody;
    Feeds unseen;
    Live discard(unseen, nobody, nobody);
    auto reply = co_await model_->complete(request, discard);
    if (!reply) {
        log::warn("a summary failed: " + reply.error().message + " " + reply.error().detail);
        co_return false;
    }
    EngineNote note;
    note.through = through;
    note.tell = told_summary(events_, through, reply->message.text);
    note.usage = reply->usage;
    if (llm::estimate_tokens(note.tell) > before * 9 / 10) co_return false;
    auto event = new_event("system_message", system_payload("info", "compacted",
                                                            "The conversation was shortened by a summary."));
    event.engine = note.write();
    std::vector<store::Event> events;
    events.push_back(std::move(event));
    store::SessionPatch patch;
    auto stored = co_await append(std::move(events), std::move(patch));
    if (!stored) co_return false;
    auto loaded = co_await load();
    if (!loaded) co_return false;
    co_return llm::estimate_tokens(transcript(events_)) <= before * 9 / 10;
}

}  // namespace docent::agent
