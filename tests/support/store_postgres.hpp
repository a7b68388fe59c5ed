#pragma once
#include <memory>
#include <string>

#include "support/temp_dir.hpp"

namespace docent::test {

/// One real PostgreSQL for the whole test binary, started when it is first asked for and stopped when the
/// binary ends, also when it crashes. It listens on a socket in a folder of its own and on no port.
class PostgresServer {
public:
    /// Throws when it cannot be started: a test that needs it must fail, not skip.
    static PostgresServer& instance();
    ~PostgresServer();

    /// A database URL whose schema is new and empty.
    std::string new_url();
    /// Ends every connection to the server, as a restart would.
    void cut_connections();
    /// Runs statements as the administrator.
    void execute(const std::string& sql);

private:
    PostgresServer();
    void initialise();
    void launch();

    std::string folder_;
    int process_ = -1;
    int schemas_ = 0;
};

/// A new store URL for an engine, named as in store::Engine; SQLite files go below `folder`.
std::string new_store_url(bool postgres, const TempDir& folder);

}  // namespace docent::test
