/// @file Process: who runs a job, so that another process knows whether he still lives.
#pragma once

#include <string>
#include <string_view>

namespace koine::operation {

/// This process: its number and when it began, which no other process of this machine shares until it is started anew.
std::string this_process();
/// Whether the process of that name runs on this machine. Of a text of another form: true.
bool is_alive(std::string_view process);

}  // namespace koine::operation
