#include <filesystem>
#include <fstream>

#include "agent/diff_payload.hpp"
#include "api/analytics_json.hpp"
#include "api/file_body.hpp"
#include "api/routes/handlers.hpp"
#include "api/routes/session_patch.hpp"
#include "api/session_query.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

constexpr std::size_t most_text = 4 << 20;  // bytes of a diff in JSON

Error wrong_base() {
    return invalid("base: takes target (against the target branch) or head (what is not committed)")
        .because("validation_failed");
}

/// A session that has not worked yet has changed nothing; that is no error of its caller.
Error no_tree(Error error) {
    if (error.code != ErrorCode::not_found) return error;
    return not_found("the session has no working tree yet: its first message makes it");
}

/// The patch as a file that is gone when it is closed: it may be larger than memory should hold.
Result<std::ifstream> blocking_patch(const git::Workspace& workspace, const std::string& since,
                                     const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    const auto file = folder / ("patch-" + random_hex(8));
    auto written = git::blocking_write_patch(workspace, file, since);
    if (!written) return std::move(written).error();
    std::ifstream in(file, std::ios::binary);
    std::filesystem::remove(file, failed);
    if (!in) return Error(ErrorCode::unavailable, "the patch cannot be read");
    return in;
}

}  // namespace

Task<Result<net::Response>> patch_reply(agent::Tree tree, bool uncommitted, Services& services) {
    const auto since = uncommitted ? std::string() : tree.base_commit;
    const auto folder = services.coding.data / "tmp";
    auto patch =
        co_await on(services.pools.git, [&] { return blocking_patch(tree.workspace, since, folder); });
    if (!patch) co_return std::move(patch).error();
    net::Response out;
    out.headers = {{"Content-Type", "text/x-diff; charset=utf-8"}};
    out.stream = file_body(*std::move(patch));
    co_return out;
}

Task<Result<net::Response>> get_session_diff(net::Request& request, const Caller& caller,
                                             Services& services) {
    auto session = co_await asked_session(request, caller, services);
    if (!session) co_return std::move(session).error();
    const auto& base = query_text(request, "base");
    const bool uncommitted = base == "head";
    if (!base.empty() && !uncommitted && base != "target") co_return wrong_base();
    auto tree = co_await services.coding.workspaces.find(*session);
    if (!tree) co_return no_tree(std::move(tree).error());
    const auto& workspace = tree->workspace;
    if (request.header("accept").find("text/x-diff") != std::string::npos) {
        auto patch = co_await patch_reply(*std::move(tree), uncommitted, services);
        co_return patch;
    }
    git::DiffLimits limits;
    limits.max_text = most_text;
    if (uncommitted) {
        auto changes = co_await on(services.pools.git,
                                   [&] { return git::blocking_uncommitted_changes(workspace, limits); });
        if (!changes) co_return std::move(changes).error();
        co_return json_reply(200, agent::uncommitted_changes_payload(*changes));
    }
    const auto target = tree->base_branch;
    auto diff = co_await on(services.pools.git, [&] {
        return git::blocking_branch_diff(workspace, target, git::Uncommitted::included, limits);
    });
    if (!diff) co_return std::move(diff).error();
    co_return json_reply(200, agent::branch_diff_payload(*diff));
}

}  // namespace docent::api
