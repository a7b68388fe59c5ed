#include "assistant/model_answer.hpp"

#include <set>

#include "assistant/citations.hpp"
#include "assistant/model_stream.hpp"
#include "assistant/prompt.hpp"
#include "assistant/tool_calls.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "llm/fitting.hpp"

namespace docent::assistant {
namespace {

constexpr std::size_t quote_words = 8;            // so many words in a row of a page are a quotation of it
constexpr std::size_t compared_bytes = 32 << 10;  // of an answer, for quotations
constexpr std::size_t useless_steps = 2;          // steps in which no tool ran, before there are none

std::string one_space(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\t' || c == '*' || c == '`') {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c;
        }
    }
    return out;
}

/// True if so many words in a row of `text` stand in `document`.
bool quotes(const std::string& text, const std::string& document) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') starts.push_back(i + 1);
    }
    for (std::size_t i = 0; i + quote_words < starts.size(); ++i) {
        const auto run = text.substr(starts[i], starts[i + quote_words] - starts[i] - 1);
        if (run.size() >= 24 && document.find(run) != document.npos) return true;
    }
    return false;
}

/// One answer of a model: steps of research, then the text.
class ModelAnswering {
public:
    ModelAnswering(Conversation& c, Pools& pools, const Clock& clock, llm::Provider& model,
                   const Extract& found, ModelLimits limits)
        : c_(c),
          pools_(pools),
          clock_(clock),
          model_(model),
          found_(found),
          limits_(limits),
          calls_(c, pools),
          citations_(*c.index, c.question.base_path, limits_.link_hosts),
          began_(clock.now()) {}

    Task<bool> run() {
        co_await gather();
        budget_ = llm::prompt_budget(model_.context_tokens(), tool_tokens(), 0);
        for (std::size_t step = 1; step <= limits_.steps; ++step) {
            const bool may_call = step < limits_.steps && useless_ < useless_steps &&
                                  clock_.now() - began_ < limits_.research.count();
            const bool affordable = co_await c_.budget->allows();
            if (!affordable) co_return false;
            c_.start_step();
            c_.text.clear();
            auto reply = co_await ask(may_call);
            if (!reply && c_.answer->full()) co_return end_whole("length", llm::Usage());
            if (!reply) co_return false;
            std::vector<llm::ToolCall> calls;
            if (may_call) calls = reply->message.calls;
            const bool says = !trim(c_.text).empty();
            if (calls.empty()) {
                if (says) co_return end_whole(reply->finish_reason, reply->usage);
                c_.usage.add(reply->usage);
                co_return false;
            }
            auto done = co_await calls_.run(calls);
            for (const auto page : done.pages) citations_.add_page(page);
            useless_ = done.ran == 0 ? useless_ + 1 : 0;
            if (done.not_found) c_.answered = false;
            // Text with nothing but the mark is the answer.
            if (says && done.not_found && calls.size() == 1) co_return end_whole("stop", reply->usage);
            c_.end_step("tool-calls", reply->usage);
            if (done.asks) co_return ask_back(*done.asks);
            reply->message.calls = std::move(calls);
            steps_.push_back(std::move(reply->message));
            for (auto& answer : done.answers) steps_.push_back(std::move(answer));
        }
        co_return false;
    }

private:
    static std::size_t tool_tokens() {
        static const auto tokens = llm::estimate_tool_tokens(tools());
        return tokens;
    }

    Task<> gather() {
        parts_ = co_await on(pools_.search, [&] {
            PromptParts parts = prompt_parts(*c_.index);
            parts.passages = passages_of(*c_.index, found_.hits, c_.question.base_path);
            return parts;
        });
        for (const auto& passage : parts_.passages) citations_.add_page(passage.page);
        parts_.history = c_.history;
        parts_.question = c_.asked;
        parts_.context = c_.question.context;
        parts_.current_path = c_.question.current_path;
    }

    /// The prompt and the steps so far, within the budget.
    std::vector<llm::Message> messages() const {
        std::vector<llm::Message> steps = steps_;
        // Research may have two thirds of the window.
        llm::fit_tool_results(steps, budget_ * 2 / 3);
        const std::size_t used = llm::estimate_tokens(steps);
        auto all = make_prompt(parts_, budget_ > used ? budget_ - used : 0);
        for (auto& one : steps) all.push_back(std::move(one));
        return all;
    }

    /// One call of the model. A prompt that does not fit its window after all is halved, once an answer.
    Task<Result<llm::Reply>> ask(bool may_call) {
        for (;;) {
            llm::Request request;
            request.messages = messages();
            request.tools = tool_list();
            request.may_call_tools = may_call;
            request.report = &c_.budget->report();
            c_.supports.clear();
            ModelStream stream(c_, pools_, citations_);
            auto reply = co_await model_.complete(request, stream);
            co_await stream.end();
            co_await c_.budget->book();
            if (reply) co_return reply;
            log::warn("the model failed: " + reply.error().message + " " + reply.error().detail);
            const bool too_long = reply.error().reason == "context_overflow" && c_.text.empty();
            if (!too_long || shrunk_) co_return reply;
            shrunk_ = true;
            budget_ = std::min(budget_, llm::estimate_tokens(request.messages)) / 2;
        }
    }

    bool end_whole(const std::string& reason, const llm::Usage& usage) {
        close_open_code(c_);
        cite_used();
        if (c_.sources.empty() && !found_.answered) c_.answered = false;
        c_.suggest(found_.suggestions);
        c_.reason = reason == "tool-calls" ? "stop" : reason;
        c_.end_step(c_.reason, usage);
        return true;
    }

    /// The question back is the answer's text: every client shows it.
    bool ask_back(const Clarification& asks) {
        c_.response_type = "clarifying_question";
        c_.start_step();
        c_.text.clear();
        std::string text = asks.question + "\n";
        for (const auto& option : asks.options) text += "\n- " + option;
        c_.say(text + "\n");
        c_.reason = "stop";
        c_.end_step(c_.reason, llm::Usage());
        return true;
    }

    /// Pages that support a sentence that links them, or are quoted, are the answer's sources.
    void cite_used() {
        const std::string text = one_space(cut_utf8(c_.text, compared_bytes));
        for (const auto n : citations_.pages()) {
            const auto page = c_.index->page(n);
            if (c_.supports.count(n) > 0 || quotes(text, one_space(page.markdown)))
                c_.cite(page_url(page, c_.question.base_path), std::string(page.title));
        }
    }

    Conversation& c_;
    Pools& pools_;
    const Clock& clock_;
    llm::Provider& model_;
    const Extract& found_;
    const ModelLimits limits_;
    ToolCalls calls_;
    Citations citations_;
    const Millis began_;
    PromptParts parts_;
    std::vector<llm::Message> steps_;  // the model's calls and their answers, of all steps
    std::size_t budget_ = 0;           // tokens of a prompt
    std::size_t useless_ = 0;
    bool shrunk_ = false;
};

}  // namespace

Task<bool> answer_with_model(Conversation& c, Pools& pools, const Clock& clock, llm::Provider& model,
                             const Extract& found, ModelLimits limits) {
    ModelAnswering answering(c, pools, clock, model, found, limits);
    co_return co_await answering.run();
}

}  // namespace docent::assistant
