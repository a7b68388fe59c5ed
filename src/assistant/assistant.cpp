#include "assistant/assistant.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "assistant/conversation.hpp"
#include "assistant/live_answers.hpp"
#include "assistant/model_answer.hpp"
#include "assistant/passages.hpp"
#include "assistant/question_clusters.hpp"
#include "assistant/thread_turn.hpp"
#include "base/all.hpp"
#include "base/deadline.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::assistant {
namespace asio = boost::asio;
namespace {

constexpr std::size_t most_unrecorded = 2'000;
constexpr std::chrono::seconds record_again{1};  // after the store could not take an answer

/// A language that the documentation has no page in is not asked for: an answer from another language's pages
/// is better than none.
search::Filter usable_filter(const search::Index& index, search::Filter filter) {
    if (filter.language.empty()) return filter;
    search::Filter language;
    language.language = filter.language;
    language.groups = {"*"};
    for (std::uint32_t n = 0; n < index.page_count(); ++n) {
        if (!index.page(n).language.empty() && index.passes(n, language)) return filter;
    }
    filter.language.clear();
    return filter;
}

using Shared = std::shared_ptr<Conversation>;

}  // namespace

struct Assistant::Impl {
    Impl(asio::any_io_executor loop, Pools& p, const Clock& c, IndexOf s, store::Threads& t, llm::Provider* m,
         Config f, store::Spending* money)
        : pools(p),
          clock(c),
          index_of(std::move(s)),
          threads(t),
          model(m),
          spending(money),
          config(f),
          tasks(loop),
          answers(c, f.keep_finished, f.max_finished),
          idle(loop),
          sweep_timer(loop) {}

    Task<Result<std::shared_ptr<Answer>>> ask(Question question);
    Task<> run(Shared c);
    Task<> produce(Shared c);
    Task<Status> store_and_find(Shared c, std::optional<store::Thread> new_thread);
    Task<> look_ahead(Shared c);
    Task<> look_up(Shared c);
    void deliver(Conversation& c, const Extract& extract);
    Task<> finish(Shared c, std::string failure);
    Task<> record_later(store::Turn turn);
    void retire(const Shared& c);
    Task<> sweep();
    Task<> stop(std::chrono::milliseconds drain);

    // Constant after construction.
    Pools& pools;
    const Clock& clock;
    const IndexOf index_of;
    store::Threads& threads;
    llm::Provider* const model;
    store::Spending* const spending;
    const Config config;
    ModelsByName by_name;
    AddMeaning add_meaning;

    // On the loop.
    TaskGroup tasks;
    LiveAnswers answers;
    std::size_t starting = 0;    // accepted, not yet durable
    std::size_t unrecorded = 0;  // answers that wait for room in the store
    bool stopping = false;
    bool sweeping = false;
    asio::steady_timer idle;  // cancelled when the last running answer has ended
    asio::steady_timer sweep_timer;
};

Task<Result<std::shared_ptr<Answer>>> Assistant::Impl::ask(Question question) {
    if (stopping) co_return Error(ErrorCode::unavailable, "the server is restarting; ask again in a moment");
    if (question.messages.empty()) co_return invalid("messages must end with the user's question");
    const auto index = index_of(question.project_id);
    if (!index)
        co_return Error(ErrorCode::unavailable, "the documentation is being indexed; ask again in a moment");
    if (answers.running().size() + starting >= config.max_running) {
        co_return Error(ErrorCode::unavailable, "too many answers are running; ask again in a moment");
    }

    auto c = std::make_shared<Conversation>();
    c->index = index;
    question.filter = usable_filter(*index, std::move(question.filter));
    c->asked = question.messages.back().text;
    c->budget.emplace(spending, question.caps, question.project_id, clock);
    c->history.assign(question.messages.begin(), question.messages.end() - 1);
    c->question = std::move(question);

    ++starting;
    struct Started {
        std::size_t& count;
        ~Started() { --count; }
    } started{starting};

    std::optional<store::Thread> new_thread;
    CO_TRY_VOID(co_await join_thread(*c, threads, clock.now(), config.require_thread_key, new_thread));
    CO_TRY_VOID(co_await store_and_find(c, std::move(new_thread)));

    answers.add(c);
    c->task = tasks.spawn("answer", run(c));
    if (c->task == 0) {
        answers.take_back(c);
        co_return Error(ErrorCode::unavailable, "the server is restarting; ask again in a moment");
    }
    co_return c->answer;
}

Task<> Assistant::Impl::run(Shared c) {
    std::string failure;
    try {
        const bool in_time = co_await finishes_within(config.answer_limit, produce(c));
        if (!in_time && c->ended_by.empty()) {
            log::warn("an answer took longer than assistant.answer_limit");
            if (c->gap.empty()) {
                c->ended_by = "timed out";
            } else {
                deliver(*c, *c->found);  // a slow model gives way to what was found
            }
        }
    } catch (const std::exception& e) {
        if (c->ended_by.empty() && !stopping) failure = e.what();
        if (c->ended_by.empty() && stopping) c->ended_by = "interrupted";
    }
    // From here on it is about telling how it ended, which a cancellation must not prevent.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await finish(c, std::move(failure));
}

