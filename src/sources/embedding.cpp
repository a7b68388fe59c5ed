#include "sources/embedding.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <iterator>
#include <optional>

#include "base/task_group.hpp"
#include "search/vectors.hpp"

namespace docent::sources {
namespace fs = std::filesystem;
using IndexPtr = std::shared_ptr<const search::Index>;
namespace {

constexpr std::size_t rows_at_once = 256;  // of the graph: about a tenth of a second

std::uint64_t number_of(const llm::EmbeddingsConfig& config) { return search::model_number(config.id()); }

/// What is left to do, with the file open for it.
struct Plan {
    search::VectorsWriter writer;
    std::vector<std::uint32_t> chunks;
    std::size_t all = 0;  // searchable sections
};

std::vector<std::uint32_t> searchable_chunks(const search::Index& index) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t n = 0; n < index.page_count(); ++n) {
        const auto page = index.page(n);
        for (std::uint32_t i = 0; page.searchable && i < page.chunk_count; ++i)
            out.push_back(page.first_chunk + i);
    }
    return out;
}

Result<Plan> blocking_plan(const search::Index& index, const fs::path& file, std::uint64_t model) {
    TRY(auto writer, search::VectorsWriter::open(file, model));
    Plan out{std::move(writer), searchable_chunks(index), 0};
    out.all = out.chunks.size();
    const auto there = search::VectorsFile::open(file, model);
    if (!there) {
        if (there.error().code == ErrorCode::unavailable) return there.error();
        return out;
    }
    const auto vectors = search::Vectors::of(index, *there);
    out.chunks = vectors->missing();
    // Texts that were rewritten leave their vectors behind.
    const auto needed = vectors->needed_rows();
    if ((*there)->size() > 2 * needed.size() + 1'000) TRY_VOID(out.writer.keep(**there, needed));
    return out;
}

struct Batch {
    std::vector<search::TextKey> keys;
    std::vector<std::string> texts;
};

Batch batch_of(const search::Index& index, const std::vector<std::uint32_t>& chunks, std::size_t first,
               std::size_t size) {
    Batch out;
    for (std::size_t i = first; i < std::min(first + size, chunks.size()); ++i) {
        out.texts.push_back(search::section_text(index, chunks[i]));
        out.keys.push_back(search::text_key(out.texts.back()));
    }
    return out;
}

/// A client on a loop of its own, for one task.
struct Alone {
    explicit Alone(const llm::EmbeddingsConfig& config)
        : http(loop.get_executor()), client(loop.get_executor(), http, config), tasks(loop.get_executor()) {}

    /// internal when the task threw.
    template <class T>
    Result<T> run(Task<Result<T>> work) {
        std::optional<Result<T>> out;
        tasks.spawn("embeddings", finish(std::move(work), out));
        loop.run();
        if (!out) return internal("a task threw");
        return std::move(*out);
    }

    boost::asio::io_context loop{1};
    Pools pools;
    net::HttpClient http;
    llm::Embeddings client;
    TaskGroup tasks;

private:
    template <class T>
    Task<> finish(Task<Result<T>> work, std::optional<Result<T>>& out) {
        const auto busy = boost::asio::make_work_guard(loop);
        out.emplace(co_await std::move(work));
    }
};

Task<Result<llm::Vector>> embed_one(llm::Embeddings& client, std::string text) {
    co_return co_await client.embed_question(std::move(text));
}

}  // namespace

fs::path vectors_file(const fs::path& data, const std::string& project_id) {
    return data / "index" / "vectors" / project_id;
}

IndexPtr blocking_attach(const IndexPtr& index, const fs::path& file, const llm::EmbeddingsConfig& config,
                         const search::Index* before) {
    if (!config.on()) return index;
    auto there = search::VectorsFile::open(file, number_of(config));
    if (!there) return index;
    const auto* old = before ? before->vectors().get() : nullptr;
    return index->with(search::Vectors::of(*index, std::move(*there), old));
}

Task<Result<IndexPtr>> embed(IndexPtr index, fs::path file, llm::Embeddings& client, Pools& pools,
                             EmbedHooks hooks) {
    const auto model = number_of(client.config());
    auto plan = co_await on(pools.build, [&] { return blocking_plan(*index, file, model); });
    if (!plan) co_return std::move(plan).error();
    const auto size = static_cast<std::size_t>(client.config().batch);
    std::size_t done = plan->all - plan->chunks.size();
    for (std::size_t first = 0; first < plan->chunks.size(); first += size) {
        if (hooks.progress) hooks.progress(done, plan->all);
        if (hooks.cancelled && hooks.cancelled())
            co_return Error(ErrorCode::cancelled, "the server is stopping");
        auto batch = co_await on(pools.build, [&] { return batch_of(*index, plan->chunks, first, size); });
        done += batch.keys.size();
        auto vectors = co_await client.embed_sections(std::move(batch.texts));
        if (!vectors) co_return std::move(vectors).error();
        auto kept = co_await on(pools.build, [&] { return plan->writer.append(batch.keys, *vectors); });
        if (!kept) co_return std::move(kept).error();
    }
    if (hooks.progress) hooks.progress(done, plan->all);
    auto with =
        co_await on(pools.build, [&] { return blocking_attach(index, file, client.config(), index.get()); });
    // In small pieces: whoever saves a page meanwhile does not wait for the whole graph.
    while (with->vectors() && with->vectors()->wants_graph()) {
        if (hooks.cancelled && hooks.cancelled())
            co_return Error(ErrorCode::cancelled, "the server is stopping");
        co_await run_blocking(pools.build, [&] { with->vectors()->extend_graph(rows_at_once); });
    }
    co_return with;
}

Result<IndexPtr> blocking_embed(IndexPtr index, const fs::path& file, const llm::EmbeddingsConfig& config,
                                const std::function<void(std::size_t, std::size_t)>& progress) {
    Alone alone(config);
    EmbedHooks hooks;
    hooks.progress = progress;
    return alone.run(embed(std::move(index), file, alone.client, alone.pools, std::move(hooks)));
}

Result<std::vector<llm::Vector>> blocking_embed_questions(const std::vector<std::string>& texts,
                                                          const llm::EmbeddingsConfig& config) {
    llm::EmbeddingsConfig patient = config;
    patient.passage_prefix = config.query_prefix;
    std::vector<llm::Vector> out;
    const auto size = static_cast<std::size_t>(config.batch);
    for (std::size_t first = 0; first < texts.size(); first += size) {
        const auto last = std::min(first + size, texts.size());
        std::vector<std::string> batch(texts.begin() + static_cast<std::ptrdiff_t>(first),
                                       texts.begin() + static_cast<std::ptrdiff_t>(last));
        Alone alone(patient);
        TRY(auto vectors, alone.run(alone.client.embed_sections(std::move(batch))));
        std::move(vectors.begin(), vectors.end(), std::back_inserter(out));
    }
    return out;
}

llm::Vector blocking_embed_question(const std::string& text, const llm::EmbeddingsConfig& config) {
    if (!config.on()) return {};
    Alone alone(config);
    auto vector = alone.run(embed_one(alone.client, text));
    return vector ? std::move(*vector) : llm::Vector();
}

}  // namespace docent::sources
