#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "maintenance/command.hpp"

namespace docent::maintenance {

/// A word of a command line, without its quotes.
struct Word {
    std::string text;
    bool quoted = false;  // an option's name never is
};

/// Words stand between blanks and line ends. One that begins with a quote ('...', "...", “...”, «...», as
/// keyboards and phones make them) ends where such a quote stands before a blank or the end, so that an
/// apostrophe is one. A backslash takes the meaning from a blank, a quote or a backslash; before anything
/// else, and in '...', it is itself. --name=VALUE may have its value in quotes. invalid_argument: a quote
/// that does not end.
Result<std::vector<Word>> split_words(std::string_view text);

/// The words behind a command's name as its arguments: "--name VALUE", "--name=VALUE", flags, "--" before
/// values that look like options. invalid_argument names what is wrong and shows the usage.
Result<Arguments> read_arguments(const Command& command, const std::vector<Word>& words);

}  // namespace docent::maintenance
