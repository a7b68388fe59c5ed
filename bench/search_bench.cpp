// What an index of about 24,000 sections costs: search_bench DATA [CHUNKS]
//
// The corpora below DATA, repeated until there are CHUNKS sections (24,000 unless told), as one site:
// time to index without the import, size of the file by section kind, time to open, and the time of each
// question of questions.tsv, asked without a filter.

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/corpora.hpp"
#include "search/eval.hpp"
#include "search/index_file.hpp"

using namespace docent;
using namespace docent::search;

namespace {

/// CPU time of this thread: other programs on the machine do not count.
double now_ms() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

/// The corpora one after another, again and again, under paths of their own.
docs::Site one_site(const std::vector<bench::Corpus>& corpora, std::size_t chunks) {
    docs::Site site;
    for (int round = 0; site.chunks.size() < chunks; ++round) {
        for (const auto& corpus : corpora) {
            const auto first = static_cast<std::uint32_t>(site.pages.size());
            for (const auto& page : corpus.site.pages) {
                site.pages.push_back(page);
                site.pages.back().path = fmt::format("{}{}/{}", corpus.name, round, page.path);
            }
            for (const auto& chunk : corpus.site.chunks) {
                if (site.chunks.size() == chunks) break;
                site.chunks.push_back(chunk);
                site.chunks.back().page += first;
            }
        }
    }
    return site;
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "../shared/data";
    const std::size_t chunks = argc > 2 ? std::stoul(argv[2]) : 24'000;
    const auto questions = read_questions(data / "questions.tsv");
    if (!questions) {
        fmt::print(stderr, "no questions.tsv in {}\n", data.string());
        return 2;
    }
    const docs::Site site = one_site(bench::load_corpora(data), chunks);
    const auto file = std::filesystem::temp_directory_path() / "docent-search-bench.index";

    double best_write = 1e9, best_open = 1e9;
    for (int i = 0; i < 3; ++i) {
        const double start = now_ms();
        if (!write_index(site, file).ok()) return 1;
        best_write = std::min(best_write, now_ms() - start);
    }
    for (int i = 0; i < 5; ++i) {
        const double start = now_ms();
        if (!Index::open(file).ok()) return 1;
        best_open = std::min(best_open, now_ms() - start);
    }
    const auto mapped = IndexFile::open(file);
    const auto index = Index::open(file);
    if (!mapped || !index) return 1;
    const double whole = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
    const double stored = static_cast<double>((*mapped)->stored_text_size()) / 1e6;

    std::vector<double> times;
    std::size_t results = 0;
    for (int round = 0; round < 3; ++round) {
        for (const auto& question : *questions) {
            Query query;
            query.text = question.text;
            const double start = now_ms();
            results += (*index)->search(query).pages.size();
            times.push_back(now_ms() - start);
        }
    }
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    fmt::print("sections {}  pages {}  terms {}\n", site.chunks.size(), site.pages.size(),
               (*mapped)->meta().term_count);
    fmt::print("index    {:.0f} ms of CPU (best of 3)\n", best_write);
    fmt::print("file     {:.1f} MB, {:.1f} MB without stored text\n", whole, whole - stored);
    fmt::print("open     {:.1f} ms of CPU, checksums verified\n", best_open);
    fmt::print("query    CPU p50 {:.2f} ms  p95 {:.2f} ms  p99 {:.2f} ms  ({} queries, {} results)\n", at(.5),
               at(.95), at(.99), times.size(), results);
    std::filesystem::remove(file);
}
