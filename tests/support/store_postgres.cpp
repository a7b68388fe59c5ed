#include "support/store_postgres.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/process.hpp"
#include "store/engine.hpp"

namespace docent::test {
namespace {

namespace fs = std::filesystem;

/// The newest installed server.
fs::path programs() {
    fs::path best;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql")) {
        if (fs::exists(version.path() / "bin/postgres") && version.path() > best) best = version.path();
    }
    if (best.empty()) throw std::runtime_error("PostgreSQL is not installed: apt-get install postgresql");
    return best / "bin";
}

/// PostgreSQL refuses to run as root: its own account then does it.
const passwd* other_user() {
    if (geteuid() != 0) return nullptr;
    const passwd* user = getpwnam("postgres");
    if (!user) user = getpwnam("nobody");
    if (!user) throw std::runtime_error("no account to run PostgreSQL as");
    return user;
}

/// A child that dies with this thread's process. Only async-signal-safe calls between fork and exec.
pid_t spawn(std::vector<std::string> words, const std::string& log) {
    const passwd* user = other_user();
    const uid_t uid = user ? user->pw_uid : 0;
    const gid_t gid = user ? user->pw_gid : 0;
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    char path[] = "PATH=/usr/bin:/bin", language[] = "LC_ALL=C.UTF-8";
    char* const environment[] = {path, language, nullptr};
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork");
    if (child > 0) {
        close(out);
        return child;
    }
    setpgid(0, 0);
    dup2(out, 1);
    dup2(out, 2);
    if (user && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGINT);  // after setuid, which clears it. PostgreSQL: fast shutdown
    if (getppid() != parent) _exit(125);
    if (chdir("/") != 0) _exit(124);
    execve(argv[0], argv.data(), environment);
    _exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

PostgresServer& PostgresServer::instance() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    std::string pattern = (fs::temp_directory_path() / "docent-pg-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
    initialise();
    launch();
}

PostgresServer::~PostgresServer() {
    if (process_ > 0) {
        kill(process_, SIGINT);
        wait_for(process_);
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void PostgresServer::initialise() {
    if (const passwd* user = other_user(); user && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("chown");
    }
    const pid_t child =
        spawn({(programs() / "initdb").string(), "-D", folder_ + "/data", "-U", "docent", "-A", "trust", "-E",
               "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
              folder_ + "/initdb.log");
    if (wait_for(child) != 0) throw std::runtime_error("initdb failed: see " + folder_ + "/initdb.log");
}

void PostgresServer::launch() {
    process_ = spawn({(programs() / "postgres").string(), "-D", folder_ + "/data", "-k", folder_, "-c",
                      "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
                      "shared_buffers=16MB", "-c", "max_connections=50", "-c", "autovacuum=off"},
                     folder_ + "/postgres.log");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
        if (store::open_postgres("postgresql:///postgres?user=docent&host=" + folder_)) return;
        if (waitpid(process_, nullptr, WNOHANG) == process_) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between tries of a condition
    }
    throw std::runtime_error("PostgreSQL did not start: see " + folder_ + "/postgres.log");
}

void PostgresServer::execute(const std::string& sql) {
    auto db = store::open_postgres("postgresql:///postgres?user=docent&host=" + folder_);
    if (!db) throw std::runtime_error(db.error().detail);
    if (auto done = (*db)->script(sql); !done) throw std::runtime_error(done.error().detail);
}

std::string PostgresServer::new_url() {
    const std::string schema = "test_" + std::to_string(++schemas_);
    execute("CREATE SCHEMA " + schema);
    return "postgresql:///postgres?user=docent&host=" + folder_ + "&options=-csearch_path%3D" + schema;
}

void PostgresServer::cut_connections() {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'");
}

std::string new_store_url(bool postgres, const TempDir& folder) {
    if (postgres) return PostgresServer::instance().new_url();
    return "sqlite:" + (folder.path() / "docent.db").string();
}

}  // namespace docent::test
