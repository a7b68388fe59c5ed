#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include "app/config.hpp"

namespace docent::app {

/// The whole server: builds every object in dependency order and ends them in reverse. Used by
/// `docent serve` and by the end-to-end tests, in process, on port 0.
class DocentServer {
public:
    /// Opens the store, locks the data directory (conflict when another process serves it), loads the
    /// indexes, listens. Blocks until it can answer.
    static Result<std::unique_ptr<DocentServer>> start(Config config);
    ~DocentServer();

    std::uint16_t port() const;

    /// Runs until stop() or, with `signals`, SIGINT or SIGTERM; then drains and ends.
    void run(bool signals);
    /// From any thread.
    void stop();

private:
    struct Impl;
    explicit DocentServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::app
