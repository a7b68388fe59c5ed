#pragma once
#include <fstream>
#include <memory>

#include "net/http.hpp"

namespace docent::api {

/// A file, read while it is sent.
std::unique_ptr<net::BodySource> file_body(std::ifstream file);

}  // namespace docent::api
