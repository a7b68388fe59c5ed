#include "forge/local_merge.hpp"

namespace docent::forge {
namespace {

class Local final : public Forge {
public:
    explicit Local(Pools& pools) : pools_(pools) {}

    Task<Result<State>> open(const Place& place, const store::MergeRequest& request) override {
        co_return co_await read(place, request);
    }

    Task<Result<State>> read(const Place& place, const store::MergeRequest& request) override {
        co_return co_await on(pools_.git, [&] { return blocking_local_state(place, request); });
    }

    Task<Result<State>> update(const Place& place, const store::MergeRequest& request) override {
        co_return co_await read(place, request);
    }

    /// What is said under it is kept by the caller.
    Task<Status> comment(const Place&, const store::MergeRequest&, std::string, std::string) override {
        co_return Status();
    }

    Task<Result<State>> merge(const Place& place, const store::MergeRequest& request,
                              MergeMethod method) override {
        if (request.draft) co_return conflict("it is a draft: mark it ready first").because("not_mergeable");
        co_return co_await on(pools_.git, [&]() -> Result<State> {
            State out;
            TRY(out.merge_commit_sha, blocking_local_merge(place, request, method));
            out.status = "merged";
            return out;
        });
    }

    Task<Result<State>> close(const Place&, const store::MergeRequest&) override {
        State out;
        out.status = "closed";
        co_return out;
    }

private:
    Pools& pools_;
};

}  // namespace

std::unique_ptr<Forge> local_forge(Pools& pools) { return std::make_unique<Local>(pools); }

}  // namespace docent::forge
