#pragma once
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "base/task_group.hpp"
#include "store/store.hpp"
#include "support/run.hpp"
#include "support/store_postgres.hpp"
#include "support/temp_dir.hpp"

namespace docent::test {

/// Drives the loop until every task of the group has ended.
inline void run_all(boost::asio::io_context& loop, TaskGroup& group) {
    loop.restart();
    loop.run();
    run_to_end(loop, group.stop());
}

/// A new, empty store on the engine that the test's parameter names.
class StoreTest : public ::testing::TestWithParam<store::Engine> {
protected:
    StoreTest() : url(new_store_url(GetParam() == store::Engine::postgres, folder)) { open(); }

    void open() {
        db.reset();
        auto opened = store::Store::open(pools, url);
        if (!opened) throw std::runtime_error(opened.error().message + ": " + opened.error().detail);
        db = std::move(*opened);
    }

    template <class T>
    T run(Task<T> work) {
        return test::run(loop, std::move(work));
    }

    TempDir folder;
    boost::asio::io_context loop;
    Pools pools;
    std::string url;
    std::unique_ptr<store::Store> db;
};

inline std::string engine_name(const ::testing::TestParamInfo<store::Engine>& info) {
    return info.param == store::Engine::sqlite ? "SQLite" : "PostgreSQL";
}

#define ON_BOTH_ENGINES(Suite)                                                                             \
    INSTANTIATE_TEST_SUITE_P(                                                                              \
        Engines, Suite, ::testing::Values(docent::store::Engine::sqlite, docent::store::Engine::postgres), \
        docent::test::engine_name)

}  // namespace docent::test
