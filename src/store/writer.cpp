#include "store/writer.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace docent::store {
namespace asio = boost::asio;
namespace {

constexpr std::size_t most_together = 1000;  // jobs in one transaction: bounds how long the first one waits

/// Runs the job; what it throws is kept for its caller.
Status call(Writer::Job& job, Db& db, std::exception_ptr& failure) {
    try {
        return job(db);
    } catch (...) {
        failure = std::current_exception();
        return internal("the job threw");
    }
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> db, std::size_t most_waiting)
    : most_waiting_(most_waiting), db_(std::move(db)), thread_([this] { work(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    news_.notify_one();
    thread_.join();
}

Task<Status> Writer::write(Job& job) { return enqueue(job, false); }
Task<Status> Writer::look(Job& job) { return enqueue(job, true); }

Task<Status> Writer::enqueue(Job& job, bool look) {
    Waiting waiting;
    waiting.job = &job;
    waiting.look = look;
    auto initiate = [&](auto handler) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        auto executor = asio::get_associated_executor(*held);
        auto guard = asio::make_work_guard(executor);  // the loop stays while this is under way
        waiting.resume = [held, executor, guard] { asio::post(executor, std::move(*held)); };
        put(waiting);
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiate, asio::use_awaitable);
    if (waiting.failure) std::rethrow_exception(waiting.failure);
    co_return std::move(waiting.result);
}

void Writer::put(Waiting& waiting) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() < most_waiting_ && !stopping_) {
            queue_.push_back(&waiting);
            news_.notify_one();
            return;
        }
    }
    waiting.result = Error(ErrorCode::unavailable, "too many writes are waiting: try again");
    const auto resume = std::move(waiting.resume);
    resume();
}

void Writer::work() {
    for (;;) {
        std::vector<Waiting*> batch;
        {
            std::unique_lock lock(mutex_);
            news_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            while (!queue_.empty() && batch.size() < most_together) {
                batch.push_back(queue_.front());
                queue_.pop_front();
            }
        }
        run_batch(batch);
        for (auto* waiting : batch) {
            // Its frame may be gone as soon as it was resumed.
            const auto resume = std::move(waiting->resume);
            resume();
        }
    }
}

void Writer::run_batch(const std::vector<Waiting*>& batch) {
    std::vector<Waiting*> writes;
    for (auto* waiting : batch) {
        if (waiting->look) {
            waiting->result = call(*waiting->job, *db_, waiting->failure);
        } else {
            writes.push_back(waiting);
        }
    }
    if (writes.size() > 1 && run_together(writes).ok()) return;
    // One job only, or the transaction of all failed (a full disk, say): each by itself, so that every
    // caller gets its own answer.
    for (auto* waiting : writes) run_alone(*waiting);
}

Status Writer::run_together(const std::vector<Waiting*>& batch) {
    TRY_VOID(db_->begin());
    for (auto* waiting : batch) {
        run_in_savepoint(*waiting);
        if (!db_->in_transaction()) return internal("the transaction was rolled back");
    }
    return db_->commit();
}

void Writer::run_in_savepoint(Waiting& waiting) {
    waiting.failure = nullptr;
    auto opened = db_->query("SAVEPOINT job");
    if (!opened) {
        db_->rollback();
        return;
    }
    waiting.result = call(*waiting.job, *db_, waiting.failure);
    if (!db_->in_transaction()) return;
    if (!waiting.result) {
        if (auto undone = db_->query("ROLLBACK TO job"); !undone) db_->rollback();
    }
    if (!db_->in_transaction()) return;
    if (auto closed = db_->query("RELEASE job"); !closed) db_->rollback();
}

void Writer::run_alone(Waiting& waiting) {
    waiting.failure = nullptr;
    waiting.result = db_->begin();
    if (!waiting.result) return;
    waiting.result = call(*waiting.job, *db_, waiting.failure);
    if (!waiting.result) {
        db_->rollback();
    } else if (!db_->in_transaction()) {
        waiting.result = internal("the transaction was rolled back");
    } else {
        waiting.result = db_->commit();
    }
}

}  // namespace docent::store
