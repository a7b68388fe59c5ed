// Any text is split or refused with a sentence; words hold nothing that the text does not, and reading them
// never gives more values than there are words.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "maintenance/command_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace docent::maintenance;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto words = split_words(text);
    if (!words) {
        if (words.error().message.empty()) std::abort();
        return 0;
    }
    std::size_t bytes = 0, dashes = 0;
    for (const auto& word : *words) bytes += word.text.size();
    for (std::size_t at = text.find("\xe2\x80"); at != text.npos; at = text.find("\xe2\x80", at + 1))
        ++dashes;
    if (bytes > size + 2 * dashes) std::abort();
    Command command;
    command.name = "replace";
    command.usage = "/replace A B";
    command.options = {"in"};
    command.flags = {"word"};
    command.values = {"A", "B"};
    const auto arguments = read_arguments(command, *words);
    if (arguments && (arguments->values.size() != 2 || arguments->options.size() > words->size()))
        std::abort();
    is_command(text);
    return 0;
}
