#pragma once
#include <filesystem>
#include <functional>
#include <memory>

#include "base/pools.hpp"
#include "llm/embeddings.hpp"
#include "search/index.hpp"

namespace docent::sources {

/// Where a project's vectors are: beside its indexes, DATA/index/vectors/<project id>.
std::filesystem::path vectors_file(const std::filesystem::path& data, const std::string& project_id);

/// The index with the vectors that the file has for it; without any when there are none yet, or they are of
/// another model. Keeps the graph of `before`. Blocks.
std::shared_ptr<const search::Index> blocking_attach(const std::shared_ptr<const search::Index>& index,
                                                     const std::filesystem::path& file,
                                                     const llm::EmbeddingsConfig& config,
                                                     const search::Index* before = nullptr);

struct EmbedHooks {
    std::function<void(std::size_t done, std::size_t all)> progress;  // sections; on the loop
    std::function<bool()> cancelled;                                  // from any thread
};

/// Has the model embed what of the index is not in the file yet, a batch at a time, each kept at once: what
/// was done is done, also when this fails or the process ends. Equal texts are embedded once. Gives the index
/// with its vectors. As Embeddings::embed_sections(); upstream_failed when the vectors' length changes again
/// and again; conflict when another process is at it; unavailable when the disk refuses. On the loop.
Task<Result<std::shared_ptr<const search::Index>>> embed(std::shared_ptr<const search::Index> index,
                                                         std::filesystem::path file, llm::Embeddings& client,
                                                         Pools& pools, EmbedHooks hooks);

/// Builds the graph that the vectors of many sections want (Vectors::wants_graph()), in small pieces: whoever
/// saves a page meanwhile does not wait for all of it. Ends early when cancelled.
Task<> build_graph(std::shared_ptr<const search::Index> index, Pools& pools, std::function<bool()> cancelled);

/// Adds the vector of the query's text, when the index has some; nothing when the endpoint fails, is slow or
/// sends a vector of another length. On the loop.
Task<> add_meaning(std::shared_ptr<const search::Index> index, llm::Embeddings& client, search::Query& query);

/// embed() without a server: for commands. Blocks.
Result<std::shared_ptr<const search::Index>> blocking_embed(
    std::shared_ptr<const search::Index> index, const std::filesystem::path& file,
    const llm::EmbeddingsConfig& config, const std::function<void(std::size_t, std::size_t)>& progress);
/// Questions' vectors, without hurry: for measuring. Blocks.
Result<std::vector<llm::Vector>> blocking_embed_questions(const std::vector<std::string>& texts,
                                                          const llm::EmbeddingsConfig& config);
/// A question's vector, or an empty one. A command has no connection to the endpoint yet: it waits up to
/// 3 seconds, or query_limit when that is longer. Blocks.
llm::Vector blocking_embed_question(const std::string& text, const llm::EmbeddingsConfig& config);

}  // namespace docent::sources