/// The turn is stored, durably, while the passages are looked for: the disk and the processor work side by
/// side, and the reader waits for the slower one only.
Task<Status> Assistant::Impl::store_and_find(Shared c, std::optional<store::Thread> new_thread) {
    std::optional<Status> stored;
    store::Turn turn = c->turn;
    std::vector<Task<>> work;
    work.push_back(keep(threads.begin_turn(std::move(new_thread), std::move(turn)), stored));
    // Meaning is asked of an endpoint: the answer to the caller does not wait for that.
    if (!add_meaning) work.push_back(look_ahead(c));
    try {
        co_await all(std::move(work));
    } catch (const std::exception&) {
        if (!stored) throw;  // what is stored is answered, whoever has gone meanwhile
    }
    co_return std::move(*stored);
}

/// A failure is left to the answer, which tries again and tells its readers.
Task<> Assistant::Impl::look_ahead(Shared c) {
    try {
        co_await look_up(c);
    } catch (const std::exception& e) {
        log::debug(std::string("answer: looking ahead failed: ") + e.what());
    }
}

Task<> Assistant::Impl::look_up(Shared c) {
    ExtractOptions options;
    options.retrieval_page_size = c->question.retrieval_page_size;
    options.filter = c->question.filter;
    options.base_path = c->question.base_path;
    options.current_path = c->question.current_path;
    for (const auto& m : c->history) {
        if (m.role == "user") options.earlier_questions.push_back(m.text);
    }
    for (const auto& one : c->question.context) options.context.push_back(one.value);
    if (c->add_meaning) {
        search::Query query;
        query.text = c->asked;
        co_await c->add_meaning(query);
        options.vector = std::move(query.vector);
    }
    c->found = co_await on(pools.search, [&] { return extract_answer(*c->index, c->asked, options); });
}

Task<> Assistant::Impl::produce(Shared c) {
    if (add_meaning) {
        c->add_meaning = [this, id = c->question.project_id](search::Query& query) {
            return add_meaning(id, query);
        };
    }
    c->start_step();
    const auto id = c->next_tool_id();
    boost::json::object input;
    input["query"] = c->asked;
    c->answer->append(ToolCalled(id, "search", std::move(input)));
    if (!c->found) co_await look_up(c);
    Extract& found = *c->found;
    double best = 0;
    for (const auto& hit : found.hits) best = std::max(best, hit.score);
    c->gap = found.answered ? "present" : gap_of(best);
    c->answer->append(
        ToolAnswered(id, "search", search_output(*c->index, found.hits, c->question.base_path)));
    c->end_step("tool-calls", llm::Usage());

    llm::Provider* asked = model;
    if (by_name && !c->question.models.empty()) asked = by_name(c->question.models);
    if (asked && small_talk(c->asked) == SmallTalk::none) {
        ModelLimits limits;
        limits.steps = config.model_steps;
        limits.research = config.answer_limit / 2;
        limits.link_hosts = config.link_hosts;
        const bool whole = co_await answer_with_model(*c, pools, clock, *asked, found, limits);
        if (whole) co_return;
    }
    deliver(*c, found);
}

/// Streams an answer made of the documentation's own sentences. After a model that failed half way the
/// answer goes on in its step.
void Assistant::Impl::deliver(Conversation& c, const Extract& extract) {
    const bool goes_on = c.step_open && !trim(c.text).empty();
    c.answered = extract.answered;
    if (goes_on) {
        close_open_code(c);
        for (const auto page : c.supports) {
            const auto view = c.index->page(page);
            c.cite(page_url(view, c.question.base_path), std::string(view.title));
        }
        const std::string between(phrases(c.turn.language).model_failed);
        c.say("\n\n" + between + "\n\n");
    } else if (!extract.answered) {
        if (!c.step_open) c.start_step();
        boost::json::object acknowledged;
        acknowledged["acknowledged"] = true;
        c.call_tool("markNotFound", boost::json::object(), std::move(acknowledged));
        c.end_step("tool-calls", llm::Usage());
    }
    if (!c.step_open) c.start_step();
    for (const auto& source : extract.sources) c.cite(source.url, source.title);
    // A block at a time: clients draw whole paragraphs, and a code block is never seen half.
    for (std::size_t from = 0; from < extract.markdown.size();) {
        auto to = extract.markdown.find("\n\n", from);
        to = to == std::string::npos ? extract.markdown.size() : extract.markdown.find_first_not_of('\n', to);
        if (to == std::string::npos) to = extract.markdown.size();
        c.say(extract.markdown.substr(from, to - from));
        from = to;
    }
    c.suggest(extract.suggestions);
    c.end_step("stop", llm::Usage());
}

