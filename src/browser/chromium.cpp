#include "browser/chromium.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstring>

#include "base/deadline.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace docent::browser {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

// The programs themselves: a start script would look for its settings in folders that the sandbox hides.
constexpr std::array usual_places{"/usr/lib/chromium/chromium",
                                  "/usr/lib/chromium-browser/chromium-browser",
                                  "/usr/lib64/chromium-browser/chromium-browser",
                                  "/usr/lib64/chromium-browser/headless_shell",
                                  "/opt/google/chrome/chrome",
                                  "/opt/chromium.org/chromium/chromium"};

// It has no network. The rest keeps it from asking for what it cannot have, and from keeping anything.
constexpr std::array flags{
    "--headless", "--remote-debugging-pipe", "--user-data-dir=/tmp/profile",
    // Its own sandbox needs namespaces of its own, which ours does not give out.
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-breakpad",
    "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-quic",
    "--disable-sync",
    // Frames of other sites stay in the page's process, where their requests are seen.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateOrigins,site-per-process,HttpsUpgrades,HttpsFirstBalancedMode,"
    "MediaRouter,DialMediaRouteProvider,OptimizationHints,Translate",
    "--force-color-profile=srgb", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--mute-audio", "--no-default-browser-check", "--no-first-run", "--no-pings", "--password-store=basic",
    "--proxy-server=127.0.0.1:9", "--use-mock-keychain", "about:blank"};

bool is_program(const fs::path& path) { return !path.empty() && access(path.c_str(), X_OK) == 0; }

sandbox::Job job_of(const fs::path& program, const fs::path& folder, File channel) {
    sandbox::Job job;
    job.tree = folder;
    job.channel = std::make_shared<File>(std::move(channel));
    // Chromium takes its commands on 3 and answers on 4.
    job.argv = {"/bin/sh", "-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null", program.string()};
    job.argv.insert(job.argv.end(), flags.begin(), flags.end());
    const auto below = program.parent_path();
    if (!below.string().starts_with("/usr/")) job.readable.push_back(below);
    job.limits.wall = 1h;
    job.limits.cpu = 30min;
    job.limits.memory = 2ULL << 30;
    job.limits.processes = 2048;
    job.limits.open_files = 4096;
    job.limits.disk_bytes = 64ULL << 20;
    return job;
}

}  // namespace

fs::path find_chromium(const std::string& wanted) {
    std::error_code failed;
    if (!wanted.empty()) return is_program(wanted) ? fs::canonical(wanted, failed) : fs::path();
    for (const char* place : usual_places)
        if (is_program(place)) return fs::canonical(place, failed);
    return {};
}

Chromium::Chromium(boost::asio::any_io_executor loop, sandbox::Sandbox& sandbox, fs::path program,
                   fs::path folder)
    : loop_(loop),
      sandbox_(sandbox),
      program_(std::move(program)),
      folder_(std::move(folder)),
      tasks_(loop) {}

Task<> Chromium::run_program(sandbox::Job job) {
    auto ran = co_await sandbox_.run(std::move(job));
    if (!ran)
        trouble_ = ran.error().message + " " + ran.error().detail;
    else
        trouble_ = fmt::format("exit {}, signal {}, reason {}: {}", ran->exit_code, ran->signal,
                               static_cast<int>(ran->ended), cut_utf8(ran->err, 2000));
    devtools_->close();
}

Task<Status> Chromium::start(std::chrono::milliseconds limit) {
    int ends[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        co_return Error(ErrorCode::unavailable, "the server has no files left", std::strerror(errno));
    File ours(ends[0]), theirs(ends[1]);
    devtools_.emplace(loop_, std::move(ours));
    auto job = job_of(program_, folder_, std::move(theirs));
    tasks_.spawn("the browser's remote control", devtools_->run());
    tasks_.spawn("the browser", run_program(std::move(job)));
    const boost::json::object nothing;
    std::optional<Result<boost::json::object>> version;
    auto asking = devtools_->call("Browser.getVersion", nothing);
    Task<> asked = keep(std::move(asking), version);
    try {
        (void)co_await finishes_within(limit, std::move(asked));
    } catch (const boost::system::system_error& e) {
        if (e.code() != boost::asio::error::operation_aborted) throw;
    }
    if (version && version->ok()) co_return Status();
    Task<> stopping = stop();  // and then it is known why
    co_await std::move(stopping);
    co_return Error(ErrorCode::unavailable, "the browser does not start", trouble_);
}

Task<> Chromium::stop() {
    if (devtools_) devtools_->close();
    Task<> stopping = tasks_.stop();
    co_await std::move(stopping);
}

}  // namespace docent::browser
