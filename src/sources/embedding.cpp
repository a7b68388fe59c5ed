#include "sources/embedding.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <iterator>
#include <optional>
#include <unordered_set>

#include "base/task_group.hpp"
#include "search/vectors.hpp"

namespace docent::sources {
namespace fs = std::filesystem;
using IndexPtr = std::shared_ptr<const search::Index>;
namespace {

constexpr std::size_t rows_at_once = 256;  // of the graph: about a tenth of a second
constexpr int most_passes = 3;
constexpr std::chrono::milliseconds patience_of_commands{3'000};

std::uint64_t number_of(const llm::EmbeddingsConfig& config) { return search::model_number(config.id()); }

/// What is left to do, with the file open for it.
struct Plan {
    search::VectorsWriter writer;
    std::vector<std::uint32_t> chunks;
    std::size_t known = 0, all = 0;  // searchable sections: those that have a vector already, and all
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
    Plan out{std::move(writer), searchable_chunks(index)};
    out.all = out.chunks.size();
    const auto there = search::VectorsFile::open(file, model);
    if (!there) {
        if (there.error().code == ErrorCode::unavailable) return there.error();
        return out;
    }
    const auto vectors = search::Vectors::of(index, *there);
    out.chunks = vectors->missing();
    out.known = out.all - out.chunks.size();
    // Texts that were rewritten leave their vectors behind.
    const auto needed = vectors->needed_rows();
    if ((*there)->size() > 2 * needed.size() + 1'000) TRY_VOID(out.writer.keep(**there, needed));
    return out;
}

struct Batch {
    std::vector<search::TextKey> keys;
    std::vector<std::string> texts;
    std::size_t end = 0;  // of the chunks that it covers
};
using Keys = std::unordered_set<search::TextKey, search::TextKeyHash>;

/// The next texts from `first` on that are not in `seen` yet: versions of a page have most of theirs in
/// common.
Batch batch_of(const search::Index& index, const std::vector<std::uint32_t>& chunks, std::size_t first,
               std::size_t size, Keys& seen) {
    Batch out;
    for (out.end = first; out.end < chunks.size() && out.texts.size() < size; ++out.end) {
        auto text = search::section_text(index, chunks[out.end]);
        const auto key = search::text_key(text);
        if (!seen.insert(key).second) continue;
        out.texts.push_back(std::move(text));
        out.keys.push_back(key);
    }
    return out;
}

/// One pass over what is missing. True when nothing is left; false when the vectors' length changed on the
/// way: those from before it are missing again.
Task<Result<bool>> embed_missing(const search::Index& index, const fs::path& file, llm::Embeddings& client,
                                 Pools& pools, const EmbedHooks& hooks) {
    const auto model = number_of(client.config());
    auto plan = co_await on(pools.build, [&] { return blocking_plan(index, file, model); });
    if (!plan) co_return std::move(plan).error();
    const auto size = static_cast<std::size_t>(client.config().batch);
    Keys seen;
    std::size_t dimensions = plan->writer.dimensions();
    bool whole = true;
    for (std::size_t first = 0; first < plan->chunks.size();) {
        if (hooks.progress) hooks.progress(plan->known + first, plan->all);
        if (hooks.cancelled && hooks.cancelled())
            co_return Error(ErrorCode::cancelled, "the server is stopping");
        auto batch =
            co_await on(pools.build, [&] { return batch_of(index, plan->chunks, first, size, seen); });
        first = batch.end;
        if (batch.keys.empty()) break;
        auto vectors = co_await client.embed_sections(std::move(batch.texts));
        if (!vectors) co_return std::move(vectors).error();
        auto kept = co_await on(pools.build, [&] { return plan->writer.append(batch.keys, *vectors); });
        if (!kept) co_return std::move(kept).error();
        if (dimensions != 0 && dimensions != plan->writer.dimensions()) whole = false;
        dimensions = plan->writer.dimensions();
    }
    if (whole && hooks.progress) hooks.progress(plan->all, plan->all);
    co_return whole;
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
    bool whole = false;
    for (int pass = 0; pass < most_passes && !whole; ++pass) {
        auto passed = co_await embed_missing(*index, file, client, pools, hooks);
        if (!passed) co_return std::move(passed).error();
        whole = *passed;
    }
    if (!whole)
        co_return Error(
            ErrorCode::upstream_failed,
            "The embeddings endpoint sends vectors of changing length: does embeddings.model name "
            "one model?");
    co_return co_await on(pools.build,
                          [&] { return blocking_attach(index, file, client.config(), index.get()); });
}

Task<> build_graph(IndexPtr index, Pools& pools, std::function<bool()> cancelled) {
    while (index->vectors() && index->vectors()->wants_graph() && !cancelled())
        co_await run_blocking(pools.build, [&] { index->vectors()->extend_graph(rows_at_once); });
}

Task<> add_meaning(IndexPtr index, llm::Embeddings& client, search::Query& query) {
    if (!index || !index->vectors() || index->vectors()->size() == 0) co_return;
    std::string text = query.text;
    auto vector = co_await client.embed_question(std::move(text));
    if (vector.size() == index->vectors()->dimensions()) query.vector = std::move(vector);
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
    llm::EmbeddingsConfig patient = config;
    patient.query_limit = std::max(patient.query_limit, patience_of_commands);
    Alone alone(patient);
    auto vector = alone.run(embed_one(alone.client, text));
    return vector ? std::move(*vector) : llm::Vector();
}

}  // namespace docent::sources
