#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "cli/installation.hpp"
#include "cli/terminal.hpp"
#include "search/vectors.hpp"
#include "sources/embedding.hpp"
#include "sources/sources.hpp"

namespace docent::cli {
namespace {

/// Makes the vectors that are missing. A failure leaves the index as useful as it is without them.
int embed_one(Installation& installation, const store::Project& project, const std::string& index_file) {
    const auto& data = installation.config.data;
    auto index = search::Index::open(data / "index" / index_file);
    if (!index) return fail(index.error());
    Progress progress("embedding " + project.slug, "sections");
    const auto show = [&](std::size_t done, std::size_t all) { progress.show(done, all); };
    auto embedded = sources::blocking_embed(*index, sources::vectors_file(data, project.id),
                                            installation.config.sources.embeddings, show);
    progress.end();
    if (embedded) {
        const auto& vectors = (*embedded)->vectors();
        print(fmt::format("{}: {} sections embedded", project.slug, vectors ? vectors->size() : 0));
        return Exit::done;
    }
    if (embedded.error().code == ErrorCode::conflict) {
        say(project.slug + ": the running server makes the embeddings");
        return Exit::done;
    }
    std::string message = project.slug + ": " + embedded.error().message;
    // Another model's vectors are none.
    const auto there = sources::blocking_attach(*index, sources::vectors_file(data, project.id),
                                                installation.config.sources.embeddings);
    const auto count = there->vectors() ? there->vectors()->size() : 0;
    message += fmt::format(
        " The index is in force, {} of its sections are embedded; search finds the others by "
        "words. Run this command again to go on.",
        count);
    return fail(Error(embedded.error().code, message, embedded.error().detail));
}

int build_one(Installation& installation, const store::Project& project) {
    const auto from = std::chrono::steady_clock::now();
    Progress progress("indexing " + project.slug);
    const auto show = [&](std::size_t done, std::size_t all) { progress.show(done, all); };
    auto built = sources::blocking_build(project, installation.config.data, show);
    progress.end();
    if (!built)
        return fail(
            Error(built.error().code, project.slug + ": " + built.error().message, built.error().detail));
    auto saved = installation.run(installation.projects->set_index(
        project.id, built->index_file, static_cast<std::int64_t>(built->pages),
        static_cast<std::int64_t>(built->chunks), built->revision, system_clock().now()));
    if (!saved) return fail(saved.error());
    for (const auto& problem : built->problems)
        say(printable(fmt::format("{}{}: {}{}", problem.file,
                                  problem.line ? ":" + std::to_string(problem.line) : "", problem.message,
                                  problem.skipped ? " (skipped)" : "")));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - from;
    print(fmt::format("{}: {} pages, {} sections, {} problems, {:.1f} s", project.slug, built->pages,
                      built->chunks, built->problems.size(), took.count()));
    if (installation.config.sources.embeddings.on())
        return embed_one(installation, project, built->index_file);
    return Exit::done;
}

int build(const Globals& globals, const std::string& name) {
    auto opened = Installation::open(globals);
    if (!opened) return fail(opened.error());
    auto& installation = **opened;
    std::vector<store::Project> projects;
    if (!name.empty()) {
        auto project = installation.project(name);
        if (!project) return fail(project.error());
        projects.push_back(*project);
    } else {
        auto all = installation.run(installation.projects->list());
        if (!all) return fail(all.error());
        if (all->empty())
            return fail(
                not_found("there is no project yet; add one with: docent project add NAME --docs PATH"));
        projects = *all;
    }
    int code = Exit::done;
    for (const auto& project : projects)
        if (const int one = build_one(installation, project); one != Exit::done) code = one;
    return code;
}

}  // namespace

void add_index(CLI::App& app, Globals& globals) {
    auto project = std::make_shared<std::string>();
    auto* command = app.add_subcommand("index", "Read the documentation and build the search index now");
    command->add_option("--project", *project, "This project alone (default: all)");
    command->footer(
        "Problems are listed as file:line on standard error; a broken page never stops the others. A "
        "running\n"
        "server takes the new index up by itself. With embeddings configured, what is not embedded yet is\n"
        "embedded then; a run that was broken off goes on where it was.\n\nExample:\n  docent index "
        "--project default");
    command->callback(
        [&globals, project] { globals.action = [&globals, project] { return build(globals, *project); }; });
}

}  // namespace docent::cli
