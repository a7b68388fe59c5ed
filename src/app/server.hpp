#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/projects.hpp"

namespace docent::app {

/// What a start found or made, for the one who started it.
struct Started {
    std::string address;                // "http://127.0.0.1:8080"
    std::vector<NewKey> new_keys;       // made on this start: shown now or never
    std::string public_key;             // the default project's assistant key; "" when there is none
    std::vector<std::string> projects;  // slugs
};

/// The whole server: builds every object in dependency order and ends them in reverse. Used by
/// `docent serve` and by the end-to-end tests, in process, on port 0.
class DocentServer {
public:
    /// Opens the store, locks the data directory (conflict when another process serves it), takes up the
    /// indexes, listens. Blocks until it can answer; a first index is built in the background.
    /// invalid_argument: a setting is wrong. unavailable: the address or the database cannot be had.
    static Result<std::unique_ptr<DocentServer>> start(Config config);
    ~DocentServer();

    std::uint16_t port() const;
    const Started& started() const;

    /// Runs until stop() or, with `signals`, SIGINT or SIGTERM; then drains and ends. A second signal
    /// ends the process at once.
    void run(bool signals);
    /// From any thread.
    void stop();

private:
    struct Impl;
    explicit DocentServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace docent::app