/// Records how the answer ended, then tells its readers.
Task<> Assistant::Impl::finish(Shared c, std::string failure) {
    const Phrases& say = phrases(c->turn.language);
    c->turn.state = "complete";
    if (!failure.empty()) {
        log::error("answer: " + failure);
        c->turn.state = "failed";
    } else if (!c->ended_by.empty()) {
        c->reason = "other";
        c->turn.state = c->ended_by == "timed out" ? "failed" : c->ended_by;
        if (c->ended_by != "stopped") {
            if (!c->step_open) c->start_step();
            const std::string gap = c->text.empty() ? "" : "\n\n";
            c->say(gap + std::string(c->ended_by == "interrupted" ? say.interrupted : say.out_of_time));
        }
    }
    if (c->step_open) c->end_step("stop", llm::Usage());
    co_await c->budget->book();  // of a call that was cancelled

    close_turn(*c, clock.now());
    store::Turn turn = c->turn;
    auto recorded = co_await threads.end_turn(std::move(turn));
    if (!recorded) {
        log::error("answer: its end could not be recorded: " + recorded.error().detail);
        if (recorded.error().code == ErrorCode::unavailable && unrecorded < most_unrecorded)
            tasks.spawn("record answer", record_later(c->turn));
    }

    if (c->turn.state == "failed" && !failure.empty()) {
        c->answer->append(Failed("the answer could not be completed; ask again"));
    } else {
        c->answer->append(Finished(c->reason, c->usage, c->answered));
    }
    retire(c);
}

/// What a reader has seen is not lost because the disk was full at that moment. Gives up at the stop only,
/// after one more attempt.
Task<> Assistant::Impl::record_later(store::Turn turn) {
    ++unrecorded;
    struct AtEnd {
        std::size_t& count;
        ~AtEnd() { --count; }
    } at_end{unrecorded};
    co_await asio::this_coro::throw_if_cancelled(false);
    for (bool last = false; !last;) {
        asio::steady_timer timer(idle.get_executor(), record_again);
        auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        last = bool(cancelled);
        if (last) co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        store::Turn copy = turn;
        auto recorded = co_await threads.end_turn(std::move(copy));
        if (recorded || recorded.error().code != ErrorCode::unavailable) break;
        if (last) log::error("answer: its end is lost: " + recorded.error().detail);
    }
}

void Assistant::Impl::retire(const Shared& c) {
    answers.retire(c);
    if (answers.any_finished() && !sweeping && !stopping) {
        sweeping = true;
        tasks.spawn("drop finished answers", sweep());
    }
    if (answers.running().empty()) idle.cancel();
}

Task<> Assistant::Impl::sweep() {
    while (answers.any_finished()) {
        sweep_timer.expires_after(config.keep_finished / 4 + std::chrono::milliseconds(10));
        co_await sweep_timer.async_wait(asio::use_awaitable);
        answers.drop_expired();
    }
    sweeping = false;
}

Task<> Assistant::Impl::stop(std::chrono::milliseconds drain) {
    stopping = true;
    if (!answers.running().empty()) {
        idle.expires_after(drain);
        auto [ended] = co_await idle.async_wait(asio::as_tuple(asio::use_awaitable));
        (void)ended;
    }
    for (const auto& c : answers.running()) {
        if (c->ended_by.empty()) c->ended_by = "interrupted";
    }
    co_await tasks.stop();
    answers.drop_finished();
}

Assistant::Assistant(asio::any_io_executor loop, Pools& pools, const Clock& clock, IndexOf index_of,
                     store::Threads& threads, llm::Provider* model, Config config, store::Spending* spending)
    : impl_(std::make_unique<Impl>(loop, pools, clock, std::move(index_of), threads, model, config,
                                   spending)) {}

Assistant::~Assistant() = default;

void Assistant::use_meaning(AddMeaning add_meaning) { impl_->add_meaning = std::move(add_meaning); }

void Assistant::use_models(ModelsByName by_name) { impl_->by_name = std::move(by_name); }

Task<Result<std::shared_ptr<Answer>>> Assistant::ask(Question question) {
    return impl_->ask(std::move(question));
}

std::shared_ptr<Answer> Assistant::find_running(const std::string& project_id, const std::string& chat_id,
                                                const std::string& key_id,
                                                const std::string& thread_key) const {
    const auto c = impl_->answers.find(project_id, chat_id, key_id, thread_key);
    return c ? c->answer : nullptr;
}

bool Assistant::cancel(const std::string& project_id, const std::string& chat_id, const std::string& key_id,
                       const std::string& thread_key) {
    const auto c = impl_->answers.find(project_id, chat_id, key_id, thread_key);
    if (!c || c->ended_at != 0) return false;
    if (c->ended_by.empty()) c->ended_by = "stopped";
    impl_->tasks.cancel(c->task);
    return true;
}

std::size_t Assistant::running() const { return impl_->answers.running().size(); }

Task<> Assistant::stop(std::chrono::milliseconds drain) { return impl_->stop(drain); }

}  // namespace docent::assistant
