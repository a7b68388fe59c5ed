#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <optional>

#include "base/task_group.hpp"
#include "browser/devtools.hpp"
#include "sandbox/sandbox.hpp"

namespace docent::browser {

/// The program of Chromium or of a relative of it: `wanted` if it is there, or what is found in the usual
/// places when that is "". Empty when there is none.
std::filesystem::path find_chromium(const std::string& wanted);

/// One running Chromium, headless, in a sandbox of ours: no network at all, a profile in memory that goes
/// with it, limits of memory and time. All that its pages load is asked for over DevTools. On the event loop.
class Chromium {
public:
    /// `folder`: an empty one, that it may write to. stop() must have completed before the destructor.
    Chromium(boost::asio::any_io_executor loop, sandbox::Sandbox& sandbox, std::filesystem::path program,
             std::filesystem::path folder);

    /// Until it answers. unavailable: it, or the sandbox, does not start.
    Task<Status> start(std::chrono::milliseconds limit);

    /// It has ended, with all its processes, when this completes.
    Task<> stop();

    DevTools& devtools() { return *devtools_; }
    bool running() const { return devtools_ && !devtools_->closed(); }

private:
    Task<> run_program(sandbox::Job job);

    const boost::asio::any_io_executor loop_;
    sandbox::Sandbox& sandbox_;
    const std::filesystem::path program_, folder_;
    std::optional<DevTools> devtools_;
    std::string trouble_;  // why it ended, for the log
    TaskGroup tasks_;
};

}  // namespace docent::browser
