#include "app/first_start.hpp"

#include <algorithm>

#include "api/key_settings.hpp"
#include "base/crypto.hpp"
#include "base/log.hpp"

namespace docent::app {
namespace {

constexpr const char* default_slug = "default";

Task<Result<store::Project>> default_project(store::Projects& projects, std::string docs, bool empty,
                                             Millis now) {
    CO_TRY(store::Project wanted, blocking_project_source(docs));
    auto there = co_await projects.find(default_slug);
    if (there) {
        if (there->source != wanted.source || there->source_kind != wanted.source_kind)
            co_return conflict("the project default of this data directory was made for " + there->source +
                               "; give another --data, or start without --docs");
        co_return there;
    }
    if (there.error().code != ErrorCode::not_found) co_return there;
    if (!empty)
        co_return conflict(
            "this data directory has projects already; add one with: docent project add NAME --docs " + docs);
    wanted.slug = default_slug;
    wanted.created = now;
    auto added = co_await projects.add(std::move(wanted));
    co_return added;
}

}  // namespace

Task<Result<FirstStart>> first_start(store::Projects& projects, store::Keys& keys, const Config& config,
                                     Millis now) {
    FirstStart out;
    CO_TRY(auto all, co_await projects.list());
    if (!config.docs.empty()) {
        auto project = co_await default_project(projects, config.docs, all.empty(), now);
        if (!project) co_return std::move(project).error();
        if (all.empty()) all.push_back(*project);
    }
    for (const auto& project : all) out.projects.push_back(project.slug);
    CO_TRY(auto known, co_await keys.list(""));

    if (known.empty()) {
        api::KeySettings admin;
        admin.kind = api::KeyKind::admin;
        auto made = co_await create_key(keys, admin, "first start", "", now);
        if (!made) co_return std::move(made).error();
        out.new_keys.push_back(*std::move(made));
    }
    const auto home =
        std::find_if(all.begin(), all.end(), [](const auto& p) { return p.slug == default_slug; });
    if (home == all.end()) co_return out;

    out.public_key = read_public_key(config.data);
    const std::string hash = hash_hex(out.public_key);
    const bool in_force = std::any_of(known.begin(), known.end(), [&](const store::Key& key) {
        return key.hash == hash && !key.revoked && key.project_id == home->id &&
               (!key.expires || key.expires > now);
    });
    // A revoked key stays revoked: only a start that finds no key file makes one.
    if (out.public_key.empty()) {
        api::KeySettings assistant;
        assistant.kind = api::KeyKind::assistant;
        assistant.project_id = home->id;
        auto made = co_await create_key(keys, assistant, "first start", "", now);
        if (!made) co_return std::move(made).error();
        CO_TRY_VOID(write_public_key(config.data, made->secret));
        out.public_key = made->secret;
        out.new_keys.push_back(*std::move(made));
    } else if (!in_force) {
        log::warn(
            "the assistant key of the server's own page is not in force; make one with: docent key create "
            "--project default --kind assistant --page");
        out.public_key.clear();
    }
    co_return out;
}

}  // namespace docent::app
