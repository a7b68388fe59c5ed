#include "app/secret_key.hpp"

#include <unistd.h>

#include <cerrno>

#include "app/data_dir.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"

namespace docent::app {
namespace {

constexpr std::size_t shortest = 32;  // characters
constexpr std::size_t made_length = 43;

std::string read_key(const std::filesystem::path& file) { return std::string(trim(read_small_file(file))); }

}  // namespace

Result<std::string> secret_key(const Config& config) {
    if (!config.secret_key.empty()) {
        if (config.secret_key.size() < shortest)
            return invalid(
                "\"store.secret_key\" is too short; give at least 32 random characters, such as "
                "those of: openssl rand -hex 32");
        return config.secret_key;
    }
    const auto file = config.data / "secret.key";
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        // Linked, not renamed: of two that make it at the same time the first wins, for both.
        const auto made = config.data / ("secret.key." + random_hex(8));
        TRY_VOID(write_private_file(made, random_token(made_length) + "\n"));
        const bool linked = link(made.c_str(), file.c_str()) == 0 || errno == EEXIST;
        unlink(made.c_str());
        if (!linked)
            return Error(
                ErrorCode::unavailable,
                "the file secret.key in the data directory cannot be made; check its owner and mode");
    }
    auto key = read_key(file);
    if (key.size() >= shortest) return key;
    return Error(
        ErrorCode::unavailable,
        "the file secret.key in the data directory is empty, damaged or not readable; put it back from "
        "a copy, or remove it and set the tokens of code providers again");
}

}  // namespace docent::app
