#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "agent/services.hpp"
#include "agent/tools/tool.hpp"
#include "base/clock.hpp"
#include "llm/tool_args.hpp"
#include "net/http_client.hpp"
#include "store/projects.hpp"
#include "store/store.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace docent::test {

/// A session's working tree and all that a tool may use. A call is what the model's call would be: the
/// arguments are checked against the tool's schema first.
class ToolsTest : public ::testing::Test {
protected:
    ToolsTest() {
        auto opened = store::Store::open(pools, "sqlite:" + (folder.path() / "docent.db").string());
        if (!opened) throw std::runtime_error(opened.error().message + opened.error().detail);
        db = std::move(*opened);
        sessions.emplace(*db);
        timeline.emplace(*db);
        auto made = llm::Models::make({}, {}, http);
        if (!made) throw std::runtime_error(made.error().message);
        models = std::move(*made);
        settings.data = folder.path() / "data";
        repositories.emplace(*db, std::string(32, 'k'));
        providers.emplace(*db, std::string(32, 'k'));
        services.emplace(agent::Services{clock, pools, *sessions, *timeline, *repositories, *providers,
                                         *models, settings});
        session.id = "session";
        session.project_id = "project";
        tree.path = folder.path() / "tree";
        std::filesystem::create_directories(tree.path);
    }

    void write(const std::string& name, std::string_view text) { folder.write("tree/" + name, text); }
    std::string read(const std::string& name) { return folder.read("tree/" + name); }
    bool exists(const std::string& name) {
        return std::filesystem::exists(std::filesystem::symlink_status(tree.path / name));
    }

    /// The session is in the store, too, for what belongs to it.
    void keep_session() {
        store::Projects projects(*db);
        store::Project project;
        project.slug = project.name = "docs";
        auto added = run(projects.add(project));
        if (!added) throw std::runtime_error(added.error().message);
        session.project_id = added->id;
        session.id = "00000000-0000-7000-8000-000000000001";
        auto stored = run(sessions->add(session));
        if (!stored) throw std::runtime_error(stored.error().message + stored.error().detail);
    }

    template <class T>
    T run(Task<T> work) {
        return test::run(loop, std::move(work));
    }

    /// The payload after the call, as the engine stores it; what the model is told is in `said`.
    boost::json::object call(std::string_view name, std::string_view arguments) {
        const auto* tool = agent::find_tool(name);
        if (!tool) throw std::runtime_error("no tool " + std::string(name));
        const auto args = boost::json::parse(arguments).as_object();
        const auto schema = boost::json::parse(tool->parameters).as_object();
        const auto wrong = llm::check_against_schema(args, schema);
        if (!wrong.empty()) throw std::runtime_error(wrong);
        auto payload = tool->begin(args);
        const auto begun = payload;
        agent::ToolContext context{session, tree, *services, "event", "", {}};
        context.progress = [&](const boost::json::object& fields) { progress.push_back(fields); };
        auto ran = run(tool->run(context, args));
        if (!ran) throw std::runtime_error(ran.error().message + ": " + ran.error().detail);
        outcome = std::move(*ran);
        said = outcome.text;
        EXPECT_LE(said.size(), 24u << 10) << name;
        if (outcome.error_code.empty()) {
            // Every field of the result is announced as null and is there in the end. These may be null.
            static const std::set<std::string_view> optional = {
                "path", "paths", "start_line", "end_line", "request_body", "name", "screenshot_id"};
            for (const auto& field : begun)
                EXPECT_TRUE(outcome.payload.contains(field.key()) || !field.value().is_null() ||
                            optional.contains(field.key()))
                    << name << " leaves " << field.key() << " null";
        }
        for (const auto& field : outcome.payload) payload[field.key()] = field.value();
        const auto text = boost::json::serialize(payload);
        EXPECT_TRUE(boost::json::parse(text).is_object());
        return payload;
    }
    /// The code of the refusal; "" when it worked.
    std::string refusal(std::string_view name, std::string_view arguments) {
        call(name, arguments);
        return outcome.error_code;
    }

    static std::string text(const boost::json::object& payload, std::string_view field) {
        const auto* value = payload.if_contains(field);
        return value && value->is_string() ? std::string(value->get_string()) : "(no text)";
    }
    static std::int64_t number(const boost::json::object& payload, std::string_view field) {
        const auto* value = payload.if_contains(field);
        return value && value->is_number() ? value->to_number<std::int64_t>() : -1;
    }

    TempDir folder;
    boost::asio::io_context loop;
    FakeClock clock;
    Pools pools;
    net::HttpClient http{loop.get_executor()};
    std::unique_ptr<store::Store> db;
    std::optional<store::Sessions> sessions;
    std::optional<store::Timeline> timeline;
    std::optional<store::Repositories> repositories;
    std::optional<store::CodeProviders> providers;
    std::unique_ptr<llm::Models> models;
    agent::Settings settings;
    std::optional<agent::Services> services;
    store::Session session;
    agent::Tree tree;
    agent::ToolOutcome outcome;
    std::string said;
    std::vector<boost::json::object> progress;
};

}  // namespace docent::test
