/// @file PythonText: JSON as Python shows it, for conventions that come from there.
#pragma once

#include <string>
#include <string_view>

namespace koine::format {

/// Appends a JSON document as `repr` of what it means in Python: {'a': [1, True, None]}. Texts stand between single quotes unless they hold one and
/// no double quote. @param json a document as our writers make them.
void append_python_text(std::string_view json, std::string& out);

}  // namespace koine::format
