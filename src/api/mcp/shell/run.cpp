#include "api/mcp/shell/run.hpp"

#include <algorithm>

#include "api/mcp/shell/commands.hpp"
#include "api/mcp/shell/glob.hpp"
#include "api/mcp/shell/script.hpp"
#include "base/text.hpp"

namespace docent::api::shell {
namespace {

constexpr std::size_t max_expanded = 2'000;  // words that globs may become
constexpr std::size_t max_shown = 1 << 20;   // bytes of each stream that are kept
constexpr std::string_view readers[] = {"cat", "head", "tail", "sed"};

std::string available() {
    std::string out;
    for (const auto& program : programs()) (out += out.empty() ? "" : ", ") += program.name;
    return out;
}

/// The words with globs replaced by the paths that fit; one that fits nothing stays as it is.
std::vector<std::string> expanded(const Call& call, const Tree& tree, const Budget& budget,
                                  const std::string& folder) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < call.words.size(); ++i) {
        const auto& word = call.words[i];
        const auto before = out.size();
        if (!word.pattern.empty() && i > 0) {
            const auto wanted = word.pattern.starts_with('/') ? word.pattern
                                : folder == "/"               ? "/" + word.pattern
                                                              : folder + "/" + word.pattern;
            for (const auto& node : tree.all_below("/")) {
                if (budget.late()) break;
                const bool fits = glob_matches(wanted, node.path, false) ||
                                  (!node.folder && glob_matches(wanted, node.path + "x", false));
                if (fits && out.size() < max_expanded) out.push_back(node.path);
            }
        }
        if (out.size() == before) out.push_back(word.text);
    }
    return out;
}

class Run {
public:
    Run(const search::Index& index, std::chrono::milliseconds limit)
        : tree_(index), budget_{std::chrono::steady_clock::now() + limit} {}

    Outcome run(const std::vector<Pipeline>& script) {
        for (const auto& pipeline : script) {
            const bool failed = outcome_.exit != 0;
            if ((pipeline.when == Pipeline::When::after_success && failed) ||
                (pipeline.when == Pipeline::When::after_failure && !failed))
                continue;
            pass_through(pipeline);
            if (budget_.late()) {
                outcome_.exit = 124;
                outcome_.err +=
                    "stopped: the command took too long; name fewer files or a narrower pattern\n";
                break;
            }
            if (outcome_.out.size() >= max_shown) break;
        }
        return std::move(outcome_);
    }

private:
    void pass_through(const Pipeline& pipeline) {
        std::string piped;
        const auto folder = folder_;
        for (std::size_t i = 0; i < pipeline.calls.size(); ++i) {
            const auto& call = pipeline.calls[i];
            Io io{tree_, budget_, folder_, i > 0 ? &piped : nullptr, {}, {}, {}};
            const auto words = expanded(call, tree_, budget_, folder_);
            const auto program = std::ranges::find(programs(), std::string_view(words.front()), &Named::name);
            if (program == programs().end()) {
                outcome_.exit = 127;
                io.err = cut_utf8(words.front(), 100);
                io.err += ": command not found; there are: " + available() + "\n";
            } else {
                const std::vector<std::string> args(words.begin() + 1, words.end());
                // egrep has no option of its own: it is grep -E.
                auto given = args;
                if (program->name == "egrep") given.insert(given.begin(), "-E");
                outcome_.exit = program->program(given, io);
                if (std::ranges::count(readers, program->name) > 0) outcome_.read.merge(io.opened);
            }
            if (io.out.size() >= budget_.bytes)
                io.err += std::string(words.front()) + ": stopped after " +
                          std::to_string(io.out.size() >> 20) +
                          " MB of output; what follows in the pipe sees no more\n";
            if (call.err_to_out) {
                io.out += io.err;
                io.err.clear();
            }
            if (!call.drop_err && outcome_.err.size() < max_shown) outcome_.err += io.err;
            piped = call.drop_out ? std::string() : std::move(io.out);
            if (budget_.late()) break;
        }
        if (pipeline.calls.size() > 1) folder_ = folder;  // a part of a pipe has a folder of its own
        outcome_.out += piped;
    }

    const Tree tree_;
    const Budget budget_;
    std::string folder_ = "/";
    Outcome outcome_;
};

/// At most `most` bytes of whole characters, and a line that says how much there was.
std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::string out(cut_utf8(text, most - std::min<std::size_t>(most, 120)));
    return out + "\n[cut: " + std::to_string(out.size()) + " of " + std::to_string(text.size()) +
           " bytes are shown; narrow the command, or read on with sed -n 'FROM,TOp']\n";
}

}  // namespace

Result<Outcome> run_script(const search::Index& index, std::string_view script,
                           std::chrono::milliseconds limit) {
    TRY(const auto parsed, parse_script(script));
    return Run(index, limit).run(parsed);
}

std::string outcome_text(const Outcome& outcome) {
    constexpr std::size_t frame = 60, errors = 4'000;
    std::string out = "exit: " + std::to_string(outcome.exit) + "\n";
    const auto err = cut(outcome.err, errors);
    const auto text = cut(outcome.out, max_outcome_text - frame - err.size());
    const auto block = [&](const char* name, const std::string& what) {
        if (what.empty()) return;
        out += "--- " + std::string(name) + " ---\n" + what;
        if (!out.ends_with('\n')) out += '\n';
    };
    block("stdout", text);
    block("stderr", err);
    return out;
}

}  // namespace docent::api::shell
