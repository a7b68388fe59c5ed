#include "docs/import.hpp"

#include <system_error>

#include "docs/importer.hpp"

namespace docent::docs {

Result<Site> import_folder(const std::filesystem::path& folder, const ImportOptions& options) {
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) return not_found("there is no such folder");
    return Importer(folder, options).run();
}

}  // namespace docent::docs
