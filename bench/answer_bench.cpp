// What an answer without a model costs: answer_bench INDEX-FILE QUESTIONS
//
// QUESTIONS has a question a line (of questions.tsv the last column counts). Prints the CPU time of a query
// as answers make it and of the whole answer. A server's index file is in DATA/index.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "assistant/candidates.hpp"
#include "assistant/extractive.hpp"

using namespace docent;

namespace {

/// CPU time of this thread: other programs on the machine do not count.
double now_ms() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

void measure(const char* name, const std::vector<std::string>& questions,
             const std::function<std::size_t(const std::string&)>& work) {
    constexpr int rounds = 3;
    std::vector<double> times;
    std::size_t sum = 0;
    for (int round = 0; round < rounds; ++round) {
        for (const auto& question : questions) {
            const double start = now_ms();
            sum += work(question);
            times.push_back(now_ms() - start);
        }
    }
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    fmt::print("{:10} CPU p50 {:.2f} ms  p95 {:.2f} ms  ({} times, {})\n", name, at(.5), at(.95),
               times.size(), sum);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "answer_bench INDEX-FILE QUESTIONS\n");
        return 2;
    }
    const auto index = search::Index::open(argv[1]);
    if (!index) {
        fmt::print(stderr, "{}\n", index.error().message);
        return 2;
    }
    std::vector<std::string> questions;
    std::ifstream file(argv[2]);
    for (std::string line; std::getline(file, line);) questions.push_back(line.substr(line.rfind('\t') + 1));
    if (questions.empty()) {
        fmt::print(stderr, "no questions in {}\n", argv[2]);
        return 2;
    }

    const assistant::ExtractOptions options;
    measure("query", questions, [&](const std::string& question) {
        search::Query query;
        query.text = question;
        query.limit = 400;
        return (*index)->search(query).pages.size();
    });
    measure("terms", questions, [&](const std::string& question) {
        return assistant::Asked(**index, question, options).terms.size();
    });
    measure("candidates", questions, [&](const std::string& question) {
        const assistant::Asked asked(**index, question, options);
        return assistant::find_candidates(**index, asked, options).sections.size();
    });
    measure("answer", questions, [&](const std::string& question) {
        return assistant::extract_answer(**index, question, options).markdown.size();
    });
}
