// Invariant: see model_stream.hpp.
#include "model_stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    return check_stream(docent::llm::openai_chat_parser, {reinterpret_cast<const char*>(data), size});
}
