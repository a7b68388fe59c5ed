#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace CLI {
class App;
}

namespace docent::cli {

/// Exit codes that scripts can use.
enum Exit { done = 0, failed = 1, wrong_use = 2, missing = 3, no_answer = 4, waits = 5 };

/// What all commands share. A command's callback sets `action`, which runs after the whole line was read.
struct Globals {
    std::string data;                    // --data
    std::string config;                  // --config
    std::vector<std::string> overrides;  // --set NAME=VALUE
    std::function<int()> action;
};

/// Adds a command to the program. commands.cpp lists them all.
using AddCommand = void(CLI::App& app, Globals& globals);

/// The configuration that the line, the environment and the file give.
Result<app::Config> load(const Globals& globals);

/// Says the error in one sentence on standard error; the exit code that fits it.
int fail(const Error& error);

/// Results go to standard output, everything else to standard error.
void print(const std::string& text);
void say(const std::string& text);

}  // namespace docent::cli
