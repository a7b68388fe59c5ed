#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "assistant/answer.hpp"
#include "base/clock.hpp"
#include "base/pools.hpp"
#include "base/task_group.hpp"
#include "llm/provider.hpp"
#include "sources/sources.hpp"
#include "store/spending.hpp"
#include "store/threads.hpp"

namespace docent::assistant {

struct Config {
    std::chrono::milliseconds answer_limit{120'000};  // an answer's whole time
    std::chrono::milliseconds keep_finished{
        60'000};                          // how long a finished answer can still be resumed from memory
    std::size_t max_running = 2'000;      // more: unavailable
    std::size_t max_finished = 500;       // kept for resume; the oldest go first
    std::size_t model_steps = 6;          // calls of the model for one answer; the last may call no tools
    std::vector<std::string> link_hosts;  // other hosts that an answer may link, where a page has the link
    bool require_thread_key = false;      // contract/README: a project may demand the key
};

/// From a question to a streamed answer. Answers run in the background, apart from the connection that
/// asked: they can be followed, resumed and stopped. On the event loop. stop() before destruction.
class Assistant {
public:
    /// `model` may be null: answers are then composed from the documentation's own sentences. `spending`
    /// keeps the books of what models cost; null: nobody does.
    Assistant(boost::asio::any_io_executor loop, Pools& pools, const Clock& clock, sources::Sources& sources,
              store::Threads& threads, llm::Provider* model, Config config,
              store::Spending* spending = nullptr)
        : Assistant(std::move(loop), pools, clock,
                    IndexOf([&sources](const std::string& id) { return sources.index(id); }), threads, model,
                    config, spending) {
        use_meaning([&sources](const std::string& id, search::Query& query) {
            return sources.add_meaning(id, query);
        });
    }

    /// The index in force of a project; null when there is none.
    using IndexOf = std::function<std::shared_ptr<const search::Index>(const std::string& project_id)>;
    Assistant(boost::asio::any_io_executor loop, Pools& pools, const Clock& clock, IndexOf index_of,
              store::Threads& threads, llm::Provider* model, Config config,
              store::Spending* spending = nullptr);
    ~Assistant();

    /// Adds a query's vector, so that searching goes by meaning, too; without it by words alone.
    using AddMeaning = std::function<Task<>(const std::string& project_id, search::Query& query)>;
    void use_meaning(AddMeaning add_meaning);

    /// What a project's own list of models (Question::models) means; null for a list without any. Without it
    /// every project uses the one given at construction.
    using ModelsByName = std::function<llm::Provider*(const std::vector<std::string>& names)>;
    void use_models(ModelsByName by_name);

    /// Checks the thread, records the turn, starts the answer. Returns once the turn is durable.
    /// not_found (unknown thread, wrong thread key), unavailable (no index yet, too many answers).
    Task<Result<std::shared_ptr<Answer>>> ask(Question question);

    /// The running (or just finished) answer of this chat, if the caller may resume it (contract/README,
    /// Threads): same key, and the thread key or an unguessable chat id. Null otherwise.
    std::shared_ptr<Answer> find_running(const std::string& project_id, const std::string& chat_id,
                                         const std::string& key_id, const std::string& thread_key) const;

    /// Ends the answer now; the model's stream too. False when there is none that the caller may stop.
    bool cancel(const std::string& project_id, const std::string& chat_id, const std::string& key_id,
                const std::string& thread_key);

    std::size_t running() const;

    /// Waits up to `drain` for running answers to end, then stops them and records it.
    Task<> stop(std::chrono::milliseconds drain);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::assistant
