#include "app/local.hpp"

#include "base/task_group.hpp"

namespace docent::app {
namespace {

Task<> mark_done(Task<> work, bool& done, bool& whole) {
    struct AtEnd {
        bool& flag;
        ~AtEnd() { flag = true; }
    } at_end{done};
    co_await std::move(work);
    whole = true;
}

}  // namespace

bool run_until_done(boost::asio::io_context& loop, Task<> work) {
    bool done = false, whole = false;
    TaskGroup group(loop.get_executor());
    group.spawn("command", mark_done(std::move(work), done, whole));
    loop.restart();
    while (!done || group.size() > 0)
        if (loop.run_one() == 0) break;
    return whole;
}

}  // namespace docent::app
