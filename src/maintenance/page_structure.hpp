#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docent::maintenance {

struct StructureFault {
    std::uint32_t line = 0;  // from 1
    std::string rule;        // code-fence, component
    std::string subject;     // what it is about, wherever it stands: "<Card>"
    std::string message;
};

/// Code fences that are never closed and, in MDX, elements that are not closed or close nothing. `source`: a
/// page without its front matter. Takes any bytes.
std::vector<StructureFault> structure_faults(std::string_view source, bool mdx);

}  // namespace docent::maintenance
