#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "docs/openapi.hpp"
#include "docs/site.hpp"
#include "docs/source_files.hpp"

namespace docent::docs {

/// "[file] METHOD /path" or "[file] webhook name", as front matter and navigation write it.
struct OperationRef {
    std::string file;    // below the root; "" when none is named
    std::string method;  // upper case; "WEBHOOK"; "" when this is no operation
    std::string path;
};

OperationRef parse_operation(std::string_view written);

/// The OpenAPI descriptions of a site, read when first asked for.
class ApiSpecs {
public:
    struct Found {
        const OpenApi* spec = nullptr;
        const OpenApi::Operation* operation = nullptr;
        std::string file;
    };

    ApiSpecs(const std::filesystem::path& root, const std::vector<SourceFile>& files,
             std::vector<Problem>& problems)
        : root_(root), files_(files), problems_(problems) {}

    /// By the file that is named, else in `nearest` (the navigation's), else the first file by name that has
    /// it.
    Found find(const OperationRef& wanted, std::string_view nearest);
    /// Null when it cannot be read; that is a Problem, once.
    const OpenApi* spec(std::string_view file);

private:
    const OpenApi* load(const std::string& file, bool must);

    const std::filesystem::path& root_;
    const std::vector<SourceFile>& files_;
    std::vector<Problem>& problems_;
    std::map<std::string, std::unique_ptr<OpenApi>> specs_;
};

}  // namespace docent::docs
