#include "base/all.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <iterator>

namespace docent {

Task<> all(std::vector<Task<>> tasks) {
    using namespace boost::asio::experimental::awaitable_operators;
    if (tasks.empty()) co_return;
    if (tasks.size() == 1) {
        Task<> only = std::move(tasks.front());
        co_await std::move(only);
        co_return;
    }
    const auto middle = tasks.begin() + static_cast<std::ptrdiff_t>(tasks.size() / 2);
    std::vector<Task<>> rest(std::make_move_iterator(middle), std::make_move_iterator(tasks.end()));
    tasks.erase(middle, tasks.end());
    Task<> first = all(std::move(tasks));
    Task<> second = all(std::move(rest));
    auto both = std::move(first) && std::move(second);
    co_await std::move(both);
}

}  // namespace docent
